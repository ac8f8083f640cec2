//! What an archive will hold, before any page is written: its days, and of each event the layout and the tags.
//!
//! About 40 bytes an event are kept. Titles are not: a title is a function of the event's number, and is made anew
//! wherever a page links to it. That is why an archive of millions of pages is written in little memory.

use std::collections::HashMap;
use std::ops::Range;

use crate::calendar::Day;
use crate::random::{Random, Zipf};
use crate::text;
use crate::words::Language;

/// How a page is laid out; `archive-format` calls them generations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    A,
    B,
    C,
}

impl Layout {
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    /// One of them, by how many pages have each.
    pub fn drawn(random: &mut Random) -> Self {
        Self::ALL[random.share(&[0.3, 0.25, 0.45])]
    }

    /// Links in a related list.
    pub fn related_max(self) -> usize {
        match self {
            Self::A => 10,
            Self::B | Self::C => 5,
        }
    }
}

/// Purposes of random streams, so that none is used twice.
pub mod purpose {
    pub const DAYS: u64 = 10;
    pub const EVENT: u64 = 11;
    pub const STORY: u64 = 12;
    pub const TITLE: u64 = 13;
    pub const EDIT: u64 = 14;
    pub const PAGE: u64 = 15;
    pub const DAY_PAGE: u64 = 16;
    pub const OPINION: u64 = 17;
}

const FIRST_YEAR: i16 = 2000;
const LAST_YEAR: i16 = 2019;
/// Events a day of archives too small to fill all years.
const EVENTS_A_DAY: usize = 13;

/// Tags to draw from; the rarest are never drawn. 200,000 pages show about 26,000 tags, 9,000 real ones have 5,050, from which the exponent follows.
const TAGS_AT_200K: f64 = 28_000.0;
const TAG_GROWTH: f64 = 0.53;
const TAG_SLOPE: f64 = 0.8;
/// Events by number of tags wanted, 0 to 8. A story short of tags gives fewer, and not all are shown: 3.66 remain.
const TAG_COUNTS: [f64; 9] = [0.07, 0.05, 0.08, 0.15, 0.19, 0.19, 0.13, 0.09, 0.05];
pub const TAGS_MAX: usize = TAG_COUNTS.len() - 1;

/// A story is what several events in a row are about: it has tags of its own, and its events share them.
const EVENTS_A_STORY: usize = 12;
const STORY_TAGS: usize = 6;
/// Stories that are told at one time.
const STORIES_AT_ONCE: f64 = 40.0;
/// Share of tags that an event has from its story.
const TAGS_FROM_STORY: f64 = 0.7;

/// Pages that an edit of their title left behind.
const STALE: f64 = 0.04;

/// Neighbours in a tag's list that are looked at for related events, on each side.
const NEIGHBOURS: usize = 10;

#[derive(Debug, Clone, Copy)]
pub struct Event {
    pub layout: Layout,
    /// An old version of the event before it, which its day page does not list.
    pub stale: bool,
    /// Its title comes out as another's of the day, so it draws again.
    salt: u8,
    day: u16,
}

pub struct Plan {
    pub seed: u64,
    pub language: Language,
    pub days: Vec<(Day, Range<u32>)>,
    events: Vec<Event>,
    tag_starts: Vec<u32>,
    tags: Vec<u32>,
    /// For each tag the events that have it, ascending.
    posting_starts: Vec<u32>,
    postings: Vec<u32>,
}

impl Plan {
    /// Plans an archive of so many event pages.
    pub fn new(pages: u32, seed: u64) -> Self {
        let vocabulary =
            (TAGS_AT_200K * (f64::from(pages) / 200_000.0).powf(TAG_GROWTH)).ceil() as usize;
        let mut plan = Self {
            seed,
            language: Language::new(vocabulary.max(50)),
            days: days(pages, seed),
            events: Vec::with_capacity(pages as usize),
            tag_starts: vec![0],
            tags: Vec::with_capacity(pages as usize * 4),
            posting_starts: Vec::new(),
            postings: Vec::new(),
        };
        let ranks = Zipf::new(plan.language.tags.len(), TAG_SLOPE);
        for day in 0..plan.days.len() {
            for number in plan.days[day].1.clone() {
                plan.push(day, number, &ranks);
            }
        }
        plan.invert();
        plan.part_titles();
        plan
    }

    pub fn len(&self) -> u32 {
        self.events.len() as u32
    }

    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    pub fn event(&self, number: u32) -> Event {
        self.events[number as usize]
    }

    pub fn day(&self, number: u32) -> Day {
        self.days[usize::from(self.event(number).day)].0
    }

    pub fn salt(&self, number: u32) -> u64 {
        u64::from(self.event(number).salt)
    }

    pub fn tags(&self, number: u32) -> &[u32] {
        &self.tags[self.tag_starts[number as usize] as usize
            ..self.tag_starts[number as usize + 1] as usize]
    }

    /// The stale page that an event has beside it.
    pub fn stale_twin(&self, number: u32) -> Option<u32> {
        let next = number + 1;
        (next < self.len() && self.event(next).stale).then_some(next)
    }

