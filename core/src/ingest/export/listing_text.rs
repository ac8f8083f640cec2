//! A listing as a member of an export.
//!
//! A store holds of a listing its links with their contexts, and not its bytes. So the member is written
//! from these, in the grammar of the site's listings, and an import reads exactly them back.

use std::fmt::Write;

use crate::event::{Date, canonical_path};
use crate::page::{Edition, Listing, ListingItem, ListingKind, Span};

/// What stands before a link's address.
const MARK: &str = "](/";

/// The text of a listing.
pub(super) fn listing_text(listing: &Listing) -> String {
    let (folder, label) = match listing.lang {
        Edition::En => ("", "Context"),
        Edition::Zh => ("zh/", "消息"),
    };
    let mut out = String::new();
    // Writing to a text does not fail.
    let _ = match listing.kind {
        ListingKind::Day(day) => {
            let (year, month, day) = (day.year(), day.month(), day.day());
            writeln!(
                out,
                "## [{year}-{month:02}-{day}](/{folder}news/{year:04}/{month:02}/{day}/index.md)\n"
            )
        }
        ListingKind::Front => put_front_heading(&mut out, listing, folder),
        ListingKind::Opinions => writeln!(out, "## Opinion\n"),
    };
    for item in &listing.items {
        let id = listing.get(item.target);
        let name = id.rsplit('/').next().unwrap_or_default();
        let title = match name.contains(['[', ']']) {
            true => "…",
            false => name,
        };
        let path = canonical_path(id);
        let _ = writeln!(out, "### [{title}{MARK}{folder}{path})");
        if let Some(context) = item.context {
            let _ = writeln!(out, "_{label}: {}_", listing.get(context));
        }
        out.push('\n');
    }
    out
}

/// The heading of a front page: today is the day of the first entry.
fn put_front_heading(out: &mut String, listing: &Listing, folder: &str) -> std::fmt::Result {
    let today = match listing.lang {
        Edition::En => "Today",
        Edition::Zh => "今天",
    };
    let first = listing.items.first().map(|item| listing.get(item.target));
    let day = first.and_then(|id| id.strip_prefix("opinion/").unwrap_or(id).rsplit_once('/'));
    match day {
        Some((day, _)) => writeln!(out, "## [{today}](/{folder}news/{day}/index.md)\n"),
        None => Ok(()),
    }
}

/// The listing of a text that [`listing_text`] made; in words what is wrong with any other.
pub(super) fn read_listing(
    text: &str,
    lang: Edition,
    kind: ListingKind,
) -> Result<Listing, &'static str> {
    let mut listing = Listing {
        text: String::new(),
        lang,
        kind,
        items: Vec::new(),
    };
    for line in text.split('\n') {
        if line.starts_with("### [") {
            let item = ListingItem {
                target: push(
                    &mut listing,
                    target(line).ok_or("an entry without its link")?,
                ),
                title: Span::default(),
                context: None,
            };
            listing.items.push(item);
        } else if let Some(note) = line.strip_prefix('_') {
            let note = note
                .strip_suffix('_')
                .and_then(|note| note.split_once(": "));
            let (_, context) = note.ok_or("a line of contexts without its label")?;
            let context = push(&mut listing, context);
            let item = listing
                .items
                .last_mut()
                .filter(|item| item.context.is_none());
            item.ok_or("contexts without an entry")?.context = Some(context);
        } else if !line.is_empty() && !line.starts_with("##") {
            return Err("a line that no listing of an export has");
        }
    }
    Ok(listing)
}

/// The id that an entry's link leads to.
fn target(line: &str) -> Option<&str> {
    let (_, address) = line.split_once(MARK)?;
    let path = address.strip_suffix(')')?;
    let path = path.strip_prefix("zh/").unwrap_or(path);
    match path.strip_prefix("news/") {
        Some(file) => file.strip_suffix(".md"),
        None => path.strip_suffix("/index.md"),
    }
}

fn push(listing: &mut Listing, text: &str) -> Span {
    let start = listing.text.len() as u32;
    listing.text.push_str(text);
    Span {
        start,
        end: listing.text.len() as u32,
    }
}

/// The kind of a day page, from the day of its record.
pub(super) fn day_kind(day: Option<&str>) -> Option<ListingKind> {
    day?.parse::<Date>().ok().map(ListingKind::Day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn listing(lang: Edition, kind: ListingKind, items: &[(String, Option<String>)]) -> Listing {
        let mut listing = Listing {
            text: String::new(),
            lang,
            kind,
            items: Vec::new(),
        };
        for (id, context) in items {
            let item = ListingItem {
                target: push(&mut listing, id),
                title: Span::default(),
                context: context
                    .as_deref()
                    .map(|context| push(&mut listing, context)),
            };
            listing.items.push(item);
        }
        listing
    }

    fn items(listing: &Listing) -> Vec<(String, Option<String>)> {
        let items = listing.items.iter();
        items
            .map(|item| {
                let context = item.context.map(|span| listing.get(span).to_owned());
                (listing.get(item.target).to_owned(), context)
            })
            .collect()
    }

    proptest! {
        #[test]
        fn a_listing_is_read_back(
            zh in any::<bool>(),
            front in any::<bool>(),
            links in proptest::collection::vec(
                (any::<bool>(), r"[a_)(\]\[/: 港]{1,8}", proptest::option::of(r"[a_:, \]#港]{0,12}")),
                0..5,
            ),
        ) {
            let lang = if zh { Edition::Zh } else { Edition::En };
            let day = Date::new(2017, 3, 5).map(ListingKind::Day).unwrap();
            let kind = if front { ListingKind::Front } else { day };
            let links: Vec<_> = links
                .into_iter()
                .map(|(opinion, name, context)| {
                    let folder = if opinion { "opinion/" } else { "" };
                    (format!("{folder}2017/03/5/{name}"), context)
                })
                .collect();
            let written = listing(lang, kind, &links);
            let read = read_listing(&listing_text(&written), lang, kind).unwrap();
            prop_assert_eq!(items(&read), links);
        }
    }

    #[test]
    fn what_was_changed_by_hand_is_refused() {
        for bad in [
            "### [a]",
            "_Context: a_",
            "_Context_",
            "text",
            "### [a](/news/2017/03/5/a.md) b",
        ] {
            assert!(
                read_listing(bad, Edition::En, ListingKind::Front).is_err(),
                "{bad}"
            );
        }
    }
}
