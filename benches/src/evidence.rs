//! Which tags the pages that were written give evidence of.

use crate::plan::{Plan, TAGS_MAX};

/// A page does not state its event's tags. So the truth about an archive is not what was planned but what its pages
/// show: a bit for each tag of each event.
pub struct Evidence {
    shown: Vec<u8>,
}

const _: () = assert!(TAGS_MAX <= 8, "one bit a tag");

impl Evidence {
    pub fn new(plan: &Plan) -> Self {
        Self {
            shown: vec![0; plan.len() as usize],
        }
    }

    /// Some page shows that the event has the tag.
    pub fn note(&mut self, plan: &Plan, number: u32, tag: u32) {
        if let Some(place) = plan.tags(number).iter().position(|own| *own == tag) {
            self.shown[number as usize] |= 1 << place;
        }
    }

    /// Some page shows all tags of the event.
    pub fn note_all(&mut self, plan: &Plan, number: u32) {
        for tag in plan.tags(number) {
            self.note(plan, number, *tag);
        }
    }

    /// The tags that are shown.
    pub fn tags<'a>(&'a self, plan: &'a Plan, number: u32) -> impl Iterator<Item = u32> + 'a {
        let shown = self.shown[number as usize];
        plan.tags(number)
            .iter()
            .enumerate()
            .filter(move |(place, _)| shown >> place & 1 == 1)
            .map(|(_, tag)| *tag)
    }
}
