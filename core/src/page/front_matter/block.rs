//! Where a page's front matter lies.

use std::ops::Range;

/// The syntax of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::page) enum Syntax {
    /// Between `---` and `---` or `...`.
    Yaml,
    /// Between `+++` and `+++`, or in a fence of ```` ```toml ````.
    Toml,
    /// An object, or its inside before `;;;`.
    Json,
    /// `key: value` lines without a fence, up to an empty line.
    Lines,
    /// `:key: value` lines at the head of a reStructuredText page.
    Fields,
    /// `#+key: value` lines at the head of an Org page.
    Keywords,
}

/// A block of front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::page) struct FrontMatterBlock {
    pub syntax: Syntax,
    /// Its content without fences, in bytes of the page.
    pub content: Range<usize>,
    /// Where the body begins.
    pub body: usize,
}

/// The block of a page, if it has one. A block without its end is none, and so is a `---` block
/// without a `key:` line: that is text between two rules. `path` tells by its ending which of the
/// syntaxes without a fence can be there.
pub(in crate::page) fn find(text: &str, path: &str) -> Option<FrontMatterBlock> {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut lines = AnyLines { text, at: start };
    let (at, first) = lines.find(|(_, line)| !line.trim().is_empty())?;
    match first.trim_end() {
        "---" => yaml(text, lines),
        "+++" => fenced(text, lines, Syntax::Toml, |line| line == "+++"),
        "```toml" => fenced(text, lines, Syntax::Toml, |line| line == "```"),
        ";;;" => fenced(text, lines, Syntax::Json, |line| line == ";;;"),
        _ if first.trim_start().starts_with('{') => json(text, at),
        _ if first.trim_start().starts_with('"') => {
            let from = AnyLines { text, at };
            fenced(text, from, Syntax::Json, |line| line == ";;;")
        }
        _ if path.ends_with(".rst") => without_fence(text, at, Syntax::Fields),
        _ if path.ends_with(".org") => without_fence(text, at, Syntax::Keywords),
        _ => header_block(text, at),
    }
}

/// Where a block begins that has a fence and a `key:` line below it, but no end.
pub(in crate::page) fn unclosed(text: &str) -> Option<usize> {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut lines = AnyLines { text, at: start };
    let (at, first) = lines.find(|(_, line)| !line.trim().is_empty())?;
    let (fence, sign) = match first.trim_end() {
        fence @ "---" => (fence, ':'),
        fence @ "+++" => (fence, '='),
        _ => return None,
    };
    let (_, second) = lines.next()?;
    let (key, _) = second.split_once(sign)?;
    let is_key = !key.is_empty()
        && key
            .trim_end()
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let closed = lines.any(|(_, line)| line.trim_end() == fence);
    (is_key && !closed).then_some(at)
}

/// The lines of a text with their offsets. A line ends at LF, CRLF or CR.
#[derive(Clone)]
struct AnyLines<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for AnyLines<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (start, bytes) = (self.at, rest.as_bytes());
        let end = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
        let crlf = bytes[end..].starts_with(b"\r\n");
        self.at += (end + 1 + usize::from(crlf)).min(bytes.len());
        Some((start, &rest[..end]))
    }
}

/// The lines of a text.
pub(super) fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    AnyLines { text, at: 0 }.map(|(_, line)| line)
}

/// The block from here to the line that ends it.
fn fenced(
    text: &str,
    mut lines: AnyLines<'_>,
    syntax: Syntax,
    ends: impl Fn(&str) -> bool,
) -> Option<FrontMatterBlock> {
    debug_assert_eq!(text.len(), lines.text.len());
    let start = lines.at;
    let (end, _) = lines.find(|(_, line)| ends(line.trim_end()))?;
    Some(FrontMatterBlock {
        syntax,
        content: start..end,
        body: lines.at,
    })
}

fn yaml(text: &str, lines: AnyLines<'_>) -> Option<FrontMatterBlock> {
    let block = fenced(text, lines, Syntax::Yaml, |line| {
        matches!(line, "---" | "...")
    })?;
    let content = &text[block.content.clone()];
    let comment = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    // The first line that is no comment is a key, or there is none.
    let first = lines_of(content).find(|line| !comment(line));
    first.is_none_or(yaml_key).then_some(block)
}

