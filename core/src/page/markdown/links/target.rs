//! A link as written → the keys of the page that it leads to, or an address outside.

use percent_encoding::percent_decode_str;

use super::model::{Dialect, LinkKey, LinkKeyKind, PageLink};
use crate::event::{EventId, PAGE_ENDINGS, fold, nfc};

/// Where a page lies: what its links are relative to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'p> {
    /// Its path within the archive.
    pub path: &'p str,
    /// Its address on the site, without a slash at its ends; empty if none is known.
    pub address: &'p str,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::page::markdown) enum LinkTo {
    /// To a page of the archive.
    Page,
    /// Out of the archive.
    Outside(String),
}

/// Folders that hold the pages of a site, whose names are no part of its addresses.
pub(super) const CONTENT_FOLDERS: [&str; 4] = ["content", "source", "src/content", "src/pages"];

/// Pelican's marks of a path.
const PELICAN: [&str; 2] = ["{filename}", "|filename|"];

/// Expressions of templates for the address of the site.
const BASES: [&str; 5] = [
    "{{site.baseurl}}",
    "{{site.url}}",
    "{{baseurl}}",
    "{{url}}",
    "{{base}}",
];

/// Where a link leads; none if to no page: to a picture, to a place of its own page, to a mailbox.
pub(in crate::page::markdown) fn target_of(dialect: Dialect, target: &str) -> Option<LinkTo> {
    if dialect == Dialect::Url {
        return target_of_url(without_base(target));
    }
    let target = match dialect {
        Dialect::Wiki | Dialect::Ref => without_fragment(target).trim(),
        _ => target,
    };
    let is_none = target.is_empty() || dialect == Dialect::Wiki && is_media(target);
    (!is_none).then_some(LinkTo::Page)
}

fn target_of_url(url: &str) -> Option<LinkTo> {
    if let Some(rest) = url.strip_prefix("//") {
        return Some(LinkTo::Outside(format!("https://{rest}")));
    }
    if let Some(scheme) = scheme(url) {
        let is_web = ["http", "https"]
            .iter()
            .any(|web| scheme.eq_ignore_ascii_case(web));
        return is_web.then(|| LinkTo::Outside(url.to_owned()));
    }
    let path = without_fragment(url);
    let is_none =
        path.is_empty() || path.starts_with('{') && !path.starts_with(PELICAN[0]) || is_media(path);
    (!is_none).then_some(LinkTo::Page)
}

/// What the target of a link may be called, the best first.
pub(crate) fn keys_of(link: &PageLink, place: Place<'_>) -> Vec<LinkKey> {
    let target = link.target.as_str();
    let mut keys = match link.dialect {
        Dialect::Url => of_url(without_base(target), place),
        Dialect::Wiki => of_wiki(target, place),
        Dialect::PostUrl => of_name(target),
        Dialect::LinkTag => of_path(target.trim_start_matches('/')).collect(),
        Dialect::Ref => of_ref(target, place),
    };
    let mut at = 0;
    // There are four at most.
    while at < keys.len() {
        match keys[..at].contains(&keys[at]) {
            true => drop(keys.remove(at)),
            false => at += 1,
        }
    }
    keys
}

/// An address without an expression for the site's own.
fn without_base(url: &str) -> &str {
    let mut url = url.trim();
    for base in BASES {
        url = url.strip_prefix(base).unwrap_or(url);
    }
    url
}

fn of_url(url: &str, place: Place<'_>) -> Vec<LinkKey> {
    let path = without_fragment(url);
    if let Some(rest) = PELICAN.iter().find_map(|mark| path.strip_prefix(mark)) {
        return match rest.strip_prefix('/') {
            Some(rest) => of_content(rest, place)
                .chain(of_path(&decoded(rest)))
                .collect(),
            None => {
                let path = joined(folder(place.path), &decoded(rest));
                path.iter().flat_map(|path| of_path(path)).collect()
            }
        };
    }
    // Zola.
    if let Some(rest) = path.strip_prefix("@/") {
        return of_content(rest, place).chain(of_path(rest)).collect();
    }
    let path = decoded(path);
    if let Some(rest) = path.strip_prefix('/') {
        let Some(rest) = joined("", rest) else {
            return Vec::new();
        };
        let keys = of_path(&rest).chain(of_content(&rest, place));
        return keys.chain(address(&rest)).collect();
    }
    let beside = joined(folder(place.path), &path).and_then(|path| id(&path));
    let beside = beside.map(|text| key(LinkKeyKind::Path, text));
    if PAGE_ENDINGS.iter().any(|ending| path.ends_with(ending)) {
        return beside.into_iter().collect();
    }
    // An address, relative to that of the page: `x/` is a folder of its own, `x.html` lies in one.
    let pretty = EventId::of_path(place.path);
    let pretty = pretty.and_then(|own| joined(own.as_str(), &path));
    let pretty = pretty.and_then(|path| id(&path));
    let pretty = pretty.map(|text| key(LinkKeyKind::Path, text));
    let below = joined(place.address, &path);
    let next = joined(folder(place.address), &path);
    let addresses = [below, next].into_iter().flatten();
    let addresses = addresses.filter_map(|path| address(&path));
    beside.into_iter().chain(pretty).chain(addresses).collect()
}

/// The scheme of an address.
fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let mut letters = scheme.bytes();
    let first = letters.next()?.is_ascii_alphabetic();
    let rest = letters.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    (first && rest).then_some(scheme)
}

