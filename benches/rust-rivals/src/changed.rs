//! The update that is measured: one event in a hundred gets another title, in the events and in the pages.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use eventstore::EventId;
use rustc_hash::FxHashSet;

use crate::Result;
use crate::model::Event;

/// One event in so many changes.
const ONE_IN: usize = 100;
/// What a changed title begins with.
const MARK: &str = "Updated: ";

/// The events that change, as they are afterwards.
pub fn events(events: &[Event]) -> Vec<Event> {
    let news = events.iter().filter(|event| event.kind == "news");
    news.step_by(ONE_IN)
        .map(|event| Event {
            title: format!("{MARK}{}", event.title),
            ..event.clone()
        })
        .collect()
}

/// The pages of these events, taken from the archive and changed in the same way.
pub fn pages(archive: &Path, changed: &[Event]) -> Result<Vec<(String, Vec<u8>)>> {
    let ids: FxHashSet<&str> = changed.iter().map(|event| event.id.as_str()).collect();
    let mut pages = Vec::new();
    for entry in tar::Archive::new(File::open(archive)?).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let Some((_, place)) = path.split_once("news/") else {
            continue;
        };
        let id: Result<EventId, _> = format!("news/{place}").parse();
        if !id.is_ok_and(|id| ids.contains(id.as_str())) {
            continue;
        }
        let mut page = String::new();
        entry.read_to_string(&mut page)?;
        let title = page
            .find("\n# ")
            .ok_or_else(|| format!("{path}: a page without a title"))?
            + 3;
        page.insert_str(title, MARK);
        pages.push((path, page.into_bytes()));
    }
    match pages.len() == changed.len() {
        true => Ok(pages),
        false => Err(format!(
            "{}: pages of {} events found, {} change",
            archive.display(),
            pages.len(),
            changed.len()
        )
        .into()),
    }
}
