//! The language of synthetic archives: words, names, tags, publishers. All invented but for the smallest words.

use crate::random::{Random, Zipf};

/// Distinct words that text is made of.
const WORDS: usize = 5_000;
/// Word frequencies fall with their rank; 1 is what texts in most languages show.
const WORD_SLOPE: f64 = 1.0;
/// Publishers and hosts, as counted in the real archive: 1,389 names, 790 hosts, the first host on a fifth of all.
const PUBLISHERS: usize = 1_400;
const HOSTS: usize = 800;
const PUBLISHER_SLOPE: f64 = 0.9;

const SMALL: [&str; 48] = [
    "the",
    "of",
    "in",
    "and",
    "a",
    "to",
    "is",
    "for",
    "at",
    "by",
    "on",
    "after",
    "with",
    "that",
    "from",
    "are",
    "as",
    "an",
    "killed",
    "says",
    "people",
    "against",
    "government",
    "president",
    "police",
    "has",
    "his",
    "its",
    "over",
    "former",
    "attack",
    "announces",
    "during",
    "minister",
    "who",
    "least",
    "new",
    "two",
    "was",
    "city",
    "state",
    "near",
    "country",
    "following",
    "between",
    "been",
    "first",
    "more",
];

const STARTS: [&str; 24] = [
    "b", "br", "c", "d", "dr", "f", "g", "h", "k", "l", "m", "n", "p", "pl", "r", "s", "st", "t",
    "tr", "v", "w", "z", "sh", "",
];
const MIDDLES: [&str; 12] = [
    "a", "e", "i", "o", "u", "ai", "ea", "ou", "a", "e", "i", "o",
];
const ENDS: [&str; 16] = [
    "n", "r", "l", "s", "t", "m", "", "", "", "nd", "rt", "ck", "ng", "sk", "v", "d",
];

const FORMS: [&str; 12] = [
    "River",
    "Party",
    "Province",
    "War",
    "Election",
    "Bay",
    "University",
    "Army",
    "Championship",
    "Peninsula",
    "Council",
    "Airport",
];
const PAPERS: [&str; 16] = [
    "Times",
    "Courier",
    "Herald",
    "Post",
    "News",
    "Gazette",
    "Tribune",
    "Daily",
    "Observer",
    "Chronicle",
    "Star",
    "Radio",
    "Telegraph",
    "Monitor",
    "Journal",
    "Online",
];
const ENDINGS: [&str; 6] = [
    "example",
    "example.com",
    "example.org",
    "example.net",
    "co.example",
    "news.example",
];

/// One tag, as pages write it.
pub struct Tag {
    /// The spelling of most pages.
    pub written: String,
    /// Another one, that differs in case alone.
    pub variant: Option<String>,
}

impl Tag {
    /// What the tag is when read: entities decoded, white space to one space, small letters.
    pub fn folded(&self) -> String {
        fold(&self.written)
    }
}

fn fold(written: &str) -> String {
    written
        .replace("&nbsp;", " ")
        .replace("&#039;", "'")
        .to_lowercase()
}

pub struct Publisher {
    pub name: String,
    pub host: usize,
}

pub struct Language {
    words: Vec<String>,
    word_ranks: Zipf,
    pub tags: Vec<Tag>,
    pub publishers: Vec<Publisher>,
    pub publisher_ranks: Zipf,
    pub hosts: Vec<String>,
}