/// `[[name]]`, `[[folder/name]]`, `[[name#part]]`.
fn of_wiki(target: &str, place: Place<'_>) -> Vec<LinkKey> {
    let target = without_fragment(target).trim();
    if target.starts_with("./") || target.starts_with("../") {
        let path = joined(folder(place.path), target);
        return path.iter().flat_map(|path| of_path(path)).collect();
    }
    let target = target.trim_matches('/');
    let path = of_path(target).filter(|_| target.contains('/'));
    path.chain(of_name(target)).collect()
}

/// Hugo's `ref` and `relref`.
fn of_ref(target: &str, place: Place<'_>) -> Vec<LinkKey> {
    let target = without_fragment(target).trim();
    if let Some(rest) = target.strip_prefix('/') {
        return of_content(rest, place).chain(of_path(rest)).collect();
    }
    let beside = joined(folder(place.path), target);
    let beside: Vec<LinkKey> = beside.iter().flat_map(|path| of_path(path)).collect();
    let by_name = of_content(target, place).chain(of_name(target));
    beside.into_iter().chain(by_name).collect()
}

/// The key of a path within the archive.
fn of_path(path: &str) -> impl Iterator<Item = LinkKey> + use<> {
    let id = id(path);
    id.map(|text| key(LinkKeyKind::Path, text)).into_iter()
}

/// The key of a path within the folder of the site's pages that the linking page lies in.
fn of_content(path: &str, place: Place<'_>) -> impl Iterator<Item = LinkKey> + use<> {
    let root = content_folder(place.path);
    let path = root.map(|root| format!("{root}/{path}"));
    path.and_then(|path| id(&path))
        .map(|text| key(LinkKeyKind::Path, text))
        .into_iter()
}

/// The folder of a site's pages that a path lies in.
pub(super) fn content_folder(path: &str) -> Option<&str> {
    let found = CONTENT_FOLDERS.iter().filter_map(|folder| {
        let inside = |at: usize| {
            let before = at == 0 || path.as_bytes()[at - 1] == b'/';
            let end = at + folder.len();
            (before && path[end..].starts_with('/')).then_some(end)
        };
        path.match_indices(folder).find_map(|(at, _)| inside(at))
    });
    found.min().map(|end| &path[..end])
}

/// The key of a name, with folders or without.
fn of_name(name: &str) -> Vec<LinkKey> {
    let name = id(name.trim_matches('/'));
    let name = name.map(|name| key(LinkKeyKind::Name, fold(&name).into_owned()));
    name.into_iter().collect()
}

/// The key of an address.
fn address(path: &str) -> Option<LinkKey> {
    let text = folded_address(path);
    (!text.is_empty()).then(|| key(LinkKeyKind::Address, text))
}

/// The form in which addresses are compared: without slashes at its ends, `index.html` and `.html`.
pub(super) fn folded_address(path: &str) -> String {
    let path = decoded(path);
    let path = path.trim_matches('/');
    let path = path.strip_suffix("index.html").unwrap_or(path);
    let path = [".html", ".htm"]
        .iter()
        .find_map(|ending| path.strip_suffix(ending))
        .unwrap_or(path);
    fold(&nfc(path.trim_matches('/'))).into_owned()
}

fn key(kind: LinkKeyKind, text: String) -> LinkKey {
    LinkKey { kind, text }
}

/// The id of the page that has this path, which may lack its ending.
fn id(path: &str) -> Option<String> {
    let path = match path.trim_end_matches('/') {
        // The page of the root.
        "" => "index",
        path => path,
    };
    EventId::of_path(path).map(|id| id.as_str().to_owned())
}

/// The folder of a path; empty if it lies in none.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A relative path from a folder; none if it leaves the archive.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// An address without what stands behind `#` or `?`.
fn without_fragment(url: &str) -> &str {
    url.split(['#', '?']).next().unwrap_or_default()
}

/// The text of percent signs, where they stand for UTF-8.
fn decoded(path: &str) -> String {
    match percent_decode_str(path).decode_utf8() {
        Ok(text) => text.into_owned(),
        Err(_) => path.to_owned(),
    }
}

/// Whether the ending says that the target is no page: a picture, a download.
fn is_media(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let Some((stem, ending)) = name.rsplit_once('.') else {
        return false;
    };
    let is_page = PAGE_ENDINGS.iter().any(|page| name.ends_with(page));
    let is_short = (2..=5).contains(&ending.len());
    let is_word = ending.bytes().all(|b| b.is_ascii_alphanumeric())
        && ending.bytes().any(|b| b.is_ascii_alphabetic());
    !stem.is_empty()
        && !is_page
        && !matches!(ending, "html" | "htm")
        && is_short
        && is_word
        && MEDIA.contains(&ending.to_ascii_lowercase().as_str())
}

/// Endings of files that are no pages. A dot in a name is usual, so only these count.
const MEDIA: [&str; 44] = [
    "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "bmp", "tif", "tiff", "pdf", "zip",
    "gz", "tgz", "xz", "zst", "tar", "mp3", "mp4", "m4a", "mov", "webm", "ogg", "wav", "flac",
    "css", "js", "mjs", "ts", "json", "xml", "rss", "atom", "csv", "txt", "yml", "yaml", "toml",
    "excel", "xlsx", "docx", "pptx", "canvas",
];
