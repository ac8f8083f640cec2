//! The plain design on sled: a key an event, a key a tag and event, and keys for days and links. What segments are
//! measured against.
//!
//! | tree | key | value |
//! | --- | --- | --- |
//! | events | id | fingerprint, event |
//! | tags | tag, 0, superseded, day, id | none |
//! | days | superseded, day, id | tags of the event, so that facets read no event |
//! | links | id linked to, 0, superseded, id | none |
//! | shown | tag | the spelling that it is shown in |

use std::collections::BTreeMap;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};
use sled::{Db, Tree};

use crate::Result;
use crate::calendar;
use crate::engine::{Engine, Input, Opened, PAGE, PAGES, Whole};
use crate::model::{Event, folded};
use crate::settings::{self, SEPARATOR};

/// Events of the newest, values of the commonest.
const TOP: usize = 20;
const FINGERPRINT: usize = size_of::<i64>();
/// Superseded, then the day.
const DAY: usize = 1 + size_of::<u32>();

/// The engine.
pub struct Plain;

struct Open {
    db: Db,
    events: Tree,
    tags: Tree,
    days: Tree,
    links: Tree,
    shown: Tree,
}

fn open(folder: &Path) -> Result<Open> {
    let db = settings::sled(folder).open()?;
    Ok(Open {
        events: db.open_tree("events")?,
        tags: db.open_tree("tags")?,
        days: db.open_tree("days")?,
        links: db.open_tree("links")?,
        shown: db.open_tree("shown")?,
        db,
    })
}

impl Engine for Plain {
    fn name(&self) -> &'static str {
        "plain sled"
    }

    fn load(&self, input: &Input<'_>, folder: &Path) -> Result<()> {
        let open = open(folder)?;
        let index = || -> Result<()> {
            let (mut tags, mut days, mut links) = (Vec::new(), Vec::new(), Vec::new());
            let mut shown = Shown::default();
            for event in input.events {
                let own = own_tags(event);
                shown.take(&own, event);
                tags.extend(own.iter().map(|tag| tag_key(tag, event)));
                links.extend(link_keys(event));
                days.push((day_key(event), join(&own)));
            }
            tags.sort_unstable();
            links.sort_unstable();
            days.sort_unstable();
            shown.write(&open.shown)?;
            for (tree, keys) in [(&open.tags, tags), (&open.links, links)] {
                for key in keys {
                    tree.insert(key, &[])?;
                }
            }
            for (key, tags) in days {
                open.days.insert(key, tags.as_bytes())?;
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            // Two trees are independent of each other: each gets a core.
            let indexed = scope.spawn(|| index().map_err(|error| error.to_string()));
            let mut events: Vec<&Event> = input.events.iter().collect();
            events.sort_unstable_by(|a, b| a.id.cmp(&b.id));
            for event in events {
                open.events.insert(&event.id, value(event)?)?;
            }
            match indexed.join() {
                Ok(done) => Ok(done?),
                Err(_) => Err("the thread that makes the indexes ended".into()),
            }
        })
        .and_then(|()| Ok(open.db.flush().map(|_| ())?))
    }

    fn open(&self, folder: &Path) -> Result<Box<dyn Opened>> {
        Ok(Box::new(open(folder)?))
    }
}

/// How many events have each spelling of a tag.
#[derive(Default)]
struct Shown<'a>(FxHashMap<String, BTreeMap<&'a str, u64>>);

impl<'a> Shown<'a> {
    fn take(&mut self, own: &[String], event: &'a Event) {
        for (folded, spelling) in own.iter().zip(&event.tags) {
            if !self.0.contains_key(folded) {
                self.0.insert(folded.clone(), BTreeMap::new());
            }
            if let Some(spellings) = self.0.get_mut(folded) {
                *spellings.entry(spelling).or_default() += 1;
            }
        }
    }

    /// The spelling of most events, the first by code point where several have as many.
    fn write(self, tree: &Tree) -> Result<()> {
        for (folded, spellings) in self.0 {
            let best = spellings.iter().rev().max_by_key(|(_, events)| **events);
            if let Some((spelling, _)) = best {
                tree.insert(folded, spelling.as_bytes())?;
            }
        }
        Ok(())
    }
}

fn own_tags(event: &Event) -> Vec<String> {
    event.tags.iter().map(|tag| folded(tag)).collect()
}

fn join(tags: &[String]) -> String {
    tags.join(SEPARATOR.encode_utf8(&mut [0; 4]))
}

