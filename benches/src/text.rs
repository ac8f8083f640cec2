//! Titles, slugs and summaries. Each is a function of the event's number alone.

use crate::plan::{Plan, purpose};
use crate::random::Random;

/// Shares of noise, as counted in real archives where they show it, else rare enough to keep the statistics.
const BRACKET_LEFTOVERS: f64 = 0.03;
const UNBALANCED: f64 = 0.02;
const ENTITIES: f64 = 0.02;
const ACCENTS: f64 = 0.02;
const TIME_TAILS: f64 = 0.003;
const LINK_MARKS: f64 = 0.000_5;
const HASH_ENDS: f64 = 0.001;
const SHORT_TITLES: f64 = 0.04;
const SUMMARIES: f64 = 0.4;
const SUMMARY_ENTITIES: f64 = 0.15;
const MARKDOWN_STARTS: f64 = 0.003;

/// Tags that a title names; events with more share them silently.
const TAGS_NAMED: usize = 4;
const SLUG_MAX: usize = 140;

fn capital(text: &mut str, from: usize) {
    if let Some(letter) = text.get_mut(from..from + 1) {
        letter.make_ascii_uppercase();
    }
}

/// Words until `text` is about so long.
fn words_to(text: &mut String, plan: &Plan, random: &mut Random, length: usize) {
    while text.len() < length {
        if !text.is_empty() && !text.ends_with(' ') {
            text.push(' ');
        }
        match random.below(40) {
            0 => text.push_str(&random.between(2, 99).to_string()),
            1 => text.push_str(&format!(
                "{},{:03}",
                random.between(1, 40),
                random.below(1_000)
            )),
            // Never a comma between two tags: it would read as one tag that holds a comma.
            2 if text.ends_with(' ') => {
                text.pop();
                text.push_str(", ");
                text.push_str(plan.language.word(random));
            }
            _ => text.push_str(plan.language.word(random)),
        }
    }
}

/// The title as the page has it, spaces and noise included.
pub fn title(plan: &Plan, number: u32) -> String {
    if plan.event(number).stale {
        return edited(plan, &title(plan, number - 1), number, plan.salt(number));
    }
    let mut random = Random::of(
        plan.seed,
        purpose::TITLE,
        (u64::from(number) << 8) + plan.salt(number),
    );
    let random = &mut random;
    let mut text = String::with_capacity(256);
    let named: Vec<&str> = plan
        .tags(number)
        .iter()
        .take(TAGS_NAMED)
        .map(|tag| name(plan, *tag))
        .collect();
    // The sum of two even numbers has a hump in the middle, as lengths have.
    let length = match random.chance(SHORT_TITLES) {
        true => 12,
        false => 50 + random.below(100) + random.below(110),
    };
    for (place, tag) in named.iter().enumerate() {
        let due = length * (2 * place + 1) / (2 * named.len() + 1);
        words_to(&mut text, plan, random, due.saturating_sub(tag.len() / 2));
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(tag);
    }
    words_to(&mut text, plan, random, length);
    capital(&mut text, 0);
    noise(&mut text, plan, random);
    // In the older half titles begin with a space, and may end in the address that they were taken from.
    let older = number < plan.len() / 2;
    if random.chance(HASH_ENDS) {
        text.push_str(" #");
    } else if older && random.chance(BRACKET_LEFTOVERS * 2.0) {
        text.push_str(&format!(". [{}]", url(plan, random, number)));
    } else if random.chance(TIME_TAILS) {
        text.push_str(&format!(
            ":{:02}:{:02}+00:00",
            random.below(60),
            random.below(60)
        ));
    } else {
        text.push_str([". ", ". ", ". ", ". ", ".", "", " "][random.below(7)]);
    }
    if older {
        text.insert(0, ' ');
    }
    text
}

/// What a tag is called in running text.
fn name(plan: &Plan, tag: u32) -> &str {
    plan.language.tags[tag as usize]
        .written
        .trim_matches(['\'', '_', '#'])
}

