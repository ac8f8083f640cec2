//! Titles without the marks of a wiki that some pages have kept.
//!
//! Many titles of the Chinese edition hold an external link of a wiki (`[http:--a.example-x News]`,
//! its slashes made dashes by the site) or a text in several variants of the language
//! (`-{zh-hans:里氏;zh-tw:芮氏}-`). Only the clean title is without them: the stored text, the page
//! given back and the slug keep them.

use std::borrow::Cow;

use memchr::memchr2;

use super::text::{self, clean};

/// The variants of Chinese whose form is shown, the best first.
const VARIANTS: [&str; 3] = ["zh-hans", "zh-cn", "zh"];

/// As [`clean`], and without wiki marks: of a bracketed address the label stays, of a text in
/// variants the first of `zh-hans`, `zh-cn`, `zh`, else the first form.
///
/// A title of nothing but marks keeps them, since every event has a title.
pub(crate) fn clean_title(written: &str) -> Cow<'_, str> {
    let trimmed = written.trim();
    match text::scan(trimmed.as_bytes()) {
        0 => Cow::Borrowed(trimmed),
        seen if seen & text::SPECIAL == 0 => text::clean_scanned(trimmed, seen),
        seen => clean_marked(trimmed, seen),
    }
}

/// The text by which a title is found: as [`clean_title`], with its variants as written, so that each
/// of them is found.
pub(crate) fn searched_title(written: &str) -> Cow<'_, str> {
    if !written.contains("-{") {
        return clean_title(written);
    }
    let bare = without_marks(written, Marks::Addresses).map(|bare| clean(&bare).into_owned());
    bare.filter(|bare| !bare.is_empty())
        .map_or_else(|| clean(written), Cow::Owned)
}

/// Which marks are taken out of a title.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marks {
    Addresses,
    All,
}

/// [`clean_title`] of trimmed text that may have marks.
fn clean_marked(trimmed: &str, seen: u8) -> Cow<'_, str> {
    if let Some(bare) = without_marks(trimmed, Marks::All) {
        let bare = clean(&bare);
        if !bare.is_empty() {
            return Cow::Owned(bare.into_owned());
        }
    }
    text::clean_scanned(trimmed, seen)
}

/// The text without its marks; none if it has no marks. Costs one pass, whatever the text holds: an
/// end that was looked for and not found is not looked for again.
fn without_marks(title: &str, marks: Marks) -> Option<String> {
    let mut out = String::new();
    let mut rest = title;
    let mut found = false;
    let (mut no_address, mut no_variants) = (false, marks == Marks::Addresses);
    while let Some(at) = memchr2(b'[', b'-', rest.as_bytes()) {
        let mark = &rest[at..];
        let read = if is_address(mark) && !no_address {
            let read = address(mark);
            no_address = read.is_none();
            read
        } else if mark.starts_with("-{") && !no_variants {
            let read = variants(mark);
            no_variants = read.is_none();
            read
        } else {
            None
        };
        let Some((shown, len)) = read else {
            let next = at + 1;
            out.push_str(&rest[..next]);
            rest = &rest[next..];
            continue;
        };
        out.push_str(&rest[..at]);
        out.push_str(shown);
        rest = &mark[len..];
        found = true;
    }
    out.push_str(rest);
    found.then_some(out)
}

fn is_address(mark: &str) -> bool {
    mark.starts_with("[http:") || mark.starts_with("[https:")
}

/// Of `[http://a.example/x label]` at the start of the text the label, and the length of it all;
/// none if it does not end.
fn address(mark: &str) -> Option<(&str, usize)> {
    let inner = &mark[1..mark.find(']')?];
    let label = inner.split_once(' ').map_or("", |(_, label)| label.trim());
    Some((label, inner.len() + 2))
}

/// Of `-{zh-hans:A;zh-hant:B}-` at the start of the text the form that is shown, and the length of
/// it all; none if it does not end. `-{A}-` is shown as `A`.
fn variants(mark: &str) -> Option<(&str, usize)> {
    let inner = &mark[2..mark.find("}-")?];
    let best = VARIANTS
        .iter()
        .find_map(|best| variant_forms(inner).find(|(code, _)| code == best));
    let shown = best.or_else(|| variant_forms(inner).next());
    Some((shown.map_or(inner, |(_, text)| text), inner.len() + 4))
}

