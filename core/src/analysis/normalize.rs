//! The form of a text in which two spellings of a word match.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

use super::script::is_ignorable;

/// Appends the text in NFKC and folded by case, without characters that have no shape. It is a fixed
/// point: normalized again, nothing changes.
///
/// The case is folded in the decomposed form, where the iota below a Greek vowel is the last mark: it
/// becomes a letter, and marks behind it would be the letter's.
pub(super) fn normalize(text: &str, out: &mut String) {
    let shown = text.chars().filter(|&c| !is_ignorable(c));
    out.extend(shown.nfkd().default_case_fold().nfkc());
}

/// Some of the characters outside ASCII that [`normalize`] leaves alone whatever stands beside them, as
/// long as that is such a character too, or ASCII: small letters of Latin, Greek, Cyrillic, and
/// ideographs, kana, Hangul.
pub(super) fn is_inert(c: char) -> bool {
    matches!(c,
        '\u{E0}'..='\u{F6}' | '\u{F8}'..='\u{FF}' | '\u{3AC}'..='\u{3AF}' | '\u{3B1}'..='\u{3C1}' | '\u{3C3}'..='\u{3CE}'
        | '\u{430}'..='\u{45F}' | '\u{620}'..='\u{64A}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}'
        | '\u{30A1}'..='\u{30FA}' | '\u{30FC}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

/// The small letter of a capital letter outside ASCII that [`normalize`] makes a small one and leaves
/// alone otherwise, if it is one of the commonest: of Latin, Greek, Cyrillic.
pub(super) fn small_letter(c: char) -> Option<char> {
    let distance = match c {
        '\u{C0}'..='\u{D6}'
        | '\u{D8}'..='\u{DE}'
        | '\u{391}'..='\u{3A1}'
        | '\u{3A3}'..='\u{3A9}'
        | '\u{410}'..='\u{42F}' => 0x20,
        '\u{400}'..='\u{40F}' => 0x50,
        _ => return None,
    };
    char::from_u32(c as u32 + distance)
}

/// Some of the characters outside ASCII that separate words, whatever stands beside them: typographic
/// and East Asian punctuation, and spaces.
pub(super) fn is_separator(c: char) -> bool {
    matches!(c,
        '\u{A0}' | '\u{AB}' | '\u{B7}' | '\u{BB}' | '\u{2000}'..='\u{200A}' | '\u{2010}'..='\u{2027}'
        | '\u{3000}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{30FB}'
        | '\u{FF01}' | '\u{FF02}' | '\u{FF08}' | '\u{FF09}' | '\u{FF0C}'..='\u{FF0F}' | '\u{FF1A}' | '\u{FF1B}' | '\u{FF1F}')
}

#[cfg(test)]
mod tests {
    use unicode_normalization::char::canonical_combining_class;

    use super::super::script::CharClass;
    use super::*;

    fn normalized(text: &str) -> String {
        let mut out = String::new();
        normalize(text, &mut out);
        out
    }

    #[test]
    fn spellings_of_a_word_are_one() {
        for (a, b) in [
            ("CAFÉ", "cafe\u{301}"),
            ("STRASSE", "straße"),
            ("STRAẞE", "straße"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("ﬁn", "FIN"),
            ("ＡＢＣ１２３", "abc123"),
            ("ｶﾞ", "ガ"),
            ("co\u{AD}op", "coop"),
            ("İ", "i\u{307}"),
            // An iota below, and as capitals write it, behind.
            ("ᾳ\u{327}", "Α\u{327}Ι"),
        ] {
            assert_eq!(normalized(a), normalized(b), "{a} {b}");
        }
        assert_ne!(normalized("ı"), normalized("i"));
        assert_ne!(normalized("resume"), normalized("résumé"));
    }

    #[test]
    fn normalized_text_is_a_fixed_point() {
        // Plane 2 and what follows it are ideographs; those that change stand at its end.
        for c in ('\0'..='\u{1FFFF}').chain('\u{2F800}'..='\u{2FA1D}') {
            for text in [
                c.to_string(),
                format!("α{c}\u{345}\u{301}"),
                format!("\u{1100}{c}\u{11A8}"),
            ] {
                let once = normalized(&text);
                assert_eq!(normalized(&once), once, "{text:?}");
                assert!(!once.contains(is_ignorable), "{text:?}");
            }
        }
    }

    #[test]
    fn what_is_called_inert_is_left_alone() {
        for c in '\0'..=char::MAX {
            if is_inert(c) {
                for text in [
                    c.to_string(),
                    format!("a{c}a"),
                    format!("가{c}가"),
                    format!("か{c}か"),
                    format!("ا{c}ا"),
                    format!("α{c}α"),
                ] {
                    assert_eq!(normalized(&text), text);
                }
            }
        }
    }

    #[test]
    fn small_letters_of_capitals_are_those_of_the_case_fold() {
        for c in '\0'..=char::MAX {
            if let Some(small) = small_letter(c) {
                assert!(is_inert(small), "{small}");
                assert_eq!(
                    normalized(&format!("a{c}a가{c}가")),
                    format!("a{small}a가{small}가")
                );
            }
        }
        assert_eq!(
            "ÜΩЖЁ".chars().filter_map(small_letter).collect::<String>(),
            "üωжё"
        );
    }

    #[test]
    fn what_is_called_a_separator_separates() {
        for c in '\0'..=char::MAX {
            if is_separator(c) {
                let text = normalized(&c.to_string());
                let classes = text.chars().map(CharClass::of);
                let at = classes.clone().position(|class| class != CharClass::Other);
                // A mark behind a space belongs to no word.
                assert!(
                    at != Some(0) && classes.clone().all(|class| class != CharClass::Word),
                    "{c:?}"
                );
                assert!(!text.contains(['+', '#']), "{c:?}");
                assert_eq!(
                    text.chars().next().map(canonical_combining_class),
                    Some(0),
                    "{c:?}"
                );
            }
        }
    }
}
