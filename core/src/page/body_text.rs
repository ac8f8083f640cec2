//! The text of a Markdown body, as it is searched and shown without its marks.

use std::ops::Range;

use memchr::{memchr, memchr2};
use pulldown_cmark::{Event as Token, Options, Parser, Tag, TagEnd};

use super::template_link::without_brackets;
use crate::event::Event;

/// Elements of HTML whose content is no text.
const HIDDEN_ELEMENTS: [&str; 2] = ["script", "style"];

/// Elements of HTML within a line, which end no word. Tags of all others end a line.
const INLINE_ELEMENTS: [&str; 24] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u", "wbr",
];

/// How the tags of templates begin and end, the longer first.
const TEMPLATE_TAGS: [(&str, &str); 5] = [
    ("{{<", ">}}"),
    ("{{%", "%}}"),
    ("{{", "}}"),
    ("{%", "%}"),
    ("{/*", "*/}"),
];

/// The text of a Markdown body: its words and code, and the texts that stand for images, with a line end
/// behind each block, item and cell. Left out are addresses, marks, HTML tags and comments, what a script
/// or a style sheet holds, and tags of templates (`{{< … >}}`, `{% … %}`), of a link to such a tag all but its
/// text. Costs one pass of the Markdown reader.
pub(crate) fn body_text(markdown: &str) -> String {
    let mut text = BodyText {
        out: String::with_capacity(markdown.len()),
        plain_from: 0,
        line_from: 0,
        tags: Vec::new(),
        code: Vec::new(),
        hidden: None,
        in_code: false,
    };
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    for token in Parser::new_ext(markdown, options) {
        text.push(&token);
    }
    text.end_line();
    let end = text.out.trim_end().len();
    text.out.truncate(end);
    text.out
}

struct BodyText {
    out: String,
    /// Where the text begins in which templates were not looked for yet. Code is not looked through.
    plain_from: usize,
    /// Where the line begins that is being written; where in it tags of templates stood, and its code.
    line_from: usize,
    tags: Vec<usize>,
    code: Vec<Range<usize>>,
    /// What ends the tag, comment or element of HTML that is open and whose content is left out.
    hidden: Option<&'static str>,
    in_code: bool,
}

