//! Which tool an archive was written for, by the names of the files that tools leave in it.

use crate::page::Profile;

/// A file or folder by which a tool is known.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Marker {
    /// Folders that it lies in, then its rank: the first counts.
    order: (usize, usize),
    kind: MarkerKind,
    /// Its path, a folder's with a slash.
    path: String,
}

/// What a marker tells by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MarkerKind {
    Sure(Profile),
    /// `_config.yml` and `_posts/`, which Jekyll and Hexo have.
    JekyllOrHexo,
    /// `config.toml` beside `content/`, which Hugo and Zola have.
    HugoOrZola,
}

/// Folders by which tools with one marker differ; only the folder of a site counts.
#[derive(Debug, Clone, Default)]
struct Folders {
    /// Sites with `source/_posts/` or `scaffolds/`.
    hexo: Vec<String>,
    /// Sites with `content/`.
    content: Vec<String>,
    /// Sites with `templates/`.
    zola: Vec<String>,
}

/// What was seen of the files of tools.
#[derive(Debug, Clone, Default)]
pub(super) struct Markers {
    found: Vec<Marker>,
    folders: Folders,
    /// The folders of the file before: nearly every file lies beside another one.
    last: String,
}

/// Sites of one archive that are told apart: those beyond are passed over.
const SITES_MAX: usize = 64;

impl Markers {
    /// Takes the path of one more file.
    pub fn see(&mut self, path: &str) {
        let (folders, name) = match memchr::memrchr(b'/', path.as_bytes()) {
            Some(slash) => path.split_at(slash + 1),
            None => ("", path),
        };
        if !name.ends_with(".md")
            && let Some((rank, kind)) = of_name(name)
            && !folders.contains("node_modules/")
        {
            self.add(folders, rank, kind, path);
        }
        if folders == self.last || folders.contains("node_modules/") {
            return;
        }
        folders.clone_into(&mut self.last);
        // Where a folder of a tool begins, and its site ends.
        let mut at = 0;
        for folder in folders.split_inclusive('/') {
            let (site, end) = (&path[..at], at + folder.len());
            match folder {
                ".obsidian/" => {
                    self.add(site, 12, MarkerKind::Sure(Profile::Obsidian), &path[..end]);
                }
                "_posts/" => {
                    let of_source = site.strip_suffix("source/");
                    if let Some(site) = of_source {
                        note(&mut self.folders.hexo, site);
                    }
                    let site = of_source.unwrap_or(site);
                    self.add(site, 11, MarkerKind::JekyllOrHexo, &path[..end]);
                }
                "scaffolds/" => note(&mut self.folders.hexo, site),
                "content/" => note(&mut self.folders.content, site),
                "templates/" => note(&mut self.folders.zola, site),
                _ => {}
            }
            at = end;
        }
    }

    fn add(&mut self, site: &str, rank: usize, kind: MarkerKind, path: &str) {
        let order = (site.matches('/').count(), rank);
        let known = self.found.iter_mut().find(|marker| marker.kind == kind);
        let path = path.to_owned();
        match known {
            // Of several of one kind the nearest to the root counts, then the first by path.
            Some(marker) if (marker.order, &marker.path) > (order, &path) => {
                *marker = Marker { order, kind, path };
            }
            Some(_) => {}
            None => self.found.push(Marker { order, kind, path }),
        }
    }

    /// The tool, and the file or folder by which it is known: the nearest to the root.
    pub fn profile(&self) -> Option<(Profile, &str)> {
        let mut found: Vec<&Marker> = self.found.iter().collect();
        found.sort_by(|a, b| (a.order, &a.path).cmp(&(b.order, &b.path)));
        found.into_iter().find_map(|marker| {
            let path = marker.path.as_str();
            let folder = path.trim_end_matches('/');
            let site = folder.rfind('/').map_or("", |slash| &path[..=slash]);
            let has = |sites: &[String]| sites.iter().any(|known| known == site);
            let profile = match marker.kind {
                MarkerKind::Sure(profile) => Some(profile),
                MarkerKind::JekyllOrHexo => {
                    let hexo = has(&self.folders.hexo) || path.ends_with("source/_posts/");
                    Some(if hexo { Profile::Hexo } else { Profile::Jekyll })
                }
                MarkerKind::HugoOrZola if !has(&self.folders.content) => None,
                MarkerKind::HugoOrZola if has(&self.folders.zola) => Some(Profile::Zola),
                MarkerKind::HugoOrZola => Some(Profile::Hugo),
            };
            profile.map(|profile| (profile, path))
        })
    }
}

