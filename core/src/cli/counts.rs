//! `timeline`, `facets` and `tags`: counts, with bars.

use super::args::{FacetsArgs, TagsArgs, TimelineArgs};
use super::choice::{Amount, CountFormat};
use super::csv;
use super::failure::{Failure, say};
use super::json;
use super::output::Output;
use super::query::ask;
use super::width::{self, grouped, visible};
use crate::{Facet, Facets, OpenOptions, Timeline};

pub(super) fn timeline(args: &TimelineArgs, output: &mut Output) -> Result<(), Failure> {
    let (store, hits) = ask(&args.question)?;
    let timeline = hits.timeline(args.by.into())?;
    match args.format {
        CountFormat::Table => {
            draw(&timeline, output)?;
            output.finish()?;
            let events = timeline.iter().map(|bucket| bucket.count).sum();
            let all = timeline.iter().map(|bucket| bucket.total).sum();
            say(&format!("{} of {} events", grouped(events), grouped(all)));
        }
        CountFormat::Csv => {
            output
                .bytes(csv::row(["label", "start", "end", "count", "total", "share"]).as_bytes())?;
            for bucket in timeline.iter() {
                let share = bucket
                    .share()
                    .map_or(String::new(), |share| format!("{share:.6}"));
                let row = csv::row([
                    bucket.label.as_str(),
                    &bucket.start.to_string(),
                    &bucket.end.to_string(),
                    &bucket.count.to_string(),
                    &bucket.total.to_string(),
                    &share,
                ]);
                output.bytes(row.as_bytes())?;
            }
        }
        CountFormat::Json => {
            let query = hits.query().to_string();
            output.line(&json::pretty(&json::timeline(&query, &timeline)))?;
        }
    }
    output.finish()?;
    Ok(store.close()?)
}

fn draw(timeline: &Timeline, output: &mut Output) -> Result<(), Failure> {
    let most = timeline
        .iter()
        .map(|bucket| bucket.count)
        .max()
        .unwrap_or(0);
    let digits = grouped(most).len();
    let label = timeline
        .iter()
        .map(|bucket| bucket.label.len())
        .max()
        .unwrap_or(0);
    // Label, count and share with two spaces between each two.
    let room = output.columns().saturating_sub(label + digits + 8 + 6);
    for bucket in timeline.iter() {
        // Where there is no event at all, a share would be a lie.
        let share = bucket
            .share()
            .map_or("-".to_owned(), |share| format!("{:.1} %", share * 100.0));
        let line = format!(
            "{:label$}  {:>digits$}  {share:>7}  {}",
            bucket.label,
            grouped(bucket.count),
            bar(bucket.count, most, room),
        );
        output.line(line.trim_end())?;
    }
    Ok(())
}

pub(super) fn facets(args: &FacetsArgs, output: &mut Output) -> Result<(), Failure> {
    let (store, hits) = ask(&args.question)?;
    let top = Amount::of(args.top, args.format == CountFormat::Table);
    let facets = hits.facets(args.by.into(), top)?;
    print(&facets, args.format, output)?;
    Ok(store.close()?)
}

pub(super) fn tags(args: &TagsArgs, output: &mut Output) -> Result<(), Failure> {
    let store = OpenOptions::new().create(false).open(&args.store)?;
    let top = Amount::of(args.top, args.format == CountFormat::Table);
    let facets = store.tags(&args.prefix, top)?;
    print(&facets, args.format, output)?;
    Ok(store.close()?)
}

fn print(facets: &Facets, format: CountFormat, output: &mut Output) -> Result<(), Failure> {
    match format {
        CountFormat::Table => {
            let most = facets.iter().map(|count| count.count).max().unwrap_or(0);
            let digits = grouped(most).len();
            let values: Vec<_> = facets.iter().map(|count| visible(&count.value)).collect();
            let widest = values
                .iter()
                .map(|value| width::of(value))
                .max()
                .unwrap_or(0);
            let columns = output.columns();
            // A third is left for the bars.
            let value_columns = widest.min(columns * 2 / 3 - digits - 4);
            let room = columns.saturating_sub(value_columns + digits + 4);
            for (value, count) in values.iter().zip(facets.iter()) {
                let line = format!(
                    "{}  {:>digits$}  {}",
                    width::pad(&width::cut(value, value_columns), value_columns),
                    grouped(count.count),
                    bar(count.count, most, room),
                );
                output.line(line.trim_end())?;
            }
            output.finish()?;
            let values = match facets.by {
                Facet::Tags => "tags",
                Facet::Category => "categories",
                Facet::Author => "authors",
                Facet::Source => "sources",
                Facet::Domain => "domains",
            };
            let (shown, all) = (facets.len() as u64, facets.distinct as u64);
            say(&format!("{} of {} {values}", grouped(shown), grouped(all)));
        }
        CountFormat::Csv => {
            output.bytes(csv::row(["value", "count"]).as_bytes())?;
            for count in facets.iter() {
                output
                    .bytes(csv::row([count.value.as_str(), &count.count.to_string()]).as_bytes())?;
            }
        }
        CountFormat::Json => output.line(&json::pretty(&json::facets(facets)))?,
    }
    output.finish()
}

/// A bar for a count, the longest for the most; never none for a count that is not 0.
fn bar(count: u64, most: u64, columns: usize) -> String {
    // Longer bars say no more and pull the eye off the numbers.
    const LONGEST: usize = 50;
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if count == 0 || most == 0 {
        return String::new();
    }
    let whole = columns.min(LONGEST) as f64 * 8.0;
    let eighths = ((count as f64 / most as f64 * whole).round() as usize).max(1);
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_is_as_long_as_its_share_of_the_most() {
        assert_eq!(bar(0, 10, 10), "");
        assert_eq!(bar(10, 10, 10), "██████████");
        assert_eq!(bar(5, 10, 10), "█████");
        assert_eq!(bar(1, 100_000, 10), "▏", "what is there is seen");
        assert_eq!(bar(3, 8, 3), "█▏");
        assert_eq!(bar(1, 1, 500).chars().count(), 50);
    }
}
