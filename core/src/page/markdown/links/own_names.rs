//! What a page can be called by a link beside its file's name: its aliases, its addresses.

use rustc_hash::FxHashSet;

use super::model::{PageName, PageNameKind};
use super::target::{content_folder, folded_address};
use crate::event::{Date, fold};
use crate::page::markdown::path_day;

/// What a page says of its own addresses.
pub(in crate::page::markdown) struct Addressed<'p> {
    /// Its path within the archive.
    pub path: &'p str,
    /// Its id without the prefix of the archive.
    pub id: &'p str,
    pub date: Option<Date>,
    /// The values of `permalink`, `url` and `path`.
    pub given: Vec<&'p str>,
    /// The value of `slug`.
    pub slug: Option<&'p str>,
    /// Its aliases: names, or addresses of earlier days.
    pub aliases: Vec<String>,
    pub categories: &'p [String],
}

/// The names of a page, each once. The first address is its own.
pub(in crate::page::markdown) fn own_names(page: &Addressed<'_>) -> Vec<PageName> {
    let mut names = Vec::new();
    let mut seen = FxHashSet::default();
    let mut push = |kind: PageNameKind, text: String| {
        let name = PageName { kind, text };
        if !name.text.is_empty() && seen.insert(name.clone()) {
            names.push(name);
        }
    };
    for given in page.given.iter().filter(|given| is_address(given)) {
        push(PageNameKind::Address, folded_address(without_host(given)));
    }
    for text in usual_addresses(page) {
        push(PageNameKind::Address, text);
    }
    for alias in &page.aliases {
        match alias.contains('/') {
            true => push(PageNameKind::Address, folded_address(alias)),
            false => push(PageNameKind::Alias, fold(alias).into_owned()),
        }
    }
    names
}

/// Whether a value is an address, and neither a flag nor a pattern.
fn is_address(given: &str) -> bool {
    let given = without_host(given.trim());
    given.contains('/') && !given.contains([':', '{', ' '])
}

/// An address without scheme and host.
fn without_host(given: &str) -> &str {
    let Some((_, rest)) = given.split_once("://") else {
        return given;
    };
    rest.find('/').map_or("", |at| &rest[at..])
}

/// The addresses that the generators give by default.
fn usual_addresses(page: &Addressed<'_>) -> Vec<String> {
    let (folders, name) = page.id.rsplit_once('/').unwrap_or(("", page.id));
    let bare = path_day::without_day(name);
    let name_of_address = page.slug.unwrap_or(bare);
    if let Some(posts) = folders.split('/').position(|part| part == "_posts") {
        return of_post(page, posts, name_of_address);
    }
    let folders = match content_folder(page.path) {
        Some(root) => folders.get(root.len()..).unwrap_or_default(),
        None => folders,
    };
    let folders = folders.trim_matches('/');
    // Jekyll's collections: `_projects/x` is `projects/x`.
    let folders = folders.strip_prefix('_').unwrap_or(folders);
    let mut found = Vec::new();
    match page.slug {
        // A slug may be a whole path.
        Some(slug) if slug.starts_with('/') => found.push(folded_address(slug)),
        Some(slug) => found.push(below(folders, slug)),
        None => {
            if bare != name {
                found.push(below(folders, bare));
            }
            found.push(below(folders, name));
        }
    }
    // Docusaurus dates the addresses of its blog.
    if bare != name
        && page.slug.is_none()
        && let Some((day, _)) = path_day::of_path(name)
    {
        let (year, month, day) = (day.year(), day.month(), day.day());
        found.push(below(
            folders,
            &format!("{year:04}/{month:02}/{day:02}/{bare}"),
        ));
    }
    found
}

/// The address of a post: Jekyll puts categories before the day, Hexo does not.
fn of_post(page: &Addressed<'_>, posts: usize, name: &str) -> Vec<String> {
    let of_name = path_day::of_path(page.id.rsplit('/').next().unwrap_or_default());
    let Some(day) = of_name.map(|(day, _)| day).or(page.date) else {
        return vec![below("", name)];
    };
    let (year, month, day) = (day.year(), day.month(), day.day());
    let dated = format!("{year:04}/{month:02}/{day:02}/{name}");
    let folders: Vec<&str> = page.id.split('/').take(posts).collect();
    // Hexo's posts lie in `source/_posts`.
    let folders = folders.into_iter().filter(|&folder| folder != "source");
    let mut categories: Vec<String> = folders.map(str::to_owned).collect();
    for name in page.categories.iter().map(|name| name.to_lowercase()) {
        // A folder may be a category, too.
        if !categories.contains(&name) {
            categories.push(name);
        }
    }
    let mut found = vec![below(&categories.join("/"), &dated)];
    if !categories.is_empty() {
        found.push(folded_address(&dated));
    }
    found
}

fn below(folders: &str, name: &str) -> String {
    folded_address(&format!("{folders}/{name}"))
}