/// Remembers the folder of a site.
fn note(sites: &mut Vec<String>, site: &str) {
    if sites.len() < SITES_MAX && !sites.iter().any(|known| known == site) {
        sites.push(site.to_owned());
    }
}

/// What a file's name tells, and its rank among the markers of one folder.
fn of_name(name: &str) -> Option<(usize, MarkerKind)> {
    let (stem, ending) = name.rsplit_once('.')?;
    let script = matches!(ending, "js" | "cjs" | "mjs" | "ts" | "mts" | "cts");
    Some(match (stem, ending) {
        ("hugo", "toml" | "yaml" | "yml" | "json") => (0, MarkerKind::Sure(Profile::Hugo)),
        ("zola", "toml") => (1, MarkerKind::Sure(Profile::Zola)),
        ("pelicanconf", "py") => (2, MarkerKind::Sure(Profile::Pelican)),
        ("docusaurus.config", _) if script => (3, MarkerKind::Sure(Profile::Docusaurus)),
        ("eleventy.config" | ".eleventy", _) if script => (4, MarkerKind::Sure(Profile::Eleventy)),
        ("astro.config", _) if script => (5, MarkerKind::Sure(Profile::Astro)),
        ("mkdocs", "yml" | "yaml") => (6, MarkerKind::Sure(Profile::Mkdocs)),
        ("_config", "yml" | "yaml" | "toml") => (7, MarkerKind::JekyllOrHexo),
        ("config", "toml" | "yaml" | "yml") => (8, MarkerKind::HugoOrZola),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::Markers;

    #[test]
    fn a_tool_is_known_by_its_files_in_whatever_order_they_come() {
        for (paths, expected) in [
            (&["_config.yml", "a.md"][..], "jekyll _config.yml"),
            (
                &["docs/_config.yml", "docs/_posts/a.md"],
                "jekyll docs/_config.yml",
            ),
            (&["_posts/2017-03-02-a.md", "about.md"], "jekyll _posts/"),
            (&["_config.yml", "source/_posts/a.md"], "hexo _config.yml"),
            (
                &["x/source/_posts/a.md", "x/source/b.md"],
                "hexo x/source/_posts/",
            ),
            (
                &["_config.yml", "scaffolds/post.md", "source/a.md"],
                "hexo _config.yml",
            ),
            (&["hugo.toml", "content/a.md"], "hugo hugo.toml"),
            (&["config.toml", "content/a.md"], "hugo config.toml"),
            (
                &["config.toml", "content/a.md", "templates/base.html"],
                "zola config.toml",
            ),
            (&["config.toml", "a.md"], ""),
            (&["config.toml", "x/content/a.md"], ""),
            (&["zola.toml"], "zola zola.toml"),
            (&[".obsidian/app.json", "a.md"], "obsidian .obsidian/"),
            (&["v/.obsidian/app.json", "mkdocs.yml"], "mkdocs mkdocs.yml"),
            (&[".obsidian/app.json", "hugo.yaml"], "hugo hugo.yaml"),
            (
                &["v/.obsidian/app.json", "v/x/_posts/a.md"],
                "obsidian v/.obsidian/",
            ),
            (&["docusaurus.config.ts"], "docusaurus docusaurus.config.ts"),
            (&[".eleventy.js", "_posts/a.md"], "eleventy .eleventy.js"),
            (&["eleventy.config.mjs"], "eleventy eleventy.config.mjs"),
            (&["astro.config.mjs"], "astro astro.config.mjs"),
            (&["pelicanconf.py"], "pelican pelicanconf.py"),
            (&["node_modules/x/_config.yml", "a.md"], ""),
            (&["b/mkdocs.yml", "a/mkdocs.yml"], "mkdocs a/mkdocs.yml"),
            (&["website/blog/a.md", "notes/_posts.md"], ""),
        ] {
            for backwards in [false, true] {
                let mut markers = Markers::default();
                let mut paths = paths.to_vec();
                if backwards {
                    paths.reverse();
                }
                paths.iter().for_each(|path| markers.see(path));
                let found = markers.profile();
                let found = found.map(|(profile, path)| format!("{profile} {path}"));
                assert_eq!(found.unwrap_or_default(), expected, "{paths:?}");
            }
        }
    }
}
