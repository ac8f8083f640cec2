//! The slug that the site makes of a title.

use crate::event::Lang;

/// Characters of a slug.
const EN_MAX: usize = 140;
const ZH_MAX: usize = 60;

/// The slug that the site would have made of a title: a guess that the segment checks, to store the slug only where it differs.
pub(crate) fn guess_slug(title: &str, lang: Lang) -> String {
    let title = title.trim();
    match lang {
        Lang::En => dashed(
            title,
            EN_MAX,
            |c| c.is_ascii_alphanumeric().then_some(c.to_ascii_lowercase()),
            |_| false,
        ),
        Lang::Zh => dashed(
            title,
            ZH_MAX,
            |c| c.is_alphanumeric().then_some(c),
            |c| c == '.',
        ),
    }
}

/// Runs of characters that are not kept become one dash, dropped characters nothing.
fn dashed(
    title: &str,
    most: usize,
    keep: impl Fn(char) -> Option<char>,
    drop: impl Fn(char) -> bool,
) -> String {
    let mut out = String::with_capacity(title.len().min(4 * most));
    let mut count = 0;
    let mut gap = false;
    for c in title.chars().filter(|&c| !drop(c)) {
        let Some(kept) = keep(c) else {
            gap = !out.is_empty();
            continue;
        };
        if std::mem::take(&mut gap) {
            count += 1;
            if count == most {
                break;
            }
            out.push('-');
        }
        out.push(kept);
        count += 1;
        if count >= most {
            break;
        }
    }
    out
}