/// The codes and texts of `zh-hans:A;zh-hant:B`. A semicolon before anything but a code belongs to
/// the text: it may end an entity.
pub(crate) fn variant_forms(inner: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = inner;
    std::iter::from_fn(move || {
        let (code, text) = form(rest)?;
        let mut ends = text.match_indices(';').map(|(at, _)| at);
        let end = ends.find(|&at| {
            let next = text[at + 1..].trim_start();
            next.is_empty() || form(next).is_some()
        });
        let end = end.unwrap_or(text.len());
        rest = text.get(end + 1..).unwrap_or_default();
        Some((code, text[..end].trim()))
    })
}

/// The code that a form begins with, and what follows it. A code is `zh` or `zh-…`.
fn form(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let code = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let (code, rest) = text.split_at(text.find(|c| !code(c))?);
    let rest = rest.trim_start().strip_prefix(':')?;
    (code == "zh" || code.starts_with("zh-")).then_some((code, rest))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{clean_title, searched_title};

    #[test]
    fn a_title_is_found_by_each_of_its_variants() {
        for (written, searched) in [
            ("A  title", "A title"),
            (
                "就-{zh-hans:钓鱼台岛; zh-hant:釣魚台}-  [https:--a.example-x 主權]",
                "就-{zh-hans:钓鱼台岛; zh-hant:釣魚台}- 主權",
            ),
            (
                "-{zh:a&amp;b;zh-hk:c}- [https:--a.example-x]",
                "-{zh:a&b;zh-hk:c}-",
            ),
            ("[https:--a.example-x]", "[https:--a.example-x]"),
        ] {
            assert_eq!(searched_title(written), searched, "{written}");
        }
    }

    #[test]
    fn a_clean_title_has_no_wiki_marks() {
        for (written, shown) in [
            (
                "共識。[http:--a.example-1,2.html 中時電子報]",
                "共識。中時電子報",
            ),
            ("公投 [http:--a.example-x (BBC)] 完成", "公投 (BBC) 完成"),
            ("A [https://a.example/] B", "A B"),
            ("（[https:--a.example-x]）。", "（）。"),
            (
                "[http://a.example/x Two words][http://b.example Third]",
                "Two wordsThird",
            ),
            (
                "就-{zh-hans:钓鱼台岛; zh-hant:釣魚台; zh-cn:钓鱼岛;}-主權",
                "就钓鱼台岛主權",
            ),
            ("-{zh-tw:台風; zh-hk:颱風; zh-cn:台风;}-登陆", "台风登陆"),
            ("-{zh:甲;zh-hk:乙;}-", "甲"),
            ("-{zh-tw:奈及利亞;zh-hk:尼日利亞}-", "奈及利亞"),
            ("公-{}-车，最低水-{A}-平", "公车，最低水A平"),
            ("-{A: B}-", "A: B"),
            ("it&#039;s -{zh:a&amp;b}-", "it's a&b"),
            ("-{zh-hk:a&amp;b;zh-cn:c&lt;d;}-", "c<d"),
            // No marks, or only marks.
            (
                "A [quoted] title - with {braces}",
                "A [quoted] title - with {braces}",
            ),
            (
                "[http:--a.example-x without an end",
                "[http:--a.example-x without an end",
            ),
            ("-{zh-hans:without an end", "-{zh-hans:without an end"),
            ("[http:--a.example-x]", "[http:--a.example-x]"),
            ("-{}-", "-{}-"),
            (" plain &amp; clean ", "plain & clean"),
            ("甲乙，丙", "甲乙，丙"),
        ] {
            assert_eq!(clean_title(written), shown, "{written}");
        }
        // What does not end is looked for once, not once for each beginning.
        let marks = ["[http:", "-{", "-{zh:;", ";;"].map(|mark| mark.repeat(50_000));
        for marks in &marks {
            assert_eq!(clean_title(marks), marks.as_str());
        }
        let entities = format!("-{{zh:{}a}}-", ";".repeat(200_000));
        assert!(clean_title(&entities).len() < entities.len());
        assert!(matches!(clean_title(" plain "), Cow::Borrowed("plain")));
        assert!(matches!(clean_title("[plain]"), Cow::Borrowed("[plain]")));
    }
}
