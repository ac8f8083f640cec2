//! The language of a page, by its path: a folder or a suffix that is a language's code.

/// The codes that count in a path. Not all of ISO 639: `to`, `or`, `so` and their like are words.
const CODES: &[&str] = &[
    "af", "ar", "az", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "eo", "es", "et",
    "eu", "fa", "fi", "fr", "ga", "gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka",
    "kk", "km", "kn", "ko", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "my", "ne", "nb", "nl", "nn",
    "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tr", "uk", "ur",
    "uz", "vi", "zh",
];

/// Folders from the top in which a language's folder is looked for: `content/fr/…`,
/// `i18n/fr/docs/…`, `source/zh-cn/…`.
const DEPTH: usize = 3;

/// The language of a path, as a BCP 47 tag: the file's suffix (`post.fr.md`) before a folder.
pub(super) fn of_path(path: &str) -> Option<String> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let suffix = name
        .rsplit('.')
        .nth(1)
        .filter(|_| name.split('.').count() > 2);
    let folders = folders.split('/').take(DEPTH);
    suffix.into_iter().chain(folders).find_map(tag)
}

/// A word as a language's tag: `zh_tw`, `zh-TW` and `pt-br` are tags, too.
pub(super) fn tag(word: &str) -> Option<String> {
    let (code, region) = match word.split_once(['-', '_']) {
        Some((code, region)) => (code, Some(region)),
        None => (word, None),
    };
    let code = code.to_ascii_lowercase();
    if !CODES.contains(&code.as_str()) {
        return None;
    }
    let Some(region) = region else {
        return Some(code);
    };
    let letters = region.bytes().all(|b| b.is_ascii_alphabetic());
    match region.len() {
        2 if letters => Some(format!("{code}-{}", region.to_ascii_uppercase())),
        3 if region.bytes().all(|b| b.is_ascii_digit()) => Some(format!("{code}-{region}")),
        4 if letters => {
            let (first, rest) = region.split_at(1);
            let (first, rest) = (first.to_ascii_uppercase(), rest.to_ascii_lowercase());
            Some(format!("{code}-{first}{rest}"))
        }
        _ => None,
    }
}
