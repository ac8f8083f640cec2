//! Split timelines, counted anew from what each event says.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::laws::{BYS, facets};
use super::model::{query, values};
use super::stores::{history, store_of};
use crate::error::Error;
use crate::event::{Date, Event, fold};
use crate::query::{By, Facet};
use crate::store::Store;

/// The values of a field of an event, as they are compared.
fn forms(event: &Event, by: &Facet) -> BTreeSet<String> {
    let values = values(event, by);
    values
        .iter()
        .map(|value| fold(value).into_owned())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_split_timeline_counts_what_each_event_says(
        history in history(),
        commits in 1usize..=4,
        query in query(),
        top in prop::option::of(1usize..4),
        start in 0u64..6,
    ) {
        let store = store_of(&history[..commits]);
        let whole = store.query(query).unwrap();
        for hits in [whole.clone(), whole.slice(start..)] {
            let events: Vec<Event> = hits.iter().map(|event| event.unwrap()).collect();
            for (split, by) in facets().into_iter().zip(BYS.into_iter().cycle()) {
                let said: Vec<(Option<Date>, BTreeSet<String>)> =
                    events.iter().map(|event| (event.date, forms(event, &split))).collect();
                let timeline = hits.split_timeline(by, split.clone(), top).unwrap();
                let plain = hits.timeline(by).unwrap();
                let facets = hits.facets(split.clone(), top).unwrap();
                let shown: BTreeSet<String> = facets.iter().map(|count| fold(&count.value).into_owned()).collect();
                // What has none of the values comes last, if something has none.
                let has_others = said.iter().any(|(day, forms)| day.is_some() && forms.is_disjoint(&shown));
                let mut values: Vec<Option<&str>> = facets.iter().map(|count| Some(&*count.value)).collect();
                values.extend(has_others.then_some(None));
                prop_assert_eq!(timeline.len(), plain.len() * values.len());
                prop_assert!(timeline.is_empty() || timeline.values().eq(values));
                for (buckets, plain) in timeline.times().zip(plain.iter()) {
                    let times = plain.start..=plain.end;
                    let within: Vec<_> = said.iter()
                        .filter(|(day, _)| day.is_some_and(|day| times.contains(&day)))
                        .map(|(_, forms)| forms)
                        .collect();
                    for one in buckets {
                        prop_assert_eq!(
                            (&one.label, one.start, one.end, one.total),
                            (&plain.label, plain.start, plain.end, plain.total)
                        );
                        let expected = within.iter().filter(|forms| match &one.value {
                            Some(value) => forms.contains(&*fold(value)),
                            None => forms.is_disjoint(&shown),
                        });
                        prop_assert_eq!(one.count, expected.count() as u64, "{}:{:?}", &split, &one.value);
                    }
                }
                for facet in &facets {
                    let of_value = timeline.iter().filter(|one| one.value.as_ref() == Some(&facet.value));
                    let in_buckets: u64 = of_value.map(|one| one.count).sum();
                    // Undated events have the value and lie in no bucket.
                    let form = fold(&facet.value);
                    let undated = said.iter().filter(|(day, forms)| day.is_none() && forms.contains(&*form));
                    prop_assert_eq!(in_buckets + undated.count() as u64, facet.count, "{}:{}", &split, &facet.value);
                }
            }
        }
    }
}

#[test]
fn more_counts_than_memory_should_hold_are_refused_with_the_way_out() {
    let store = Store::memory().unwrap();
    let event = |year: i16, number: usize| {
        let id = format!("{year}/01/1/{number}").parse().unwrap();
        let mut event = Event::new(id, Date::new(year, 1, 1), "An event");
        event.tags = (0..10).map(|tag| format!("{number} {tag}")).collect();
        event
    };
    let years = [event(1000, 0), event(9000, 1)];
    store.add(years).unwrap();
    let hits = store.query("").unwrap();
    assert_eq!(
        hits.split_timeline(By::Year, Facet::Tag, None)
            .unwrap()
            .values()
            .count(),
        20
    );
    let error = hits.split_timeline(By::Day, Facet::Tag, None).unwrap_err();
    let Error::InvalidArgument { what, message } = &error else {
        panic!("{error}");
    };
    assert_eq!(*what, "top");
    assert!(
        message.contains("21 values") && message.contains("wider buckets"),
        "{message}"
    );
    assert!(hits.split_timeline(By::Year, Facet::Tag, Some(0)).is_err());
}
