//! Links whose target is a tag of a template: `[text]({% post_url … %})`, `[text]({{< ref "…" >}})`.
//!
//! CommonMark sees no link in them, since the target has spaces. So their brackets are text, and they are
//! taken out of it here. The words of the text stay the same: a bracket that keeps two of them apart
//! becomes a space.

use std::ops::Range;

/// A line of text without the brackets of links and images that lead nowhere but to tags of templates.
/// `None` if it has no such link.
///
/// The tags were taken out of the line already: `tags` says where they stood, ascending. A bracket in
/// `code`, ascending, is none. Costs one pass.
pub(super) fn without_brackets(
    line: &str,
    tags: &[usize],
    code: &[Range<usize>],
) -> Option<String> {
    let bytes = line.as_bytes();
    let (mut code, mut code_end) = (code.iter().peekable(), 0);
    let mut open = Vec::new();
    let mut cuts: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'[', b']', &bytes[at..]) {
        let bracket = at + found;
        at = bracket + 1;
        while let Some(span) = code.next_if(|span| span.end <= bracket) {
            code_end = span.end;
        }
        if code.peek().is_some_and(|span| span.start <= bracket) {
            continue;
        }
        if bytes[bracket] == b'[' {
            let is_image = bracket > code_end && bytes[bracket - 1] == b'!';
            open.push(bracket - usize::from(is_image)..at);
            continue;
        }
        if let Some(start) = open.pop()
            && let Some(end) = target_end(line, bracket, tags)
        {
            cuts.push(start);
            cuts.push(bracket..end);
            at = end;
        }
    }
    if cuts.is_empty() {
        return None;
    }
    cuts.sort_unstable_by_key(|cut| cut.start);
    let mut out = String::with_capacity(line.len());
    let mut from = 0;
    for cuts in cuts.chunk_by(|one, next| one.end == next.start) {
        let (start, end) = (cuts[0].start, cuts[cuts.len() - 1].end);
        out.push_str(&line[from..start]);
        let before = line[..start].chars().next_back();
        let behind = line[end..].chars().next();
        if !before.is_none_or(is_between_words) && !behind.is_none_or(is_between_words) {
            out.push(' ');
        }
        from = end;
    }
    out.push_str(&line[from..]);
    Some(out)
}

/// Of a bracket that ends the text of a link where its target ends, if that is nothing but tags.
fn target_end(line: &str, bracket: usize, tags: &[usize]) -> Option<usize> {
    let start = bracket + "](".len();
    let target = line[bracket..].strip_prefix("](")?;
    let end = start + target.len() - target.trim_start().len();
    let first = tags.partition_point(|&tag| tag < start);
    let is_tag = tags.get(first).is_some_and(|&tag| tag <= end);
    (is_tag && line[end..].starts_with(')')).then_some(end + 1)
}

/// Whether a character keeps words apart.
fn is_between_words(c: char) -> bool {
    match c {
        // Words may end with the first two, and the others are of marks for variants of Chinese.
        '+' | '#' | '-' | '{' | '}' => false,
        '，' | '。' | '、' | '；' | '：' | '！' | '？' | '（' | '）' | '《' | '》' | '“' | '”' => {
            true
        }
        _ => c.is_whitespace() || c.is_ascii_punctuation(),
    }
}