impl BodyText {
    fn push(&mut self, token: &Token<'_>) {
        match token {
            Token::Html(html) | Token::InlineHtml(html) => self.html(html),
            Token::Start(Tag::CodeBlock(_)) => {
                self.end_line();
                self.in_code = true;
            }
            // Text may stand before a block within an item.
            Token::Start(Tag::Paragraph | Tag::List(_) | Tag::BlockQuote(_) | Tag::Table(_)) => {
                self.end_line();
            }
            Token::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image) => {}
            Token::End(_) => {
                // What is open here would hide the rest of the page.
                self.hidden = None;
                self.end_line();
                self.in_code = false;
            }
            _ if self.hidden.is_some() => {}
            Token::Text(part) => self.out.push_str(part),
            Token::Code(part) => {
                self.drop_templates();
                let start = self.out.len();
                self.out.push_str(part);
                self.plain_from = self.out.len();
                self.code
                    .push(start - self.line_from..self.plain_from - self.line_from);
            }
            Token::SoftBreak | Token::HardBreak => self.out.push(' '),
            _ => {}
        }
    }

    fn end_line(&mut self) {
        self.drop_templates();
        if !self.tags.is_empty()
            && let Some(line) =
                without_brackets(&self.out[self.line_from..], &self.tags, &self.code)
        {
            self.out.truncate(self.line_from);
            self.out.push_str(&line);
        }
        self.tags.clear();
        self.code.clear();
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.plain_from = self.out.len();
        self.line_from = self.out.len();
    }

    /// Takes the tags of templates out of the text since `plain_from`. A tag that does not end is text.
    fn drop_templates(&mut self) {
        let from = std::mem::replace(&mut self.plain_from, self.out.len());
        if self.in_code || memchr(b'{', &self.out.as_bytes()[from..]).is_none() {
            return;
        }
        let written = self.out.split_off(from);
        let mut rest = written.as_str();
        // Ends that were looked for and are not there, so that this is one pass.
        let mut missing = [false; TEMPLATE_TAGS.len()];
        while let Some(at) = rest.find('{') {
            let tag = &rest[at..];
            self.out.push_str(&rest[..at]);
            let found = TEMPLATE_TAGS.iter().zip(&mut missing);
            let found = found.filter(|((open, _), missing)| tag.starts_with(open) && !**missing);
            let mut ends = found.map(|((open, close), missing)| {
                let end = tag[open.len()..].find(close);
                *missing = end.is_none();
                end.map(|end| open.len() + end + close.len())
            });
            let len = ends.find_map(|end| end);
            match len {
                Some(_) => self.tags.push(self.out.len() - self.line_from),
                None => self.out.push('{'),
            }
            rest = &tag[len.unwrap_or(1)..];
        }
        self.out.push_str(rest);
        self.plain_from = self.out.len();
    }

    /// What stands between the tags of HTML, decoded.
    fn html(&mut self, html: &str) {
        let mut rest = html;
        loop {
            if let Some(end) = self.hidden {
                let Some(at) = find_without_case(rest, end) else {
                    return;
                };
                self.hidden = None;
                rest = &rest[at..];
                if !end.starts_with('<') {
                    rest = &rest[end.len()..];
                }
            }
            let Some(at) = rest.find('<') else {
                break;
            };
            self.html_text(&rest[..at]);
            rest = &rest[at..];
            if let Some(inside) = rest.strip_prefix("<!--") {
                self.hidden = Some("-->");
                rest = inside;
                continue;
            }
            let name = rest[1..].strip_prefix('/').unwrap_or(&rest[1..]);
            let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next();
            let name = name.unwrap_or_default();
            let is_one_of = |names: &[&str]| names.iter().any(|one| name.eq_ignore_ascii_case(one));
            if !is_one_of(&INLINE_ELEMENTS) && !is_one_of(&HIDDEN_ELEMENTS) {
                self.end_line();
            }
            let is_end = rest.starts_with("</");
            if !is_end && is_one_of(&HIDDEN_ELEMENTS) {
                let is_script = name.eq_ignore_ascii_case("script");
                self.hidden = Some(if is_script { "</script" } else { "</style" });
            }
            let Some(len) = tag_len(rest) else {
                // It goes on in the next line.
                self.hidden = self.hidden.or(Some(">"));
                return;
            };
            rest = &rest[len..];
        }
        self.html_text(rest);
    }

    fn html_text(&mut self, part: &str) {
        let text = htmlize::unescape(part);
        let begins_line = self.out.is_empty() || self.out.ends_with('\n');
        self.out.push_str(if begins_line {
            text.trim_start()
        } else {
            &text
        });
    }
}