fn value(event: &Event) -> Result<Vec<u8>> {
    let mut value = event.fingerprint().to_le_bytes().to_vec();
    bincode::serialize_into(&mut value, event)?;
    Ok(value)
}

fn decoded(value: &[u8]) -> Result<Event> {
    let bytes = value.get(FINGERPRINT..).ok_or("an event is cut off")?;
    Ok(bincode::deserialize(bytes)?)
}

fn day_key(event: &Event) -> Vec<u8> {
    let mut key = vec![u8::from(event.superseded)];
    key.extend(event.day.to_be_bytes());
    key.extend(event.id.as_bytes());
    key
}

fn tag_key(tag: &str, event: &Event) -> Vec<u8> {
    let mut key = prefix(tag);
    key.extend(day_key(event));
    key
}

fn prefix(text: &str) -> Vec<u8> {
    let mut key = text.as_bytes().to_vec();
    key.push(0);
    key
}

/// A key of the index for each other event that one links to.
fn link_keys(event: &Event) -> impl Iterator<Item = Vec<u8>> {
    let others = event
        .related
        .iter()
        .filter(|related| related.id != event.id);
    others.map(|related| {
        let mut key = prefix(&related.id);
        key.push(u8::from(event.superseded));
        key.extend(event.id.as_bytes());
        key
    })
}

/// What begins the keys of a tag's events that are not superseded.
fn live(tag: &str) -> Vec<u8> {
    let mut key = prefix(&folded(tag));
    key.push(0);
    key
}

/// The keys of some days behind a prefix.
fn days(prefix: &[u8], first: u32, last: u32) -> std::ops::Range<Vec<u8>> {
    let with = |day: u32| {
        let mut key = prefix.to_vec();
        key.extend(day.to_be_bytes());
        key
    };
    with(first)..with(last + 1)
}

fn day_of(key: &[u8]) -> Result<u32> {
    let bytes = key.get(..4).and_then(|bytes| bytes.try_into().ok());
    Ok(u32::from_be_bytes(bytes.ok_or("a key without a day")?))
}

impl Open {
    fn event(&self, id: &[u8]) -> Result<Event> {
        decoded(&self.events.get(id)?.ok_or("an event is gone")?)
    }

    fn push(&self, id: &[u8], whole: &mut Whole) -> Result<()> {
        let event = self.event(id)?;
        whole.push(&event.id, event.letters());
        Ok(())
    }

    /// The commonest of the tags of some events, each as in the tree of days.
    fn top(&self, tags: impl Iterator<Item = Result<sled::IVec>>) -> Result<Vec<(String, u64)>> {
        let mut counts: FxHashMap<Vec<u8>, u64> = FxHashMap::default();
        for tags in tags {
            for tag in tags?.split(|&byte| byte == SEPARATOR as u8) {
                match counts.get_mut(tag) {
                    Some(count) => *count += 1,
                    None if tag.is_empty() => {}
                    None => drop(counts.insert(tag.to_vec(), 1)),
                }
            }
        }
        let mut found = Vec::new();
        for (tag, count) in counts {
            let shown = self.shown.get(&tag)?.ok_or("a tag without a spelling")?;
            found.push((String::from_utf8(shown.to_vec())?, count));
        }
        found.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found.truncate(TOP);
        Ok(found)
    }

    /// Replaces events that differ from what is there, and syncs; returns how many.
    fn put(&self, events: &[Event]) -> Result<u64> {
        let mut written = 0;
        for event in events {
            let known = self.events.get(&event.id)?;
            if let Some(known) = &known {
                if known.get(..FINGERPRINT) == Some(&event.fingerprint().to_le_bytes()) {
                    continue;
                }
                let old = decoded(known)?;
                for tag in own_tags(&old) {
                    self.tags.remove(tag_key(&tag, &old))?;
                }
                for key in link_keys(&old) {
                    self.links.remove(key)?;
                }
                self.days.remove(day_key(&old))?;
            }
            let own = own_tags(event);
            for tag in &own {
                self.tags.insert(tag_key(tag, event), &[])?;
            }
            for key in link_keys(event) {
                self.links.insert(key, &[])?;
            }
            self.days.insert(day_key(event), join(&own).as_bytes())?;
            self.events.insert(&event.id, value(event)?)?;
            written += 1;
        }
        self.db.flush()?;
        Ok(written)
    }
}

impl Opened for Open {
    fn gets(&mut self, ids: &[String]) -> Result<Whole> {
        let mut whole = Whole::default();
        for id in ids {
            self.push(id.as_bytes(), &mut whole)?;
        }
        Ok(whole)
    }

