//! Rows of a snapshot → record batches.

use roaring::RoaringBitmap;

use arrow_array::RecordBatch;

use super::batch::BatchBuilder;
use super::column::Column;
use super::columns::Columns;
use super::{BATCH_BYTES, BATCH_ROWS, ROWS_AHEAD};
use crate::error::Result;
use crate::event::Date;
use crate::segment::{
    ColumnReader, TermDictionary, TermField, TermSpan, UninvertedField, touch_all,
};
use crate::store::{RowRef, Snapshot};

/// The columns that are wanted, and how the rows of each view are read for them.
pub(super) struct ColumnPlan {
    pub columns: Columns,
    needs: Needs,
    /// Number of rows of the answer in each view.
    of_views: Vec<u64>,
    /// See [`BATCH_BYTES`].
    batch_bytes: usize,
}

impl ColumnPlan {
    /// A plan for these columns of an answer that has so many rows in each view.
    pub fn new(columns: Columns, of_views: Vec<u64>) -> Self {
        Self {
            needs: Needs::new(&columns),
            columns,
            of_views,
            batch_bytes: BATCH_BYTES,
        }
    }

    /// Ends batches early, for tests.
    #[cfg(test)]
    pub fn batch_bytes(mut self, bytes: usize) -> Self {
        self.batch_bytes = bytes;
        self
    }

    /// Loads what reading these rows needs beside their blocks, so that several threads do not load
    /// it at the same time.
    pub fn load(&self, snapshot: &Snapshot, rows: &[RowRef]) -> Result<()> {
        let mut loaded = vec![false; snapshot.views.len()];
        for at in rows {
            if !std::mem::replace(&mut loaded[at.segment_index], true) {
                self.reader(snapshot, at.segment_index)?;
            }
        }
        Ok(())
    }

    fn reader<'s>(&self, snapshot: &'s Snapshot, view: usize) -> Result<ViewReader<'s>> {
        let segment = &*snapshot.views[view].segment;
        let (rows, all) = (self.of_views[view], u64::from(segment.rows()));
        // Reading more than a quarter of the rows would fill the block cache.
        let reader = ColumnReader::new(segment, rows > all / 4);
        // The terms of a row are in its body. They are read from memory only if no other column
        // needs the body. Building them from the postings pays if an eighth of the rows is read.
        let terms = |column: Column, field: TermField| -> Result<_> {
            if !self.needs.wants(column) {
                return Ok(None);
            }
            let of_rows = if self.needs.body {
                None
            } else {
                reader.uninverted(field, rows > all / 8)?
            };
            Ok(Some(TermLookup::new(segment.dictionary(field)?, of_rows)))
        };
        Ok(ViewReader {
            tags: terms(Column::Tags, TermField::Tag)?,
            categories: terms(Column::Categories, TermField::Category)?,
            superseded: &segment.flags()?.superseded,
            drafts: &segment.flags()?.drafts,
            rows: reader,
            snapshot,
            day: None,
        })
    }

    /// Record batches of these rows: one, unless its texts become too large.
    pub fn gather(&self, snapshot: &Snapshot, rows: &[RowRef]) -> Result<Vec<RecordBatch>> {
        let mut readers: Vec<Option<ViewReader<'_>>> =
            snapshot.views.iter().map(|_| None).collect();
        let mut batches = Vec::new();
        let mut batch = BatchBuilder::new(&self.needs, rows.len());
        let of_views = rows.chunk_by(|one, next| one.segment_index == next.segment_index);
        for rows in of_views.flat_map(|rows| rows.chunks(ROWS_AHEAD)) {
            let reader = match &mut readers[rows[0].segment_index] {
                Some(reader) => reader,
                slot => slot.insert(self.reader(snapshot, rows[0].segment_index)?),
            };
            reader.look_ahead(rows);
            for (position, at) in rows.iter().enumerate() {
                batch.push(at.row, position, reader, &self.needs)?;
                if batch.rows >= BATCH_ROWS || batch.bytes() > self.batch_bytes {
                    let next = BatchBuilder::new(&self.needs, 0);
                    batches.push(std::mem::replace(&mut batch, next).finish(&self.columns)?);
                }
            }
        }
        if batch.rows > 0 {
            batches.push(batch.finish(&self.columns)?);
        }
        Ok(batches)
    }
}

