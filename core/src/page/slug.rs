//! The slug that the site makes of a title.

use std::cmp::Ordering;

use crate::event::Lang;

/// Characters of a title that a slug is made of.
const EN_CUT: usize = 140;
const ZH_CUT: usize = 60;

/// The slug that the site would have made of a title: a guess that the segment checks, to store the slug only where it differs.
///
/// The title is to be given **as written**: the site cuts it first, and a space at its edge counts. Then every
/// character that is no letter or digit becomes a dash (Chinese: full stop and comma vanish), and runs of dashes one.
/// Right for 8,982 of the 8,984 pages of the Chinese archive and for 35 of 41 English pages at hand; the rest have lost
/// letters that their slugs still hold.
pub(crate) fn guess_slug(title: &str, lang: Lang) -> String {
    let mut out = String::new();
    push_guess(title, lang, &mut out);
    out
}

/// [`guess_slug`] behind what `out` holds.
pub(crate) fn push_guess(title: &str, lang: Lang, out: &mut String) {
    if lang == Lang::En && title.is_ascii() {
        let mut room = [0; EN_CUT + 1];
        out.push_str(ascii_guess(title, &mut room));
        return;
    }
    out.reserve(title.len().min(4 * EN_CUT));
    each(title, lang, |c| {
        out.push(c);
        true
    });
}

/// What each byte becomes in an English slug; 0 in a gap.
const KEPT: [u8; 256] = {
    let mut kept = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            kept[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    kept
};

/// The guess of an English title in ASCII. Whole events make twenty of them each: in a third of the time that a
/// character at a time takes.
fn ascii_guess<'r>(title: &str, room: &'r mut [u8; EN_CUT + 1]) -> &'r str {
    let (mut length, mut gap) = (0, false);
    for &byte in &title.as_bytes()[..title.len().min(EN_CUT)] {
        let kept = KEPT[byte as usize];
        if kept == 0 {
            gap = length > 0;
            continue;
        }
        // Written in any case, and stays only behind a gap.
        room[length] = b'-';
        length += usize::from(gap);
        gap = false;
        room[length] = kept;
        length += 1;
    }
    std::str::from_utf8(&room[..length]).unwrap_or_default()
}

/// `guess_slug(title, lang).cmp(slug)` without making it: a search for a name looks at several, which mostly differ in
/// their first letters.
pub(crate) fn compare_guess(title: &str, lang: Lang, slug: &str) -> Ordering {
    if lang == Lang::En && title.is_ascii() {
        let mut room = [0; EN_CUT + 1];
        return ascii_guess(title, &mut room).cmp(slug);
    }
    let mut rest = slug.chars();
    let mut order = Ordering::Equal;
    each(title, lang, |c| {
        order = rest.next().map_or(Ordering::Greater, |other| c.cmp(&other));
        order.is_eq()
    });
    let longer = rest.next().is_some();
    order.then(if longer {
        Ordering::Less
    } else {
        Ordering::Equal
    })
}

/// Gives the characters of the guess, as long as `take` wants more.
fn each(title: &str, lang: Lang, take: impl FnMut(char) -> bool) {
    match lang {
        Lang::En => dashed(title.chars().take(EN_CUT).map(english), take),
        Lang::Zh => {
            let cut = title.chars().take(ZH_CUT);
            let kept = cut.filter(|c| !matches!(c, '.' | ','));
            dashed(kept.map(|c| is_letter_or_digit(c).then_some(c)), take);
        }
    }
}

fn english(c: char) -> Option<char> {
    c.is_ascii_alphanumeric().then_some(c.to_ascii_lowercase())
}

/// Characters, with one dash for each run of gaps between them.
fn dashed(kept: impl Iterator<Item = Option<char>>, mut take: impl FnMut(char) -> bool) {
    let (mut gap, mut first) = (false, true);
    for c in kept {
        let Some(c) = c else {
            gap = true;
            continue;
        };
        if std::mem::take(&mut gap) && !first && !take('-') {
            return;
        }
        if !take(c) {
            return;
        }
        first = false;
    }
}