    fn push(&mut self, day: usize, number: u32, ranks: &Zipf) {
        let mut random = Random::of(self.seed, purpose::EVENT, u64::from(number));
        let first_of_day = self.days[day].1.start == number;
        let follows_stale = self.events.last().is_some_and(|before| before.stale);
        let stale = random.chance(STALE) && !first_of_day && !follows_stale;
        // Which layout a page has says when it was last built, not when its event was.
        let layout = Layout::drawn(&mut random);
        self.events.push(Event {
            layout,
            stale,
            salt: 0,
            day: day as u16,
        });
        if stale {
            let before = self.tags(number - 1).to_vec();
            self.tags.extend(before);
        } else {
            let wanted = random.share(&TAG_COUNTS);
            let story = self.story(number, &mut random);
            let from = self.tags.len();
            while self.tags.len() < from + wanted {
                let tag = match random.chance(TAGS_FROM_STORY) {
                    true => self.story_tag(story, random.below(STORY_TAGS), ranks),
                    false => ranks.sample(&mut random) as u32,
                };
                if !self.tags[from..].contains(&tag) {
                    self.tags.push(tag);
                } else if random.chance(0.2) {
                    // A story may have fewer tags than are wanted.
                    break;
                }
            }
        }
        self.tag_starts.push(self.tags.len() as u32);
    }

    /// A story of those that are told when the event happens; the newest are told most.
    fn story(&self, number: u32, random: &mut Random) -> u64 {
        let newest = number as usize / EVENTS_A_STORY;
        let back = (-(1.0 - random.unit()).ln() * STORIES_AT_ONCE) as usize;
        newest.saturating_sub(back) as u64
    }

    fn story_tag(&self, story: u64, which: usize, ranks: &Zipf) -> u32 {
        let mut random = Random::of(
            self.seed,
            purpose::STORY,
            story * STORY_TAGS as u64 + which as u64,
        );
        ranks.sample(&mut random) as u32
    }

    fn invert(&mut self) {
        let mut starts = vec![0u32; self.language.tags.len() + 1];
        for &tag in &self.tags {
            starts[tag as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        self.postings = vec![0; self.tags.len()];
        for number in 0..self.len() {
            for i in self.tag_starts[number as usize]..self.tag_starts[number as usize + 1] {
                let slot = &mut next[self.tags[i as usize] as usize];
                self.postings[*slot as usize] = number;
                *slot += 1;
            }
        }
        self.posting_starts = starts;
    }

    /// No two pages of a day have one slug: the later one draws its title again.
    fn part_titles(&mut self) {
        let mut seen: HashMap<String, ()> = HashMap::new();
        for day in 0..self.days.len() {
            seen.clear();
            for number in self.days[day].1.clone() {
                while seen
                    .insert(text::slug(&text::title(self, number)), ())
                    .is_some()
                {
                    self.events[number as usize].salt += 1;
                }
            }
        }
    }

    /// The related list of an event: those that share most tags with it, then the latest (days as text, as the site
    /// had them), with the shared tags.
    pub fn related(&self, number: u32) -> Vec<(u32, Vec<u32>)> {
        let own = self.tags(number);
        let mut near: Vec<u32> = Vec::with_capacity(own.len() * 2 * NEIGHBOURS);
        for &tag in own {
            let range = self.posting_starts[tag as usize] as usize
                ..self.posting_starts[tag as usize + 1] as usize;
            let list = &self.postings[range];
            let at = list.partition_point(|&other| other < number);
            near.extend(&list[at.saturating_sub(NEIGHBOURS)..(at + NEIGHBOURS).min(list.len())]);
        }
        near.sort_unstable();
        near.dedup();
        near.retain(|&other| other != number && !self.event(other).stale);
        if self.event(number).stale {
            near.retain(|&other| other != number - 1);
        }
        let shared = |other: &u32| -> Vec<u32> {
            let theirs = self.tags(*other);
            own.iter()
                .copied()
                .filter(|tag| theirs.contains(tag))
                .collect()
        };
        let mut found: Vec<(u32, Vec<u32>)> =
            near.iter().map(|other| (*other, shared(other))).collect();
        found.sort_by_cached_key(|(other, tags)| {
            (
                std::cmp::Reverse(tags.len()),
                std::cmp::Reverse((self.day(*other).path(), *other)),
            )
        });
        found.truncate(self.event(number).layout.related_max());
        found
    }
}

/// Days with their events. More happens (or is written down) in later years; no two days are alike.
fn days(pages: u32, seed: u64) -> Vec<(Day, Range<u32>)> {
    let last = Day::new(LAST_YEAR, 12, 31);
    let all: Vec<Day> =
        std::iter::successors(Some(Day::new(FIRST_YEAR, 1, 1)), |day| Some(day.next()))
            .take_while(|day| *day <= last)
            .collect();
    let used = (pages as usize / EVENTS_A_DAY).clamp(1, all.len());
    let all = &all[all.len() - used..];
    let mut random = Random::of(seed, purpose::DAYS, 0);
    let weights: Vec<f64> = (0..used)
        .map(|i| (0.5 + i as f64 / used as f64) * (0.4 + 1.2 * random.unit()))
        .collect();
    let sum: f64 = weights.iter().sum();
    let (mut before, mut reached) = (0, 0.0);
    let mut days = Vec::with_capacity(used);
    for (day, weight) in all.iter().zip(weights) {
        reached += weight / sum * f64::from(pages);
        let end = (reached.round() as u32).min(pages);
        if end > before {
            days.push((*day, before..end));
        }
        before = end;
    }
    if let Some((_, range)) = days.last_mut() {
        range.end = pages;
    }
    days
}
