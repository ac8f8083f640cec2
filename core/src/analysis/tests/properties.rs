//! What holds of every text.

use proptest::prelude::*;
use proptest::sample::select;

use super::super::cut::cut;
use super::super::normalize::normalize;
use super::super::script::is_unspaced;
use super::super::{Analyzer, WordPattern, spanned_tokens};
use super::occurrences;

/// Characters that are treated apart somewhere, and some that are not.
const PIECES: [&str; 84] = [
    "a", "B", "z", "7", "c", " ", "  ", "-", "_", ".", "'", "’", "“", "—", "…", "+", "++", "#",
    "/", "@", "é", "É", "e\u{301}", "\u{301}", "\u{327}", "\u{345}", "\u{338}", "α", "ᾳ", "ς", "Σ",
    "ß", "ẞ", "ı", "İ", "ﬁ", "Ａ", "１", "＋", "＃", "，", "（", "½", "²", "ｶ", "ﾞ", "か", "カ",
    "\u{3099}", "ー", "・", "々", "〇", "国", "际", "航", "𠀀", "㍿", "⼀", "한", "\u{1100}",
    "\u{1161}", "\u{11A8}", "ㄱ", "ㅏ", "ก", "ำ", "\u{E49}", "๒", "ខ", "្", "מ", "׳", "م",
    "\u{64E}", "٢", "௰", "😀", "\u{AD}", "\u{200D}", "\u{FE0F}", "-{zh:", ";zh-tw:", "}-",
];

fn text() -> impl Strategy<Value = String> {
    let pieces =
        prop::collection::vec(select(&PIECES[..]), 0..14).prop_map(|pieces| pieces.concat());
    prop_oneof![9 => pieces, 1 => any::<String>()]
}

fn tokens(text: &str) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    Analyzer::default().tokens(text, |term, position| {
        found.push((term.to_owned(), position))
    });
    found
}

/// The tokens of a text without marks of variants, by normalizing and cutting all of it at once.
fn tokens_at_once(text: &str) -> Vec<(String, u32)> {
    let mut normal = String::new();
    normalize(text, &mut normal);
    let mut found = Vec::new();
    cut(&normal, 0, |piece| {
        found.push((normal[piece.start..piece.end].to_owned(), piece.position));
    });
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn stretches_give_the_tokens_of_the_whole_text(text in text()) {
        prop_assume!(!text.contains("-{"));
        prop_assert_eq!(tokens(&text), tokens_at_once(&text));
    }

    #[test]
    fn positions_ascend_without_gaps_and_terms_are_normal(text in text()) {
        let mut before = None;
        for (term, position) in tokens(&text) {
            prop_assert!(!term.is_empty());
            let mut normal = String::new();
            normalize(&term, &mut normal);
            prop_assert_eq!(&normal, &term);
            prop_assert!(tokens(&term).iter().any(|(again, at)| *again == term && *at == 0), "{}", term);
            let next = before.map_or(0, |before| before + 1);
            prop_assert!(position == next || Some(position) == before, "{} {:?}", position, before);
            before = Some(position);
        }
    }

    #[test]
    fn spanned_tokens_are_the_tokens_with_their_places(text in text()) {
        let spanned = spanned_tokens(&text);
        let plain = spanned.iter().map(|token| (token.term.clone(), token.position));
        prop_assert_eq!(plain.collect::<Vec<_>>(), tokens(&text));
        for token in &spanned {
            let source = text.get(token.start..token.end);
            prop_assert!(source.is_some_and(|source| !source.is_empty()), "{:?}", token);
            if !text.contains("-{") {
                // The place holds the token, and no more of the text than its characters.
                let mut normal = String::new();
                normalize(source.unwrap_or_default(), &mut normal);
                prop_assert!(normal.contains(&token.term), "{:?} {}", token, normal);
            }
        }
    }

    #[test]
    fn a_text_has_itself_and_each_part_between_its_words(text in text()) {
        let pattern = WordPattern::new(&text, false);
        let has_words = !tokens(&text).is_empty();
        prop_assert_eq!(pattern.is_empty(), !has_words);
        if !text.contains("-{") {
            prop_assert_eq!(!occurrences(&text, &pattern).is_empty(), has_words, "{}", pattern.key());
        }
    }

    /// The promise for scripts without spaces: each run of characters that stands in the text is found,
    /// and nothing else.
    #[test]
    fn a_run_is_found_exactly_where_it_stands(
        text in "[国际航ー12 ,a]{0,12}",
        run in "[国际航ー]{1,4}",
    ) {
        let pattern = WordPattern::new(&run, false);
        let expected: Vec<_> = (0..text.len())
            .filter(|&at| text.is_char_boundary(at) && text[at..].starts_with(&run))
            .map(|at| at..at + run.len())
            .collect();
        prop_assert_eq!(occurrences(&text, &pattern), expected);
    }

    /// The same for values that mix such characters with letters and digits.
    #[test]
    fn a_mixed_value_is_found_exactly_where_it_stands(
        text in "[国际1]{0,10}",
        value in "[国际1]{1,4}",
    ) {
        // A number is a word: it is found whole, so what stands beside the value must be no digit.
        let is_whole = |at: usize, value: &str| {
            let before = text[..at].ends_with('1') && value.starts_with('1');
            let behind = text[at + value.len()..].starts_with('1') && value.ends_with('1');
            !before && !behind
        };
        let pattern = WordPattern::new(&value, false);
        let expected: Vec<_> = (0..text.len())
            .filter(|&at| text.is_char_boundary(at) && text[at..].starts_with(&value) && is_whole(at, &value))
            .map(|at| at..at + value.len())
            .collect();
        prop_assert_eq!(occurrences(&text, &pattern), expected);
    }
}

#[test]
fn the_pieces_reach_both_kinds_of_words() {
    let text = PIECES.concat();
    assert!(text.contains(is_unspaced) && tokens(&text).len() > 30);
}
