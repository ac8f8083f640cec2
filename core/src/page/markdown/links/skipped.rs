//! The parts of a body that hold no links: code and comments.

use std::ops::Range;

/// Tags of templates around text that is shown as it is, or not at all, with the tags that end it.
const TAGS: [(&str, &str); 4] = [
    ("{% highlight", "{% endhighlight"),
    ("{% raw", "{% endraw"),
    ("{% comment", "{% endcomment"),
    ("{{< highlight", "{{< /highlight"),
];

/// Where a text first holds another. Several times as fast as `str::find`.
pub(super) fn find(text: &str, wanted: &str) -> Option<usize> {
    memchr::memmem::find(text.as_bytes(), wanted.as_bytes())
}

/// Ranges of a body, in any order at first.
#[derive(Default)]
pub(super) struct Skipped(Vec<Range<usize>>);

impl Skipped {
    /// Adds a range.
    pub fn add(&mut self, range: Range<usize>) {
        self.0.push(range);
    }

    /// Adds the comments of a range of HTML. One without an end goes to the end of the range.
    pub fn add_comments(&mut self, body: &str, range: Range<usize>) {
        let mut at = range.start;
        while let Some(found) = find(&body[at..range.end], "<!--") {
            let start = at + found;
            let end = find(&body[start..range.end], "-->");
            let end = end.map_or(range.end, |end| start + end + 3);
            self.add(start..end);
            at = end;
        }
    }

    /// Adds what stands between tags of templates.
    pub fn add_tags(&mut self, body: &str) {
        let mut at = 0;
        // An end that was not found once is not there farther on either.
        let mut is_endless = [false; TAGS.len()];
        while let Some(found) = memchr::memchr(b'{', &body.as_bytes()[at..]) {
            let start = at + found;
            let rest = &body[start..];
            at = start + 1;
            let mut tags = TAGS.iter().zip(&mut is_endless);
            let tag = tags.find(|((open, _), _)| rest.starts_with(open));
            if let Some(((_, close), is_endless)) = tag
                && !*is_endless
            {
                match find(rest, close) {
                    Some(length) => {
                        self.add(start..start + length);
                        at = start + length;
                    }
                    None => *is_endless = true,
                }
            }
        }
    }

    /// The ranges in order, for searching.
    pub fn in_order(mut self) -> SkippedInOrder {
        self.0.sort_unstable_by_key(|range| range.start);
        // Each begins behind the end of those before it, so that a search finds the one.
        let mut end = 0;
        self.0.retain_mut(|range| {
            range.start = range.start.max(end);
            end = end.max(range.end);
            range.start < range.end
        });
        SkippedInOrder(self.0)
    }
}

/// Ranges that ascend, with or without gaps between them.
pub(super) struct SkippedInOrder(Vec<Range<usize>>);

impl SkippedInOrder {
    /// The end of the range that holds an offset, if one does.
    pub fn end_around(&self, at: usize) -> Option<usize> {
        let next = self.0.partition_point(|range| range.end <= at);
        let found = self.0.get(next).filter(|range| range.start <= at);
        found.map(|range| range.end)
    }
}
