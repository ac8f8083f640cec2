//! Clean text, the form that is shown, and folded text, the form that is matched.

use std::borrow::Cow;

use caseless::Caseless;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The text as it is shown: entities decoded, each run of white space one space, trimmed, NFC.
///
/// Borrowed when nothing changes, which is the common case and has to be fast.
pub(crate) fn clean(written: &str) -> Cow<'_, str> {
    let trimmed = written.trim();
    match scan(trimmed.as_bytes()) {
        0 => Cow::Borrowed(trimmed),
        seen => clean_scanned(trimmed, seen),
    }
}

/// [`clean`] of trimmed text in which a [`scan`] has seen something.
pub(super) fn clean_scanned(trimmed: &str, seen: u8) -> Cow<'_, str> {
    if is_clean(trimmed, seen) {
        return Cow::Borrowed(trimmed);
    }
    let decoded = htmlize::unescape(trimmed);
    let trimmed = decoded.trim();
    match is_clean(trimmed, scan(trimmed.as_bytes())) {
        true => Cow::Owned(trimmed.to_owned()),
        false => Cow::Owned(spaced(trimmed)),
    }
}

/// As [`clean`] without decoding entities: for text of a program, where `&amp;` means `&amp;`.
pub(crate) fn tidy(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    if !trimmed.contains('&') && is_clean(trimmed, scan(trimmed.as_bytes())) {
        return Cow::Borrowed(trimmed);
    }
    Cow::Owned(spaced(trimmed))
}