fn invented(random: &mut Random, syllables: usize) -> String {
    let mut word = String::new();
    for _ in 0..syllables {
        word.push_str(random.pick(&STARTS));
        word.push_str(random.pick(&MIDDLES));
    }
    word.push_str(random.pick(&ENDS));
    word
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// Makes until one is new.
fn distinct(n: usize, mut make: impl FnMut(usize) -> String) -> Vec<String> {
    let mut seen = std::collections::HashSet::with_capacity(n);
    let mut all = Vec::with_capacity(n);
    while all.len() < n {
        let one = make(all.len());
        if seen.insert(fold(&one)) {
            all.push(one);
        }
    }
    all
}

impl Language {
    /// The language is the same for every seed; only the number of tags grows with the archive.
    pub fn new(tags: usize) -> Self {
        let random = &mut Random::of(0, 1, 0);
        let mut words: Vec<String> = SMALL.map(str::to_owned).to_vec();
        // Rare words are longer, as in any language.
        words.extend(distinct(WORDS - SMALL.len(), |rank| {
            let longer = usize::from(rank > 300) + usize::from(rank > 2_000);
            let syllables = 1 + longer + random.below(2);
            invented(random, syllables)
        }));
        let random = &mut Random::of(0, 2, 0);
        let names = distinct(tags, |number| name(random, number));
        let tags = names
            .into_iter()
            .map(|written| Tag {
                variant: variant(random, &written),
                written,
            })
            .collect();
        let random = &mut Random::of(0, 3, 0);
        let hosts = distinct(HOSTS, |_| {
            let www = if random.chance(0.7) { "www." } else { "" };
            format!("{www}{}.{}", invented(random, 2), random.pick(&ENDINGS))
        });
        let publishers = distinct(PUBLISHERS, |_| {
            let place = capital(&invented(random, 2));
            match random.below(4) {
                0 => format!("The {place} {}", random.pick(&PAPERS)),
                1 => place,
                _ => format!("{place} {}", random.pick(&PAPERS)),
            }
        });
        let publishers = publishers.into_iter().enumerate();
        let publishers = publishers
            .map(|(rank, name)| Publisher {
                name,
                host: rank * HOSTS / PUBLISHERS,
            })
            .collect();
        Self {
            words,
            word_ranks: Zipf::new(WORDS, WORD_SLOPE),
            tags,
            publishers,
            publisher_ranks: Zipf::new(PUBLISHERS, PUBLISHER_SLOPE),
            hosts,
        }
    }

    pub fn word(&self, random: &mut Random) -> &str {
        &self.words[self.word_ranks.sample(random)]
    }
}

/// Names as tags have them: mostly two words, some one, some with all that real tags hold.
fn name(random: &mut Random, number: usize) -> String {
    let first = capital(&invented(random, 2));
    let second = capital(&invented(random, 2));
    match random.below(1_000) {
        // Cut at the comma by a careless reader. The second part sorts before the first, by which a list of sorted tags
        // shows that it is one.
        0..5 if first > second => format!("{first}, {second}"),
        5..10 => format!("{first}&nbsp;{second}"),
        10..15 => format!("{first}&#039;s {}", second.to_lowercase()),
        15..19 => format!("''{first}''"),
        19..25 => format!("{first} ({})", second.to_lowercase()),
        25..28 => format!("#{first}"),
        28..31 => format!("{first}/{second}"),
        31..33 => format!("{first}<sub>2</sub>"),
        33..35 => format!("{first}_"),
        35..55 => format!("{first}é {second}"),
        55..75 => format!(
            "{} {first} {}",
            2000 + number % 20,
            random.pick(&FORMS).to_lowercase()
        ),
        75..275 => first,
        275..475 => format!("{first} {}", random.pick(&FORMS)),
        475..575 => format!("{} {}", first.to_lowercase(), second.to_lowercase()),
        575..655 => format!("{first} {second} {}", random.pick(&FORMS)),
        _ => format!("{first} {second}"),
    }
}

/// One tag in a hundred is also written in another case.
fn variant(random: &mut Random, written: &str) -> Option<String> {
    let small = written.to_ascii_lowercase();
    (random.chance(0.01) && small != written && !written.contains([',', '&'])).then_some(small)
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn tags_are_distinct_however_they_are_spelled() {
        let language = Language::new(20_000);
        let mut folded: Vec<String> = language.tags.iter().map(super::Tag::folded).collect();
        folded.sort();
        folded.dedup();
        assert_eq!(folded.len(), 20_000);
        assert!(language.tags.iter().any(|tag| tag.variant.is_some()));
        assert!(language.tags.iter().any(|tag| tag.written.contains(", ")));
        assert!(language.tags.iter().any(|tag| tag.written.ends_with('_')));
    }
}
