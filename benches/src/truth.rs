//! What a store must say of an archive, told by who wrote it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::evidence::Evidence;
use crate::plan::{Layout, Plan};

/// Most frequent tags that are counted.
pub const TOP_TAGS: usize = 50;

/// Counts of an archive.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Truth {
    pub seed: u64,
    /// Event pages, superseded ones included, opinions not.
    pub pages: u64,
    pub files: u64,
    pub bytes: u64,
    /// What an ingest into an empty store must report: `added + listings + twins + others + failed` are all files.
    pub added: u64,
    pub listings: u64,
    pub twins: u64,
    pub others: u64,
    pub failed: u64,
    pub opinions: u64,
    pub superseded: u64,
    /// Entries of all related lists, and of all lists of sources (covers apart).
    pub links: u64,
    pub sources: u64,
    pub layouts: BTreeMap<String, u64>,
    /// Events that are not superseded, opinions included, by year.
    pub years: BTreeMap<i32, u64>,
    /// Distinct tags that some page shows of an event that is not superseded, and all those tags of all those events.
    pub tags: u64,
    pub tag_uses: u64,
    /// The most frequent ones, folded.
    pub top_tags: Vec<TagCount>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TagCount {
    pub tag: String,
    /// Events that are not superseded.
    pub live: u64,
    /// All events.
    pub all: u64,
}

impl Truth {
    /// Counts what the pages show, once all are written.
    pub fn count(&mut self, plan: &Plan, evidence: &Evidence) {
        let mut live = vec![0u64; plan.language.tags.len()];
        let mut all = live.clone();
        for number in 0..plan.len() {
            let event = plan.event(number);
            let layout = Layout::ALL
                .iter()
                .position(|layout| *layout == event.layout)
                .unwrap_or_default();
            *self
                .layouts
                .entry(["A", "B", "C"][layout].to_owned())
                .or_default() += 1;
            self.superseded += u64::from(event.stale);
            if !event.stale {
                *self
                    .years
                    .entry(i32::from(plan.day(number).year()))
                    .or_default() += 1;
            }
            for tag in evidence.tags(plan, number) {
                all[tag as usize] += 1;
                live[tag as usize] += u64::from(!event.stale);
            }
        }
        self.tags = live.iter().filter(|count| **count > 0).count() as u64;
        self.tag_uses = live.iter().sum();
        let mut ranked: Vec<usize> = (0..live.len()).collect();
        ranked.sort_by_key(|tag| std::cmp::Reverse(live[*tag]));
        let count = |tag: usize| TagCount {
            tag: plan.language.tags[tag].folded(),
            live: live[tag],
            all: all[tag],
        };
        self.top_tags = ranked.into_iter().take(TOP_TAGS).map(count).collect();
    }
}