/// A URL as written, trimmed, without the `<` and `>` that Markdown allows around it, and with
/// entities decoded.
///
/// Only entities that end in a semicolon are decoded: in `?a=1&copy=2` the parameter is `copy`.
/// `htmlize::unescape_attribute` would decode `&reg` at the end of a URL too, so it is not used.
pub(crate) fn clean_url(written: &str) -> Cow<'_, str> {
    let trimmed = written.trim();
    let trimmed = trimmed
        .strip_prefix('<')
        .and_then(|url| url.strip_suffix('>'))
        .map_or(trimmed, str::trim);
    if !trimmed.contains('&') {
        return Cow::Borrowed(trimmed);
    }
    let mut out = String::with_capacity(trimmed.len());
    let mut rest = trimmed;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = rest[1..]
            .bytes()
            .position(|b| !(b.is_ascii_alphanumeric() || b == b'#'))
            .filter(|&end| rest.as_bytes()[1 + end] == b';');
        let end = name.map_or(1, |end| end + 2);
        match name {
            Some(_) => out.push_str(&htmlize::unescape(&rest[..end])),
            None => out.push('&'),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Whether a character steers the terminal that prints it: a control character, or one that turns the
/// direction of the text around it (the property `Bidi_Control` of Unicode).
///
/// Text of an archive is given back as it was written, so a program that prints it should replace
/// these characters. Ends of lines and tabs are control characters too. Costs two comparisons of
/// ranges for a letter.
///
/// # Examples
/// ```
/// use eventstore::steers_terminal;
/// let title = "A storm\u{1b}[2J";
/// assert_eq!(title.replace(steers_terminal, "?"), "A storm?[2J");
/// assert!(steers_terminal('\u{200F}') && steers_terminal('\n') && !steers_terminal('é'));
/// ```
#[must_use]
pub fn steers_terminal(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The text with the characters that steer a terminal written as escapes (`\u{1b}`): names and pages
/// of an archive must not do that to a person's.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(steers_terminal) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match steers_terminal(c) {
            true => out.extend(c.escape_default()),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The form of clean text in which two spellings match: the full case fold of Unicode, then NFC.
/// Borrowed when nothing changes.
pub(crate) fn fold(clean: &str) -> Cow<'_, str> {
    let lower = |c: char| !c.is_ascii_uppercase() && (c.is_ascii() || is_caseless(c));
    if clean.chars().all(lower) {
        return Cow::Borrowed(clean);
    }
    if clean.is_ascii() {
        return Cow::Owned(clean.to_ascii_lowercase());
    }
    Cow::Owned(clean.chars().default_case_fold().nfc().collect())
}

/// Appends the form of clean text that [`fold`] gives.
pub(crate) fn fold_into(clean: &str, out: &mut String) {
    if !clean.is_ascii() {
        return out.push_str(&fold(clean));
    }
    let start = out.len();
    out.push_str(clean);
    out[start..].make_ascii_lowercase();
}

/// NFC. Borrowed when it is already.
pub(crate) fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || text.chars().all(is_inert) || is_nfc(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// Whether trimmed text is clean, by what a [`scan`] has seen in it.
fn is_clean(trimmed: &str, seen: u8) -> bool {
    match seen {
        0 => true,
        WIDE => is_clean_wide(trimmed),
        seen if seen & DIRTY != 0 => false,
        _ => is_clean_text(trimmed),
    }
}

/// What [`clean_title`](super::clean_title) makes of ASCII text that is clean but for the space at
/// its edges; `None` if the text needs a full check. Works on bytes, so the common case needs no
/// UTF-8 check of its own.
pub(crate) fn plain(written: &[u8]) -> Option<&[u8]> {
    Some(written.trim_ascii()).filter(|trimmed| scan(trimmed) == 0)
}

/// A [`scan`] has seen `&` or two spaces.
const DIRTY: u8 = 1;
/// A [`scan`] has seen what needs a closer look: a control character, which may be white space, or
/// `[` or `{`, which may begin a mark in a title.
pub(super) const SPECIAL: u8 = 2;
/// A [`scan`] has seen a character outside ASCII.
const WIDE: u8 = 0x80;

/// Which bytes a text holds that may keep it from being clean: 0 for clean ASCII, the common case.
///
/// One pass without branches, 16 bytes a step; the last step overlaps the one before it. A title
/// of 100 bytes takes 18 ns; with one pass for each question and the last bytes one by one it
/// takes 34 ns, a character at a time 120 ns.
pub(super) fn scan(text: &[u8]) -> u8 {
    const STEP: usize = 16;
    let sees = |(&before, &byte): (&u8, &u8)| {
        let dirty = ((before == b' ') & (byte == b' ')) | (byte == b'&');
        // One comparison for `[`, `{`, DEL, and for `_`, which a closer look passes.
        let special = (byte < b' ') | (byte | 0x24 == 0x7f);
        (u8::from(dirty) * DIRTY) | (u8::from(special) * SPECIAL) | (byte & WIDE)
    };
    let all = |before: &[u8], bytes: &[u8]| {
        let seen = before.iter().zip(bytes).map(sees);
        seen.fold(0, |found, one| found | one)
    };
    let Some((first, rest)) = text.split_first() else {
        return 0;
    };
    let first = sees((&0, first));
    let Some(last) = rest.len().checked_sub(STEP) else {
        return first | all(text, rest);
    };
    let steps = rest.len() / STEP * STEP;
    first | all(&text[..steps], &rest[..steps]) | all(&text[last..][..STEP], &rest[last..])
}

/// [`is_clean_text`] for text whose scan is [`WIDE`] alone: only the characters outside ASCII are
/// left to check.
fn is_clean_wide(trimmed: &str) -> bool {
    let mut inert = true;
    for c in trimmed.chars().filter(|c| !c.is_ascii()) {
        if c.is_whitespace() {
            return false;
        }
        inert &= is_inert(c);
    }
    inert || is_nfc(trimmed)
}

fn is_clean_text(trimmed: &str) -> bool {
    let mut after_space = false;
    let mut inert = true;
    for c in trimmed.chars() {
        if c == ' ' {
            if after_space {
                return false;
            }
            after_space = true;
            continue;
        }
        if c == '&' || c.is_whitespace() {
            return false;
        }
        after_space = false;
        inert &= is_inert(c);
    }
    inert || is_nfc(trimmed)
}

fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&nfc(word));
    }
    out
}