/// Which columns are wanted, and which parts of the rows they need.
pub(super) struct Needs {
    wanted: [bool; Column::ALL.len()],
    /// Something of the row's header.
    pub header: bool,
    /// Something that only the row's body has.
    pub body: bool,
}

impl Needs {
    fn new(columns: &Columns) -> Self {
        let some = |some: &[Column]| some.iter().any(|column| columns.wanted.contains(column));
        Self {
            wanted: Column::ALL.map(|column| columns.wanted.contains(&column)),
            header: some(&[Column::Id, Column::Title, Column::Kind, Column::Lang]),
            body: some(&[
                Column::Summary,
                Column::Sources,
                Column::CoverImage,
                Column::Changes,
                Column::Authors,
                Column::Body,
            ]),
        }
    }

    pub fn wants(&self, column: Column) -> bool {
        self.wanted[column as usize]
    }
}

/// Reads the rows of one view.
pub(super) struct ViewReader<'s> {
    pub rows: ColumnReader<'s>,
    /// Where links of Markdown pages are looked up.
    pub snapshot: &'s Snapshot,
    /// The wanted terms.
    pub tags: Option<TermLookup<'s>>,
    pub categories: Option<TermLookup<'s>>,
    pub superseded: &'s RoaringBitmap,
    pub drafts: &'s RoaringBitmap,
    /// The last day, packed, and its days since 1970: rows of one day are consecutive.
    day: Option<(u32, Option<i32>)>,
}

impl ViewReader<'_> {
    /// The date of an event, as days since 1970-01-01; none if it has no date.
    pub fn unix_days(&mut self, row: u32) -> Result<Option<i32>> {
        let packed = self.rows.packed_date(row)?;
        if let Some((last, days)) = self.day
            && last == packed
        {
            return Ok(days);
        }
        let days = self.rows.date(row)?.map(Date::unix_days);
        self.day = Some((packed, days));
        Ok(days)
    }

    /// Looks up the terms of the next rows.
    fn look_ahead(&mut self, rows: &[RowRef]) {
        for terms in [&mut self.tags, &mut self.categories].into_iter().flatten() {
            terms.look_ahead(rows);
        }
    }
}

/// The terms of a field, and which ones each row has, if that is read from memory.
pub(super) struct TermLookup<'s> {
    pub dictionary: &'s TermDictionary,
    /// None if the terms of a row are read from its body.
    of_rows: Option<&'s UninvertedField>,
    /// The texts of the terms of the next rows.
    spans: Vec<TermSpan>,
    /// The end of each row's terms in `spans`, after a 0.
    ends: Vec<usize>,
}

impl<'s> TermLookup<'s> {
    fn new(dictionary: &'s TermDictionary, of_rows: Option<&'s UninvertedField>) -> Self {
        Self {
            dictionary,
            of_rows,
            spans: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Looks up the terms of rows before the first text is copied: see [`ROWS_AHEAD`].
    fn look_ahead(&mut self, rows: &[RowRef]) {
        let Some(of_rows) = self.of_rows else {
            return;
        };
        self.spans.clear();
        self.ends.clear();
        self.ends.push(0);
        for at in rows {
            let terms = of_rows.of(at.row);
            self.spans
                .extend(terms.map(|term| self.dictionary.span(term)));
            self.ends.push(self.spans.len());
        }
        touch_all(self.spans.iter().map(|&span| self.dictionary.touch(span)));
    }

    /// Whether the terms of a row are read from its body.
    pub fn is_in_body(&self) -> bool {
        self.of_rows.is_none()
    }

    /// The terms of one of the rows that were looked up, by its position among them.
    pub fn at(&self, position: usize) -> impl Iterator<Item = &'s str> {
        let spans = &self.spans[self.ends[position]..self.ends[position + 1]];
        spans.iter().map(|&span| self.dictionary.at(span))
    }
}