/// Whether a line begins with `key:`, as a map of YAML does, in block or flow style.
fn yaml_key(line: &str) -> bool {
    let line = line.trim_start();
    let colon = match line.as_bytes().first() {
        None | Some(b'#') => return false,
        Some(b'{') => return line.contains(':'),
        Some(&quote @ (b'"' | b'\'')) => {
            let Some(end) = line[1..].find(char::from(quote)) else {
                return false;
            };
            line[end + 2..].trim_start().strip_prefix(':')
        }
        Some(_) => line
            .match_indices(':')
            .map(|(at, _)| &line[at + 1..])
            .find(|rest| rest.is_empty() || rest.starts_with([' ', '\t'])),
    };
    colon.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// An object that begins at an offset. Its end is that of the outermost brace, at the end of a line.
fn json(text: &str, at: usize) -> Option<FrontMatterBlock> {
    let open = at + text[at..].find('{')?;
    let mut inside = text[open + 1..].trim_start().bytes();
    if !matches!(inside.next(), Some(b'"' | b'}')) {
        return None;
    }
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for (i, byte) in text[open..].bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    let end = open + i + 1;
                    let mut rest = AnyLines { text, at: end };
                    let (_, behind) = rest.next().unwrap_or((end, ""));
                    return behind.trim().is_empty().then_some(FrontMatterBlock {
                        syntax: Syntax::Json,
                        content: open..end,
                        body: rest.at.min(text.len()),
                    });
                }
            }
            _ => {}
        }
    }
    None
}

/// Header lines from an offset to the first empty line, if every one is `key: value` or goes on with
/// the one before, and one of the keys is title, date or created.
fn header_block(text: &str, at: usize) -> Option<FrontMatterBlock> {
    let mut lines = AnyLines { text, at };
    let (mut end, mut known) = (at, false);
    loop {
        let next = lines.at;
        let Some((start, line)) = lines.next() else {
            break;
        };
        if line.trim().is_empty() {
            break;
        }
        match header_of(line) {
            Some((key, _)) => {
                let names = ["title", "date", "created"];
                known |= names.iter().any(|name| key.eq_ignore_ascii_case(name));
            }
            None if start > at && line.starts_with([' ', '\t']) => {}
            None => return None,
        }
        end = lines.at.max(next);
    }
    known.then_some(FrontMatterBlock {
        syntax: Syntax::Lines,
        content: at..end,
        body: lines.at,
    })
}

/// The head of a page up to the first line that no field nor a title can be. Its body is the page
/// itself, since the lines may stand behind its title.
fn without_fence(text: &str, at: usize, syntax: Syntax) -> Option<FrontMatterBlock> {
    let split = match syntax {
        Syntax::Fields => field_of,
        _ => keyword_of,
    };
    let mut lines = AnyLines { text, at };
    let (mut first, mut end) = (None, at);
    // A title with its rules, and empty lines, may stand before the fields.
    let mut others = 0;
    while let Some((start, line)) = lines.next() {
        if split(line).is_some() {
            first = first.or(Some(start));
            end = lines.at;
        } else if first.is_some() && line.starts_with([' ', '\t']) {
            end = lines.at;
        } else if first.is_some() && (syntax == Syntax::Fields || !line.trim().is_empty()) {
            break;
        } else if !line.trim().is_empty() {
            others += 1;
            if others > 3 {
                break;
            }
        }
    }
    Some(FrontMatterBlock {
        syntax,
        content: first?..end,
        body: if syntax == Syntax::Keywords { end } else { at },
    })
}

/// Key and value of a header line.
pub(super) fn header_of(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let mut letters = key.chars();
    let begins = letters.next().is_some_and(char::is_alphabetic);
    let name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    // `http://…` is an address.
    let plain = begins && letters.all(name) && key.len() <= 40 && !value.starts_with("//");
    plain.then(|| (key.trim_end(), value.trim_start()))
}

/// Key and value of a field of reStructuredText.
pub(super) fn field_of(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.strip_prefix(':')?.split_once(':')?;
    let name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    let space = value.is_empty() || value.starts_with([' ', '\t']);
    (!key.is_empty() && key.chars().all(name) && space).then(|| (key, value.trim_start()))
}

/// Key and value of a keyword of Org.
pub(super) fn keyword_of(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.strip_prefix("#+")?.split_once(':')?;
    let name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    (!key.is_empty() && key.chars().all(name)).then(|| (key, value.trim_start()))
}