/// Some of the characters that NFC leaves alone whatever stands beside them: no combining marks, no
/// characters with a canonical decomposition of their own.
fn is_inert(c: char) -> bool {
    c < '\u{300}' || is_caseless(c) || matches!(c, '\u{ff01}'..='\u{ff9d}')
}

/// Some of the characters that have neither case nor a decomposition: ideographs, kana, Hangul,
/// punctuation.
fn is_caseless(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}' | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{30a0}'..='\u{30ff}'
        | '\u{2010}'..='\u{2027}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff01}'..='\u{ff20}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_text_is_decoded_spaced_trimmed_and_composed() {
        for (written, expected) in [
            ("", ""),
            ("  ", ""),
            ("&nbsp;", ""),
            ("plain words", "plain words"),
            (" edge ", "edge"),
            ("two  spaces\tand a tab", "two spaces and a tab"),
            ("a&nbsp;&nbsp;b", "a b"),
            ("AT&T and R&D", "AT&T and R&D"),
            ("it&#039;s &hellip; &#8217;", "it's … ’"),
            ("&amp;lt;", "&lt;"),
            ("全角\u{3000}空格", "全角 空格"),
            ("cafe\u{301}", "café"),
            ("e&#769;", "é"),
        ] {
            assert_eq!(clean(written), expected, "{written:?}");
        }
    }

    #[test]
    fn a_scan_never_takes_text_for_clean_that_is_not() {
        let mut clean = 0;
        for a in 0..=255u8 {
            for b in 0..=255u8 {
                let bytes = [b'x', a, b, b'y'];
                if scan(&bytes) == 0 {
                    clean += 1;
                    assert!(
                        std::str::from_utf8(&bytes).is_ok_and(is_clean_text),
                        "{bytes:?}"
                    );
                }
            }
        }
        // The 95 printable characters but `&`, `[`, `{` and `_`, in pairs, but not two spaces.
        assert_eq!(clean, 91 * 91 - 1);
        assert_eq!(scan(b""), 0);
    }

    #[test]
    fn a_scan_sees_every_byte_of_every_length() {
        let letters = [b'x'; 70];
        for length in 0..letters.len() {
            assert_eq!(scan(&letters[..length]), 0);
            for at in 0..length {
                let with = |byte: u8, before: Option<u8>| {
                    let mut text = letters[..length].to_vec();
                    text[at] = byte;
                    if let Some(before) = before {
                        text[at - 1] = before;
                    }
                    scan(&text)
                };
                assert_eq!(with(b'&', None), DIRTY, "{length} {at}");
                for special in [b'\t', 1, 0x7f, b'[', b'{', b'_'] {
                    assert_eq!(with(special, None), SPECIAL, "{length} {at} {special}");
                }
                assert_eq!(with(0xe4, None), WIDE, "{length} {at}");
                assert_eq!(with(b' ', None), 0, "{length} {at}");
                if at > 0 {
                    assert_eq!(with(b' ', Some(b' ')), DIRTY, "{length} {at}");
                    assert_eq!(with(0xe4, Some(b'&')), DIRTY | WIDE, "{length} {at}");
                }
            }
        }
    }

    #[test]
    fn text_is_clean_as_a_full_check_says() {
        let pieces = [
            "a", " ", "&", "\t", "\u{1}", "é", "敘", "\u{301}", "\u{a0}", "\u{3000}", "\u{1100}",
            "\u{1161}",
        ];
        let mut clean = 0;
        for number in 0..pieces.len().pow(4) {
            let places = (0..4).map(|place| number / pieces.len().pow(place) % pieces.len());
            let text: String = places.map(|piece| pieces[piece]).collect();
            let trimmed = text.trim();
            assert_eq!(
                is_clean(trimmed, scan(trimmed.as_bytes())),
                is_clean_text(trimmed),
                "{trimmed:?}"
            );
            clean += usize::from(is_clean(trimmed, scan(trimmed.as_bytes())));
        }
        assert!(clean > 500, "{clean}");
    }

    #[test]
    fn plain_text_is_what_clean_makes_of_it() {
        for text in [
            "",
            " ",
            " a title ",
            "a",
            "\ttab\n",
            "\u{b}a",
            "a\u{1c}",
            "a\u{b}",
            "\u{a0}a",
            "a  b",
            " a&b",
            "\u{e9}",
            "a\tb",
        ] {
            if let Some(plain) = plain(text.as_bytes()) {
                assert_eq!(plain, clean(text).as_bytes(), "{text:?}");
                assert!(text.is_ascii());
            }
        }
        assert_eq!(plain(b"  A title, 2.5% "), Some(&b"A title, 2.5%"[..]));
        assert_eq!(plain(b"R&D"), None);
    }

    #[test]
    fn clean_text_is_borrowed() {
        for text in ["plain words", " 敘利亞內戰，巴格達 ", "Zürich"] {
            assert!(matches!(clean(text), Cow::Borrowed(_)), "{text:?}");
        }
    }

    #[test]
    fn cleaning_twice_changes_nothing_but_a_second_layer_of_entities() {
        for text in [
            "a  b",
            "e\u{301}\u{327}",
            "\u{2000}x\u{2001}",
            "\u{1100}\u{1161}",
        ] {
            let once = clean(text).into_owned();
            assert_eq!(clean(&once), once);
        }
    }

    #[test]
    fn every_character_that_turns_the_direction_is_escaped() {
        let turning = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}";
        assert_eq!(
            escaped(&format!("a{turning}b\u{1b}\u{9b}")),
            r"a\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}b\u{1b}\u{9b}"
        );
        // Joiners shape letters of Persian and emoji; they turn nothing.
        let joined = "می\u{200c}خواهم \u{200d}";
        assert!(matches!(escaped(joined), Cow::Borrowed(_)));
    }

    #[test]
    fn folded_text_matches_across_case_and_composition() {
        for (a, b) in [
            ("YouTube", "Youtube"),
            ("STRASSE", "straße"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("É", "e\u{301}"),
            ("İ", "i\u{307}"),
            ("ＡＢＣ", "ａｂｃ"),
        ] {
            assert_eq!(fold(&clean(a)), fold(&clean(b)), "{a} {b}");
        }
        assert_ne!(fold("resume"), fold("résumé"));
    }

    #[test]
    fn folding_borrows_lower_ascii_and_ideographs() {
        for text in ["euro 2008", "敘利亞內戰", "한국", "カナ・かな"] {
            assert!(matches!(fold(text), Cow::Borrowed(_)), "{text:?}");
        }
        for text in ["", "Euro [2008]", "ÉTÉ", "STRASSE 5", "敘利亞內戰"] {
            let mut form = "É before ".to_owned();
            fold_into(text, &mut form);
            assert_eq!(form, format!("É before {}", fold(text)));
        }
    }

    #[test]
    fn what_is_called_inert_or_caseless_is_so() {
        for c in '\0'..=char::MAX {
            let text = c.to_string();
            if is_inert(c) {
                assert!(is_nfc(&text), "{c:?}");
                assert!(
                    is_nfc(&format!("a{c}")) && is_nfc(&format!("\u{1100}{c}")),
                    "{c:?}"
                );
            }
            if is_caseless(c) {
                let folded: String = text.chars().default_case_fold().nfc().collect();
                assert_eq!(folded, text);
            }
        }
    }

    #[test]
    fn a_url_keeps_parameters_that_look_like_entities() {
        for (written, expected) in [
            (" http://a/b ", "http://a/b"),
            ("http://a/?x=1&amp;y=2", "http://a/?x=1&y=2"),
            ("http://a/?x=1&copy=2&reg", "http://a/?x=1&copy=2&reg"),
            ("http://a/?x&", "http://a/?x&"),
            ("http://a/?x&中;", "http://a/?x&中;"),
            ("http://a/?q=&#39;&nosuch;", "http://a/?q='&nosuch;"),
            ("<http://a/x y>", "http://a/x y"),
            ("< http://a/?x=1&amp;y=2 >", "http://a/?x=1&y=2"),
            ("<http://a/", "<http://a/"),
        ] {
            assert_eq!(clean_url(written), expected);
        }
    }
}
