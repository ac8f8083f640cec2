//! Counts by two things at once: a row for each name, a column for each value.
//!
//! Hand-written: crates for tables draw frames, and none leaves out columns that do not fit.

use eventstore::number::{counted, grouped};
use eventstore::{Hits, Result, SplitTimeline};

use crate::terminal::{columns_of, cut, pad};

/// The column of what has none of the values that have one.
pub const OTHERS: &str = "(other)";

/// The least columns to which the name of a value is cut.
const LEAST: usize = 6;
const GAP: &str = "  ";

/// What is to be said where the counts of a split timeline add up to more than the events in it, since an event
/// counts for each of its values.
///
/// # Errors
/// As [`Hits::timeline`].
pub fn repeated_counts(hits: &Hits, split: &SplitTimeline) -> Result<Option<String>> {
    let counts: u64 = split.iter().map(|bucket| bucket.count).sum();
    // Without those that have no date, which are in no bucket.
    let timeline = hits.timeline(split.by)?;
    let events: u64 = timeline.iter().map(|bucket| bucket.count).sum();
    Ok((counts > events).then(|| {
        let (counts, events) = (grouped(counts), counted(events, "event", "events"));
        format!(
            "{counts} counts of {events}: one for each {} of an event",
            split.split
        )
    }))
}

/// The head of a table and a line for each row: its name, and the count of each value below its name.
///
/// Where `columns` are given, no line is wider. The longest names of values are cut, and where even that
/// is too wide the last values are left out, which a last line says.
#[must_use]
pub fn crosstab(
    corner: &str,
    values: &[String],
    rows: &[(String, Vec<String>)],
    columns: Option<usize>,
) -> Vec<String> {
    let names = rows.iter().map(|(name, _)| columns_of(name)).max();
    let names = names.unwrap_or(0).max(columns_of(corner));
    let counts = rows.iter().flat_map(|(_, counts)| counts);
    let digits = counts.map(|count| columns_of(count)).max().unwrap_or(0);
    let widths = widths(
        values,
        digits,
        columns.map(|columns| columns.saturating_sub(names)),
    );

    let line = |name: &str, cells: &[String]| {
        let mut line = pad(name, names);
        for (cell, &width) in cells.iter().zip(&widths) {
            let cell = cut(cell, width);
            line += GAP;
            line += &" ".repeat(width - columns_of(&cell));
            line += &cell;
        }
        line
    };
    let mut lines = vec![line(corner, values)];
    lines.extend(rows.iter().map(|(name, counts)| line(name, counts)));
    match values.len() - widths.len() {
        0 => {}
        1 => lines.push("… 1 more value".to_owned()),
        left_out => lines.push(format!("… {left_out} more values")),
    }
    lines
}

/// The columns of each value that is shown, in `room` columns in all.
fn widths(values: &[String], digits: usize, room: Option<usize>) -> Vec<usize> {
    let natural: Vec<_> = values.iter().map(|value| columns_of(value)).collect();
    let within = |most: usize| {
        natural
            .iter()
            .map(move |&width| width.min(most).max(digits))
    };
    let widest = natural.iter().copied().max().unwrap_or(0);
    let Some(room) = room else {
        return within(widest).collect();
    };
    let taken = |most: usize| within(most).map(|width| width + GAP.len()).sum::<usize>();
    let most = (LEAST..widest).rev().find(|&most| taken(most) <= room);
    let most = match taken(widest) <= room {
        true => widest,
        false => most.unwrap_or(LEAST),
    };
    let mut left = room;
    let fits = |width: &usize| match left.checked_sub(width + GAP.len()) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    within(most).take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::{columns_of, crosstab};

    fn table(values: &[&str], columns: Option<usize>) -> Vec<String> {
        let values: Vec<_> = values.iter().map(|value| (*value).to_owned()).collect();
        let counts = |count: u64| values.iter().map(|_| count.to_string()).collect();
        let rows = [
            ("2017".to_owned(), counts(12)),
            ("2018".to_owned(), counts(0)),
        ];
        crosstab("year", &values, &rows, columns)
    }

    #[test]
    fn counts_stand_below_the_name_of_their_value() {
        let lines = [
            "year  Sea  恩内特",
            "2017   12      12",
            "2018    0       0",
        ];
        assert_eq!(table(&["Sea", "恩内特"], None), lines);
        assert_eq!(table(&[], None), ["year", "2017", "2018"]);
    }

    #[test]
    fn long_names_are_cut_and_the_last_values_left_out_where_they_do_not_fit() {
        let values = ["A long name of a value", "Sea", "Another long name"];
        let all: usize = 4 + values.iter().map(|value| value.len() + 2).sum::<usize>();
        assert_eq!(table(&values, Some(all)), table(&values, None));
        let cut = table(&values, Some(40));
        assert_eq!(cut[0], "year   A long name…  Sea  Another long…");
        let few = table(&values, Some(15));
        assert_eq!(
            few,
            [
                "year  A lon…",
                "2017      12",
                "2018       0",
                "… 2 more values"
            ]
        );
        for columns in 4..60 {
            let lines = table(&values, Some(columns));
            let rows = lines.iter().take(3);
            assert!(
                rows.map(|line| columns_of(line))
                    .all(|width| width <= columns)
            );
        }
    }
}