/// The length of the tag of HTML that a text begins with; a `>` within quotes does not end it.
fn tag_len(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match quote {
            None if byte == b'>' => return Some(at + 1),
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            Some(open) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}

fn find_without_case(text: &str, wanted: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let first = *wanted.as_bytes().first()?;
    let mut at = 0;
    while let Some(found) = memchr2(first, first.to_ascii_uppercase(), bytes.get(at..)?) {
        at += found;
        let here = bytes.get(at..at + wanted.len())?;
        if here.eq_ignore_ascii_case(wanted.as_bytes()) {
            return Some(at);
        }
        at += 1;
    }
    None
}

impl Event {
    /// The text of its body without Markdown's marks; `None` if it has no body, as news of the Context.
    ///
    /// It holds what a reader sees: words, code, and the texts that stand for images, a line end behind
    /// each block. It holds no addresses, no HTML tags and comments, and no tags of templates. Each call
    /// reads the Markdown anew.
    ///
    /// ```
    /// use eventstore::{Event, EventId};
    /// let id: EventId = "opinion/2017/04/4/bridges".parse()?;
    /// let mut event = Event::new(id.clone(), id.day(), "Bridges");
    /// event.body = Some("# Bridges\n\nA *short* [text](https://a.example/x).".into());
    /// assert_eq!(event.body_text().unwrap(), "Bridges\nA short text.");
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    #[must_use]
    pub fn body_text(&self) -> Option<String> {
        self.body.as_deref().map(body_text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::body_text;
    use crate::analysis::Analyzer;

    /// Pieces of a body with links to tags of templates.
    const PIECES: [&str; 34] = [
        "[",
        "[",
        "[",
        "![",
        "](",
        "]({% a %})",
        "]({% a %})",
        "]({{< ref \"b\" >}})",
        "]( {% a %}{{ b }} )",
        ")",
        "]",
        "{% a %}",
        "{{ b }}",
        "{",
        "a",
        "b",
        "C",
        "7",
        "国",
        "际",
        "é",
        "\u{301}",
        "-",
        "+",
        "++",
        "#",
        "_",
        "*",
        "`",
        " ",
        "\n",
        ".",
        "，",
        "-{zh:国;zh-tw:際}-",
    ];

    #[test]
    fn a_body_is_its_text() {
        for (markdown, text) in [
            ("", ""),
            (
                "# A *title*\n\nOne\ntwo  \nthree.\n",
                "A title\nOne two three.",
            ),
            (
                "A\n=\n- one\n- two\n  - three\n\n> four",
                "A\none\ntwo\nthree\nfour",
            ),
            (
                "[label](http://a.example/x \"t\") ![alt *text*](y.png) <http://b.example>",
                "label alt text http://b.example",
            ),
            (
                "`code` x\n\n    let a = 1;\n\n```rust\n{{ kept }}\n```\nend",
                "code x\nlet a = 1;\n{{ kept }}\nend",
            ),
            ("| a | b |\n|---|---|\n| c *d* | e |\n", "a\nb\nc d\ne"),
            ("Text[^1].\n\n[^1]: The note.\n", "Text.\nThe note."),
            ("R&amp;D &eacute; \\* 2 &lt; 3", "R&D é * 2 < 3"),
            ("a <b class=\"x>y\">bold</b> c", "a bold c"),
            (
                "<div title=\"x\">\n<p>In&amp;side</p> more\n</div>\n\nend",
                "In&side\nmore\nend",
            ),
            (
                "a <!-- secret\nnote --> b\n\n<!--\nanother\n\none -->\nend",
                "a  b\nend",
            ),
            (
                "<script>\nlet secret = '<p>';\n\nmore();\n</script>\nend",
                "end",
            ),
            ("<STYLE>p { color: red }</STYLE>\n\nend", "end"),
            ("a <script>secret</script> b", "a  b"),
            (
                "a {{< figure src=\"x.png\" >}} b {% link x.md %} c {{ page.title }} d",
                "a  b  c  d",
            ),
            (
                "{% note %}kept{% endnote %} {not a tag} {{ open",
                "kept {not a tag} {{ open",
            ),
            ("a[ref]\n\n[ref]: http://a.example/x", "aref"),
            (
                "See [the *storm* `x[`]({% post_url 2017-03-02-storm %}), ![a pier]({{ site.url }}{{ page.image }}).",
                "See the storm x[, a pier.",
            ),
            (
                "[![alt]({% link a.png %})]({{< relref \"a.md\" >}}) [b]({{% ref \"b.md\" %}})",
                "alt b",
            ),
            (
                "- [one]({% link a.md %})\n- [two\n  lines]( {% link b.md %} )\n\n| [c]({{ d }}) |\n|-|\n",
                "one\ntwo lines\nc",
            ),
            ("`a!`[b]({% c %})!", "a!b!"),
            // A space where words would become one.
            ("[a]({% link b.md %})[c]({% link d.md %})", "a c"),
            (
                "a[b]({% link c.md %})d 参见[港口]({% link c.md %})的 C[x]({% link c.md %})++",
                "a b d 参见 港口 的 C x ++",
            ),
            // What stands beside the tag has words by which the page is found.
            (
                "[a]({{ site.url }}/b) [c]({% link d.md %}#e) [f] ({% link g.md %}) x]({% h %}) [i]()",
                "[a](/b) [c](#e) [f] () x]() i",
            ),
            ("1. one\n\n   two\n2. three", "one\ntwo\nthree"),
        ] {
            assert_eq!(body_text(markdown), text, "{markdown:?}");
        }
    }

    fn tokens(text: &str) -> Vec<(String, u32)> {
        let mut found = Vec::new();
        Analyzer::default().tokens(text, |term, position| {
            found.push((term.to_owned(), position))
        });
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        /// A stored segment has the words of texts in which the brackets of such links stood.
        #[test]
        fn the_brackets_of_links_to_templates_are_no_words(
            pieces in prop::collection::vec(select(&PIECES[..]), 0..16),
        ) {
            let body = pieces.concat();
            // With a full stop beside the tag the target is text, and the brackets stay.
            let kept = body.replace("]({", "](.{").replace("]( {", "]( .{");
            prop_assert_eq!(tokens(&body_text(&body)), tokens(&body_text(&kept)), "{}", body_text(&body));
        }
    }
}
