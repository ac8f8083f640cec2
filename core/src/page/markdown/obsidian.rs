//! What Obsidian reads in a body beside Markdown: `#tags`, comments between `%%`, marks of templates.

use std::ops::Range;

use pulldown_cmark::{Event as Token, Parser, Tag, TagEnd};

/// Longest tag that is read. Longer ones are data.
const TAG_MAX: usize = 200;

/// The body with its comments blank, so that offsets stay. None if it has no comment.
pub(super) fn without_comments(body: &str) -> Option<String> {
    body.contains("%%").then_some(())?;
    let code = code_of(body);
    let is_code = |at: usize| holds(&code, at);
    let mut marks = body.match_indices("%%").map(|(at, _)| at);
    let mut out = String::with_capacity(body.len());
    let mut done = 0;
    while let Some(start) = marks.find(|&at| at >= done && !is_code(at)) {
        let end = marks.find(|&at| at >= start + 2 && !is_code(at));
        // One without an end goes to the end of the page.
        let end = end.map_or(body.len(), |at| at + 2);
        out.push_str(&body[done..start]);
        let blank = |byte: u8| if byte == b'\n' { '\n' } else { ' ' };
        out.extend(body.as_bytes()[start..end].iter().map(|&byte| blank(byte)));
        done = end;
    }
    out.push_str(&body[done..]);
    Some(out)
}

/// The tags of a body, in its order: `#` and letters, digits, `_`, `-` and `/`, of which one at least is no
/// digit, at the start of a line or behind white space, outside of code.
pub(super) fn inline_tags(body: &str) -> Vec<&str> {
    if !body.contains('#') {
        return Vec::new();
    }
    let code = code_of(body);
    let mut tags = Vec::new();
    for (at, _) in body.match_indices('#') {
        let before = body[..at].chars().next_back();
        if before.is_some_and(|c| !c.is_whitespace()) {
            continue;
        }
        let rest = &body[at + 1..];
        let sign = |c: char| {
            c.is_alphanumeric() || matches!(c, '_' | '-' | '/') || (!c.is_ascii() && is_mark(c))
        };
        let end = rest.find(|c| !sign(c)).unwrap_or(rest.len());
        let tag = rest[..end].trim_end_matches('/');
        let is_tag = !tag.is_empty()
            && tag.len() <= TAG_MAX
            && !rest[end..].starts_with('#')
            && tag.chars().any(|c| !c.is_numeric() && !matches!(c, '/'));
        if is_tag && !holds(&code, at) {
            tags.push(tag);
        }
    }
    tags
}

/// Whether a page is one of the vault's templates: it lies in a folder of this name and holds the mark of
/// one.
pub(super) fn is_template(path: &str, text: &str) -> bool {
    let (folders, _) = path.rsplit_once('/').unwrap_or_default();
    let mut folders = folders.split('/');
    let in_folder = folders.any(|folder| {
        let name = folder.trim_start_matches('_');
        name.eq_ignore_ascii_case("templates") || name.eq_ignore_ascii_case("template")
    });
    let holds = |open: &str, close: &str| {
        let found = text.split_once(open);
        found.is_some_and(|(_, rest)| rest.contains(close))
    };
    in_folder && (holds("{{", "}}") || holds("<%", "%>"))
}

/// Whether a sign beyond ASCII that is no letter belongs to a tag: marks of letters, pictures.
fn is_mark(c: char) -> bool {
    !c.is_whitespace()
        && !c.is_control()
        && !('\u{2000}'..='\u{206f}').contains(&c)
        && !('\u{3000}'..='\u{303f}').contains(&c)
        && !('\u{ff00}'..='\u{ff0f}').contains(&c)
        && !matches!(c, '\u{ff1a}'..='\u{ff20}' | '\u{60c}' | '\u{61b}' | '\u{61f}' | '\u{a1}'..='\u{bf}')
}

/// Whether one of some ranges, which are in order and apart, holds an offset.
fn holds(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.end <= at);
    ranges.get(next).is_some_and(|range| range.start <= at)
}

/// Where a body has code.
fn code_of(body: &str) -> Vec<Range<usize>> {
    if !body.contains('`')
        && !body.contains("    ")
        && !body.contains("~~~")
        && !body.contains('\t')
    {
        return Vec::new();
    }
    let mut code = Vec::new();
    for (token, range) in Parser::new(body).into_offset_iter() {
        match token {
            Token::Code(_) | Token::Start(Tag::CodeBlock(_)) | Token::End(TagEnd::CodeBlock) => {
                code.push(range);
            }
            _ => {}
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_stand_behind_white_space_and_outside_of_code() {
        for (body, expected) in [
            ("#sea and #sea/north, #a-b_c.", "sea sea/north a-b_c"),
            ("# Heading\n## Second\n#third", "third"),
            ("x#no [a](b#no) http://a.example/#no", ""),
            ("#2017 #2017-03 #y2017 #1/2", "2017-03 y2017"),
            (
                "`#no` and ``` #no ```\n\n    #no\n\n```\n#no\n```\n#yes",
                "yes",
            ),
            ("#ملاحظة/مؤرشفة #日本、#なし", "ملاحظة/مؤرشفة 日本"),
            ("#a/ #/ #- ##b", "a -"),
            ("- #x\n> #y\n(#no)", "x y"),
        ] {
            assert_eq!(inline_tags(body).join(" "), expected, "{body}");
        }
    }

    #[test]
    fn comments_are_blank_and_offsets_stay() {
        for (body, expected) in [
            ("a %%b #c\nd%% e", "a       \n    e"),
            ("a `%%` b %%c", "a `%%` b    "),
            ("%%ä%%b", "      b"),
        ] {
            let found = without_comments(body).unwrap();
            assert_eq!(found, expected, "{body}");
            assert_eq!(found.len(), body.len());
        }
        assert_eq!(without_comments("a % b"), None);
    }

    #[test]
    fn a_template_lies_in_its_folder_and_holds_a_mark() {
        for (path, text, expected) in [
            ("Templates/daily.md", "# {{date}}", true),
            ("x/_templates/a.md", "<% tp.file.title %>", true),
            ("templates/a.md", "plain", false),
            ("templates/a.md", "}} {{", false),
            ("notes/templates.md", "{{date}}", false),
        ] {
            assert_eq!(is_template(path, text), expected, "{path}");
        }
    }
}
