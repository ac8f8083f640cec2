//! `timeline`, `facets`, `tags` and `words`: counts, with bars.

use super::open::{ask, open};
use super::query::print_hint;
use super::table;
use super::write::write;
use crate::args::{Amount, AnswerArgs, FacetsArgs, TagsArgs, TimelineArgs, WordsArgs};
use crate::error::{CommandError, say};
use crate::format::{self, Format, OTHERS, bar, counted, crosstab, grouped};
use crate::terminal::{Output, columns_of, cut, pad, visible};
use eventstore::{Facet, Facets, SplitTimeline, Table, Timeline};

pub(super) fn timeline(args: &TimelineArgs, output: &mut Output) -> Result<(), CommandError> {
    if let Some(split) = &args.split {
        return split_timeline(args, split, output);
    }
    let (store, hits) = ask(&args.question)?;
    let timeline = hits.timeline(args.by)?;
    match (&args.file.output, args.answer.format) {
        (Some(path), _) => {
            write(path, args.answer.raw_cells, output, |path, options| {
                timeline.write(path, options)
            })?;
        }
        (None, Format::Table) => {
            draw_timeline(&timeline, output)?;
            output.finish()?;
            let events = timeline.iter().map(|bucket| bucket.count).sum();
            let all = timeline.iter().map(|bucket| bucket.total).sum();
            let all = counted(all, "event", "events");
            say(&format!("{} of {all}", grouped(events)));
        }
        (None, Format::Json) => {
            let query = hits.query().to_string();
            output.line(&format::pretty(&format::timeline(&query, &timeline)))?;
        }
        (None, _) => table::print(&timeline, args.answer, output)?,
    }
    output.finish()?;
    print_hint(&hits)?;
    Ok(store.close()?)
}

fn draw_timeline(timeline: &Timeline, output: &mut Output) -> Result<(), CommandError> {
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
    let columns = output.columns();
    // Label, count and share with two spaces between each two.
    let room = columns.map(|columns| columns.saturating_sub(label + digits + 7 + 6));
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
        let line = line.trim_end();
        output.line(&columns.map_or(line.into(), |columns| cut(line, columns)))?;
    }
    Ok(())
}

/// The timeline of each of the most frequent values of a field.
fn split_timeline(
    args: &TimelineArgs,
    split: &Facet,
    output: &mut Output,
) -> Result<(), CommandError> {
    let (store, hits) = ask(&args.question)?;
    let top = Amount::or_screen(Some(args.top), false);
    let timeline = hits.split_timeline(args.by, split.clone(), top)?;
    match (&args.file.output, args.answer.format) {
        (Some(path), _) => {
            write(path, args.answer.raw_cells, output, |path, options| {
                timeline.write(path, options)
            })?;
        }
        (None, Format::Table) => {
            draw_split_timeline(&timeline, output)?;
            output.finish()?;
            let events = counted(hits.count()?, "event", "events");
            say(&format!("{events} by {split}"));
            if let Some(text) = format::repeated_counts(&hits, &timeline)? {
                say(&text);
            }
        }
        (None, Format::Json) => {
            let query = hits.query().to_string();
            output.line(&format::pretty(&format::split_timeline(&query, &timeline)))?;
        }
        (None, _) => table::print(&timeline, args.answer, output)?,
    }
    output.finish()?;
    print_hint(&hits)?;
    Ok(store.close()?)
}

fn draw_split_timeline(timeline: &SplitTimeline, output: &mut Output) -> Result<(), CommandError> {
    let values = timeline
        .values()
        .map(|value| value.map_or(OTHERS.into(), visible));
    let values: Vec<String> = values.map(|value| value.into_owned()).collect();
    let times = timeline.times().filter_map(|buckets| {
        let label = buckets.first()?.label.clone();
        let counts = buckets.iter().map(|bucket| grouped(bucket.count));
        Some((label, counts.collect()))
    });
    let rows: Vec<_> = times.collect();
    for line in crosstab(timeline.by.as_str(), &values, &rows, output.columns()) {
        output.line(&line)?;
    }
    Ok(())
}

pub(super) fn facets(args: &FacetsArgs, output: &mut Output) -> Result<(), CommandError> {
    let (store, hits) = ask(&args.question)?;
    let by = args.by.clone();
    match &args.file.output {
        Some(path) => {
            let facets = hits.facets(by, Amount::or_screen(args.top, false))?;
            write(path, args.answer.raw_cells, output, |path, options| {
                facets.write(path, options)
            })?;
            output.finish()?;
        }
        None => {
            let facets = hits.facets(by, top(args.top, args.answer, output))?;
            print(&facets, args.answer, output)?;
        }
    }
    print_hint(&hits)?;
    Ok(store.close()?)
}

pub(super) fn tags(args: &TagsArgs, output: &mut Output) -> Result<(), CommandError> {
    let store = open(&args.store)?;
    let facets = store.tags(&args.prefix, top(args.top, args.answer, output))?;
    print(&facets, args.answer, output)?;
    Ok(store.close()?)
}

pub(super) fn words(args: &WordsArgs, output: &mut Output) -> Result<(), CommandError> {
    let store = open(&args.store)?;
    let facets = store.words(&args.prefix, top(args.top, args.answer, output))?;
    print(&facets, args.answer, output)?;
    Ok(store.close()?)
}

/// How many values are printed; `None` for all.
fn top(given: Option<Amount>, answer: AnswerArgs, output: &Output) -> Option<usize> {
    let is_for_screen = answer.format == Format::Table && output.is_terminal();
    Amount::or_screen(given, is_for_screen)
}

fn print(facets: &Facets, answer: AnswerArgs, output: &mut Output) -> Result<(), CommandError> {
    match answer.format {
        Format::Table => {
            draw_facets(facets, output)?;
            output.finish()?;
            let (one, many) = match facets.by {
                Facet::Tag => ("tag", "tags"),
                Facet::Category => ("category", "categories"),
                Facet::Author => ("author", "authors"),
                Facet::Source => ("source", "sources"),
                Facet::Domain => ("domain", "domains"),
                Facet::Kind => ("kind", "kinds"),
                Facet::Lang => ("language", "languages"),
                Facet::Word => ("word", "words"),
                _ => ("value", "values"),
            };
            let all = counted(facets.distinct as u64, one, many);
            say(&format!("{} of {all}", grouped(facets.len() as u64)));
        }
        Format::Json => output.line(&format::pretty(&format::facets(facets)))?,
        _ => table::print(facets, answer, output)?,
    }
    output.finish()
}

fn draw_facets(facets: &Facets, output: &mut Output) -> Result<(), CommandError> {
    let most = facets.iter().map(|count| count.count).max().unwrap_or(0);
    let digits = grouped(most).len();
    let values: Vec<_> = facets.iter().map(|count| visible(&count.value)).collect();
    let widest = values.iter().map(|value| columns_of(value)).max();
    let widest = widest.unwrap_or(0);
    let columns = output.columns();
    // On a terminal a third is left for the bars.
    let value_columns = columns.map_or(widest, |columns| {
        widest.min((columns * 2 / 3).saturating_sub(digits + 4))
    });
    let room = columns.map(|columns| columns.saturating_sub(value_columns + digits + 4));
    for (value, count) in values.iter().zip(facets.iter()) {
        let line = format!(
            "{}  {:>digits$}  {}",
            pad(&cut(value, value_columns), value_columns),
            grouped(count.count),
            bar(count.count, most, room),
        );
        output.line(line.trim_end())?;
    }
    Ok(())
}