/// What is wrong in titles.
fn noise(text: &mut String, plan: &Plan, random: &mut Random) {
    let gap = |text: &String, random: &mut Random| -> Option<usize> {
        let gaps: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
        (!gaps.is_empty()).then(|| gaps[random.below(gaps.len())])
    };
    if random.chance(UNBALANCED)
        && let Some(at) = gap(text, random)
    {
        text.insert_str(at, random.pick(&[" [", "]"]));
    }
    if random.chance(LINK_MARKS) {
        text.push_str("](");
        text.push_str(plan.language.word(random));
    }
    if random.chance(ENTITIES)
        && let Some(at) = gap(text, random)
    {
        let (start, end) = (at, at + 1);
        match random.below(4) {
            0 => text.replace_range(start..end, "&nbsp;"),
            1 => text.insert_str(at, "&#8217;s"),
            2 => text.insert_str(at, "&hellip;"),
            _ => text.insert_str(at, " &amp;"),
        }
    }
    if random.chance(ACCENTS)
        && let Some(at) = gap(text, random)
    {
        let word = format!(
            " {}ã{}ó{}",
            plan.language.word(random),
            plan.language.word(random),
            "s"
        );
        text.insert_str(at, &word);
    }
}

/// A title before (or after) somebody edited it: one word is another.
pub fn edited(plan: &Plan, title: &str, number: u32, salt: u64) -> String {
    let mut random = Random::of(plan.seed, purpose::EDIT, (u64::from(number) << 8) + salt);
    let mut words: Vec<&str> = title.split(' ').collect();
    // Near the beginning, where a slug shows it.
    let full: Vec<usize> = (0..words.len().min(12))
        .filter(|&i| !words[i].is_empty())
        .collect();
    let other = plan.language.word(&mut random);
    match full.is_empty() {
        true => words.push(other),
        false => words[full[random.below(full.len())]] = other,
    }
    words.join(" ")
}

/// The file name that the site makes of a title. Letters beyond ASCII come out as it made them: from their bytes.
pub fn slug(title: &str) -> String {
    let mut out = String::with_capacity(SLUG_MAX);
    let plain = title
        .replace("&nbsp;", " ")
        .replace("&amp;", " ")
        .replace("&hellip;", " ")
        .replace("&#8217;", " ");
    let mut gap = false;
    for byte in plain.bytes() {
        let letter = match byte {
            b'a'..=b'z' | b'0'..=b'9' => byte,
            b'A'..=b'Z' => byte.to_ascii_lowercase(),
            0xc3 => b'a',
            0xb2 => b'2',
            0xb3 => b'3',
            _ => {
                gap = !out.is_empty();
                continue;
            }
        };
        if std::mem::take(&mut gap) {
            out.push('-');
        }
        if out.len() >= SLUG_MAX {
            break;
        }
        out.push(char::from(letter));
    }
    out.trim_end_matches('-').to_owned()
}

/// What the publisher says about it; on two of five events.
pub fn summary(plan: &Plan, number: u32) -> Option<String> {
    let number = number - u32::from(plan.event(number).stale);
    let mut random = Random::of(plan.seed, purpose::PAGE, u64::from(number));
    // A day page shows the tags of an event without a summary, cut at each comma. So that the truth about tags with a
    // comma stays known, their events have one.
    let comma = plan
        .tags(number)
        .iter()
        .any(|tag| plan.language.tags[*tag as usize].written.contains(','));
    if !random.chance(SUMMARIES) && !comma {
        return None;
    }
    let mut text = String::with_capacity(256);
    if random.chance(MARKDOWN_STARTS) {
        text.push_str(["# ", "- ", "1. ", "> ", "    ", "<div "][random.below(6)]);
    }
    let length = 70 + random.below(80) + random.below(90);
    let from = text.len();
    let start = match plan.tags(number) {
        [] => String::new(),
        tags => name(plan, tags[random.below(tags.len())]).to_owned(),
    };
    text.push_str(&start);
    words_to(&mut text, plan, &mut random, length);
    capital(&mut text, from);
    if random.chance(SUMMARY_ENTITIES)
        && let Some(at) = text[from..].find(' ')
    {
        text.insert_str(
            from + at,
            ["&#039;s", "&rdquo;", "&nbsp;&ndash;", "’s"][random.below(4)],
        );
    }
    text.push_str([".", ".", ".", "...", ""][random.below(5)]);
    Some(text)
}

