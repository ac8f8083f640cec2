//! What an archive does not have any more: the rows that pruning removes.

use super::batch::Batch;
use super::examine::PageSlot;
use crate::error::Result;
use crate::event::canonical_path;
use crate::store::{RowRef, Snapshot};

impl Batch {
    /// Marks what the store holds of the archive and the run has not seen: of the Context's tree what
    /// lies below a part of it, else Markdown pages of a prefix.
    /// `top`: what is left out at the start of each path of the archive.
    pub fn prune(
        &mut self,
        snapshot: &Snapshot,
        part: &str,
        (top, prefix): (&str, &str),
    ) -> Result<()> {
        if self.report.events == 0 {
            self.report
                .note("the archive holds no event: nothing was pruned");
            return Ok(());
        }
        if self.in_tree && prefix.is_empty() {
            return self.prune_tree(snapshot, part);
        }
        if self.holds_markdown {
            return self.prune_markdown(snapshot, top, prefix);
        }
        // The files of one month, say, in a folder of another name: what the rest of the tree holds is
        // not known.
        self.report.note(
            "no path of the archive leads through news/ or opinion/, so it is not known which part of the \
             tree it is: nothing was pruned",
        );
        Ok(())
    }

    fn prune_markdown(&mut self, snapshot: &Snapshot, top: &str, prefix: &str) -> Result<()> {
        for (segment_index, view) in snapshot.views.iter().enumerate() {
            for row in view.archive_pages(prefix)? {
                let path = view.segment.path_of(row)?;
                let local = path.strip_prefix(prefix).unwrap_or(&path);
                // Of a page that cannot be read the event stays.
                let has_failed = self.has_failed(&format!("{top}{local}"));
                if !has_failed && !self.has_seen(&path, PageSlot::Markdown) {
                    self.removed.push(RowRef { segment_index, row });
                    self.report.removed += u64::from(view.live.contains(row));
                }
            }
        }
        Ok(())
    }

    fn prune_tree(&mut self, snapshot: &Snapshot, prefix: &str) -> Result<()> {
        for (segment_index, view) in snapshot.views.iter().enumerate() {
            let flags = view.segment.flags()?;
            for row in view.rows() {
                // An archive of another format is not this one.
                if flags.added.contains(row) || flags.markdown.contains(row) {
                    continue;
                }
                let path = view.segment.path_of(row)?;
                let was_seen = match PageSlot::of_row(flags, row) {
                    // A page of the other language that could not take the place leaves what is
                    // held.
                    PageSlot::Plain | PageSlot::ChineseEvent => {
                        [PageSlot::Plain, PageSlot::ChineseEvent]
                            .iter()
                            .any(|&slot| self.has_seen(&path, slot))
                    }
                    listing => self.has_seen(&path, listing),
                };
                let is_below = || -> Result<bool> {
                    let head = view.segment.row_header(row)?;
                    let by_id =
                        head.kind.is_event() && canonical_path(&head.name).starts_with(prefix);
                    Ok(by_id || path.starts_with(prefix))
                };
                if !was_seen && is_below()? {
                    self.removed.push(RowRef { segment_index, row });
                    self.report.removed += u64::from(view.live.contains(row));
                }
            }
        }
        Ok(())
    }
}