    fn month(&mut self, month: u32) -> Result<Whole> {
        let mut whole = Whole::default();
        for key in self
            .days
            .range(days(&[0], month * 100, month * 100 + 99))
            .keys()
        {
            self.push(&key?[DAY..], &mut whole)?;
        }
        Ok(whole)
    }

    fn count(&mut self, tag: &str) -> Result<u64> {
        let mut count = 0;
        for key in self.tags.scan_prefix(live(tag)).keys() {
            key?;
            count += 1;
        }
        Ok(count)
    }

    fn newest(&mut self, tags: [&str; 2], since: u32, year: u32) -> Result<Whole> {
        // The rarer tag is walked, the commoner one looked up.
        let (common, rare) = (live(tags[0]), live(tags[1]));
        let range = days(&rare, calendar::year(since).0, calendar::year(year).1);
        let mut whole = Whole::default();
        let mut found = 0;
        for key in self.tags.range(range).keys().rev() {
            let key = key?;
            let behind = &key[rare.len()..];
            if self.tags.contains_key([&common, behind].concat())? {
                self.push(&behind[DAY - 1..], &mut whole)?;
                found += 1;
                if found == TOP {
                    break;
                }
            }
        }
        Ok(whole)
    }

    fn any_of(&mut self, any: &[String], none: &[String], year: u32) -> Result<u64> {
        let (first, last) = calendar::year(year);
        let keys = |tags: &[String]| -> Result<FxHashSet<Vec<u8>>> {
            let mut found = FxHashSet::default();
            for tag in tags {
                let live = live(tag);
                for key in self.tags.range(days(&live, first, last)).keys() {
                    found.insert(key?[live.len()..].to_vec());
                }
            }
            Ok(found)
        };
        Ok(keys(any)?.difference(&keys(none)?).count() as u64)
    }

    fn timeline(&mut self, tag: &str) -> Result<Vec<(String, u64)>> {
        let end = |key: Option<sled::Result<(sled::IVec, sled::IVec)>>| match key {
            Some(key) => day_of(&key?.0[1..]),
            None => Err("no event".into()),
        };
        let mut all = self.days.scan_prefix([0]);
        let (first, last) = (end(all.next())?, end(all.next_back())?);
        let live = live(tag);
        let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
        for key in self.tags.scan_prefix(&live).keys() {
            *counts
                .entry(day_of(&key?[live.len()..])? / 100)
                .or_default() += 1;
        }
        Ok(calendar::months(first, last, &counts))
    }

    fn facets_year(&mut self, year: u32) -> Result<Vec<(String, u64)>> {
        let (first, last) = calendar::year(year);
        let found = self.days.range(days(&[0], first, last)).values();
        self.top(found.map(|tags| Ok(tags?)))
    }

    fn facets_tag(&mut self, tag: &str) -> Result<Vec<(String, u64)>> {
        let live = live(tag);
        let keys = self.tags.scan_prefix(&live).keys();
        self.top(keys.map(|key| {
            // The rest of the key, with the mark of superseded before it, is that of the day.
            let tags = self.days.get(&key?[live.len() - 1..])?;
            Ok(tags.ok_or("an event without its day")?)
        }))
    }

    fn links(&mut self, ids: &[String]) -> Result<u64> {
        let mut sum = 0;
        for id in ids {
            let mut live = prefix(id);
            live.push(0);
            for key in self.links.scan_prefix(live).keys() {
                key?;
                sum += 1;
            }
        }
        Ok(sum)
    }

    fn pages(&mut self, tag: &str) -> Result<Whole> {
        use std::ops::Bound::{Excluded, Included, Unbounded};
        let live = live(tag);
        let mut whole = Whole::default();
        let mut last = Included(sled::IVec::from(live.as_slice()));
        for _ in 0..PAGES {
            let mut found = 0;
            for key in self.tags.range((last.clone(), Unbounded)).keys().take(PAGE) {
                let key = key?;
                let Some(behind) = key.strip_prefix(live.as_slice()) else {
                    break;
                };
                self.push(&behind[DAY - 1..], &mut whole)?;
                found += 1;
                last = Excluded(key);
            }
            if found < PAGE {
                break;
            }
        }
        Ok(whole)
    }

    fn second(&mut self, input: &Input<'_>) -> Result<u64> {
        self.put(input.events)
    }

    fn update(&mut self, input: &Input<'_>) -> Result<u64> {
        self.put(input.changed)
    }
}