/// `char::is_alphanumeric`, which for Han looks through a table: the two ranges that nearly every Chinese title is made
/// of are told at once (a name is compared in a fifth of the time). A test holds it to the plain form.
fn is_letter_or_digit(c: char) -> bool {
    match c {
        '\u{4e00}'..='\u{9fff}' => true,
        '\u{ff00}'..='\u{ff0f}' | '\u{3000}'..='\u{3004}' => false,
        _ => c.is_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{EN_CUT, compare_guess, dashed, english, guess_slug, is_letter_or_digit};
    use crate::event::Lang;

    #[test]
    fn letters_and_digits_are_those_of_the_plain_form() {
        let mut letters = 0;
        for c in '\0'..=char::MAX {
            assert_eq!(is_letter_or_digit(c), c.is_alphanumeric(), "{c:?}");
            letters += u32::from(c.is_alphanumeric());
        }
        assert!(letters > 100_000);
    }

    fn plain(title: &str) -> String {
        let mut out = String::new();
        dashed(title.chars().take(EN_CUT).map(english), |c| {
            out.push(c);
            true
        });
        out
    }

    proptest! {
        #[test]
        fn ascii_titles_take_the_quick_way_to_the_same_slug(title in "[ -~]{0,160}", end in "[é—]?") {
            prop_assert_eq!(guess_slug(&title, Lang::En), plain(&title));
            let title = title + &end;
            prop_assert_eq!(guess_slug(&title, Lang::En), plain(&title));
        }

        #[test]
        fn a_guess_compares_as_the_slug_it_makes(
            title in "[a-cA-C 2.,—甲乙（]{0,150}",
            cut in any::<prop::sample::Index>(),
            other in "[a-c2甲乙-]{0,3}",
        ) {
            for lang in [Lang::En, Lang::Zh] {
                let slug = guess_slug(&title, lang);
                let letters: Vec<char> = slug.chars().collect();
                let begin: String = letters[..cut.index(letters.len() + 1)].iter().collect();
                for other in [&slug, &begin, &other, &format!("{begin}{other}"), &format!("{slug}{other}")] {
                    prop_assert_eq!(compare_guess(&title, lang, other), slug.as_str().cmp(other));
                }
            }
        }
    }

    #[test]
    fn ascii_titles_are_cut_and_dashed_as_all_others_are() {
        let long = "A b--C ".repeat(40);
        for title in ["", " ", "--", "A Title: 2.5% more! ", &long] {
            // A letter that no slug keeps, behind the cut or in the place of a gap, sends the title the plain way.
            let plain = title.replace('-', "\u{2014}");
            let behind = format!("{plain:<140}\u{2014}");
            assert_eq!(
                guess_slug(title, Lang::En),
                guess_slug(&behind, Lang::En),
                "{title}"
            );
        }
    }

    #[test]
    fn a_slug_is_made_of_the_cut_title() {
        let long = "ab ".repeat(60);
        for (title, lang, slug) in [
            (
                " A Title: 2.5% more, it's \u{201c}said\u{201d}. ",
                Lang::En,
                "a-title-2-5-more-it-s-said",
            ),
            ("Été", Lang::En, "t"),
            (
                " 甲乙，丙（丁）3.5 Km, 戊 ",
                Lang::Zh,
                "甲乙-丙-丁-35-Km-戊",
            ),
            ("", Lang::En, ""),
            ("!?", Lang::Zh, ""),
            (&long, Lang::En, ("ab-".repeat(46) + "ab").as_str()),
            (
                &format!(" {}", "字".repeat(70)),
                Lang::Zh,
                "字".repeat(59).as_str(),
            ),
        ] {
            assert_eq!(guess_slug(title, lang), slug);
            for other in [
                "",
                "a",
                "a-title",
                "a-title-2-5-more-it-s-said-",
                "甲乙",
                "甲乙-丙-丁-35-Km-戊己",
                slug,
            ] {
                assert_eq!(
                    compare_guess(title, lang, other),
                    slug.cmp(other),
                    "{slug} {other}"
                );
            }
        }
    }
}
