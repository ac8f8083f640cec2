//! `archives`: which archives the pages of a store came from.

use super::open::open;
use crate::args::ArchivesArgs;
use crate::error::{CommandError, say};
use crate::format::{self, Format, Records, counted, grouped};
use crate::terminal::{Output, columns_of, pad, visible};
use eventstore::{ArchiveInfo, KeyMap};
use serde::Serialize;

const COLUMNS: [&str; 5] = ["prefix", "format", "profile", "map", "pages"];

/// An archive as an object of JSON.
#[derive(Serialize)]
struct ArchiveObject<'a> {
    prefix: &'a str,
    format: &'a str,
    profile: &'a str,
    map: std::collections::BTreeMap<&'static str, &'a [String]>,
    pages: u64,
}

impl<'a> ArchiveObject<'a> {
    fn of(archive: &'a ArchiveInfo) -> Self {
        let map = archive.map.iter();
        Self {
            prefix: &archive.prefix,
            format: archive.format(),
            profile: archive.profile.as_str(),
            map: map.map(|(field, keys)| (field.as_str(), keys)).collect(),
            pages: archive.pages,
        }
    }
}

pub(super) fn run(args: &ArchivesArgs, output: &mut Output) -> Result<(), CommandError> {
    let store = open(&args.store)?;
    let archives = store.archives()?;
    let answer = args.answer;
    match answer.format {
        Format::Table => {
            table(&archives, output)?;
            output.finish()?;
            say(&counted(archives.len() as u64, "archive", "archives"));
        }
        Format::Json => {
            let objects: Vec<_> = archives.iter().map(ArchiveObject::of).collect();
            output.line(&format::pretty(&objects))?;
        }
        format => {
            let mut records = Records::begin(output, format, &COLUMNS, answer.raw_cells)?;
            for archive in &archives {
                let cells = cells(archive);
                let pages = archive.pages.to_string();
                let [prefix, of_format, profile, map, _] = &cells;
                let cells = [prefix.as_str(), of_format, profile, map, &pages];
                records.write(&cells, &ArchiveObject::of(archive))?;
            }
            records.end()?;
        }
    }
    output.finish()?;
    Ok(store.close()?)
}

fn cells(archive: &ArchiveInfo) -> [String; 5] {
    [
        archive.prefix.clone(),
        archive.format().to_owned(),
        archive.profile.to_string(),
        mapping(&archive.map),
        grouped(archive.pages),
    ]
}

/// A map as it is written for `--map`.
fn mapping(map: &KeyMap) -> String {
    let fields = map.iter();
    let fields = fields.map(|(field, keys)| format!("{field}={}", keys.join(",")));
    fields.collect::<Vec<_>>().join(" ")
}

/// Lines under their columns, which a terminal names; a column in which nothing stands is left out.
fn table(archives: &[ArchiveInfo], output: &mut Output) -> Result<(), CommandError> {
    let mut lines: Vec<[String; 5]> = archives.iter().map(cells).collect();
    for cell in lines.iter_mut().flatten() {
        *cell = visible(cell).into_owned();
    }
    let has_head = output.is_terminal() && !lines.is_empty();
    let width = |column: usize| {
        let widths = lines.iter().map(|line| columns_of(&line[column]));
        match widths.max().unwrap_or(0) {
            0 => 0,
            widest if has_head => widest.max(COLUMNS[column].len()),
            widest => widest,
        }
    };
    let widths: Vec<usize> = (0..COLUMNS.len()).map(width).collect();
    let aligned = |line: [&str; 5]| {
        let shown = line
            .into_iter()
            .zip(&widths)
            .filter(|(_, width)| **width > 0);
        let shown: Vec<String> = shown.map(|(cell, &width)| pad(cell, width)).collect();
        shown.join("  ").trim_end().to_owned()
    };
    if has_head {
        output.aside(&aligned(COLUMNS))?;
    }
    for line in &lines {
        output.line(&aligned(line.each_ref().map(String::as_str)))?;
    }
    Ok(())
}