/// A publisher's address for an event.
pub fn url(plan: &Plan, random: &mut Random, number: u32) -> String {
    let publisher = plan.language.publisher_ranks.sample(random);
    url_of(
        plan,
        random,
        number,
        plan.language.publishers[publisher].host,
    )
}

/// An address on one host: of the lengths and shapes that news sites have.
pub fn url_of(plan: &Plan, random: &mut Random, number: u32, host: usize) -> String {
    let day = plan.day(number);
    let secure = if host.is_multiple_of(3) {
        "https"
    } else {
        "http"
    };
    let mut url = format!("{secure}://{}/", plan.language.hosts[host]);
    let words = |url: &mut String, random: &mut Random, n: usize| {
        for i in 0..n {
            url.push_str(if i == 0 { "" } else { "-" });
            url.push_str(plan.language.word(random));
        }
    };
    // A site has one shape for all its addresses.
    match host % 4 {
        0 => url.push_str(&format!(
            "news/world-{}-{}",
            random.pick(&["europe", "asia", "africa"]),
            random.between(10_000_000, 50_000_000)
        )),
        1 => {
            url.push_str(&format!(
                "{}/{:02}/{:02}/",
                day.year(),
                day.month(),
                day.day()
            ));
            let n = random.between(4, 8);
            words(&mut url, random, n);
            url.push('/');
        }
        2 => {
            url.push_str("world/");
            let n = random.between(3, 7);
            words(&mut url, random, n);
            url.push_str(&format!("-{:x}.html", random.next() >> 36));
        }
        _ => {
            url.push_str(&format!(
                "article.php?id={}&section=",
                random.between(100_000, 9_000_000)
            ));
            words(&mut url, random, 1);
        }
    }
    if random.chance(0.001) {
        url.push_str(random.pick(&["(1)", "a b", ")"]));
    }
    url
}

#[cfg(test)]
mod tests {
    use super::{slug, summary, title};
    use crate::plan::Plan;

    #[test]
    fn every_kind_of_noise_occurs_in_a_moderate_archive() {
        let plan = Plan::new(15_000, 1);
        let titles: Vec<String> = (0..plan.len()).map(|number| title(&plan, number)).collect();
        for (mark, least) in [
            (" [http", 50),
            ("+00:00", 15),
            ("](", 1),
            (" #", 5),
            ("&nbsp;", 20),
            ("&#8217;", 20),
            ("ã", 50),
        ] {
            let found = titles.iter().filter(|title| title.contains(mark)).count();
            assert!(
                found >= least,
                "{mark:?} is in {found} titles, expected {least}"
            );
        }
        let starts: Vec<String> = (0..plan.len())
            .filter_map(|number| summary(&plan, number))
            .collect();
        for mark in ["# ", "- ", "1. ", "> ", "    ", "<div "] {
            assert!(
                starts.iter().any(|summary| summary.starts_with(mark)),
                "{mark:?}"
            );
        }
    }

    #[test]
    fn slugs_are_the_sites_and_end_where_it_cut_them() {
        assert_eq!(
            slug(" The 6.5% target, as in 2017! "),
            "the-6-5-target-as-in-2017"
        );
        assert_eq!(slug("Pedrógão&nbsp;fire"), "pedra3ga-o-fire");
        assert_eq!(slug(&"ab ".repeat(100)).len(), 140);
        assert!(!slug(&"a".repeat(139).replace("aaa", "aa ")).ends_with('-'));
    }
}
