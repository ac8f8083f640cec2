//! Templates: files from which a tool makes new pages. They look like pages, and say nothing yet.

use super::super::front_matter::{Map, RawValue};
use super::keys::{DATE_KEYS, folded};

/// Marks of the templates of Hugo, Hexo, Jekyll and Obsidian, and of Obsidian's Templater.
const MARKS: [(&str, &str); 2] = [("{{", "}}"), ("<%", "%>")];

/// Whether front matter that can be read is that of a template: its title or its date is nothing but a
/// mark.
pub(super) fn is_template(map: &Map) -> bool {
    map.0.iter().any(|entry| {
        let key = folded(&entry.key);
        let names = key == "title" || DATE_KEYS.contains(&&*key);
        names && matches!(&entry.value, RawValue::Scalar(scalar) if is_mark(&scalar.text))
    })
}

/// Whether a mark is why front matter cannot be read: without quotes it begins no value.
pub(super) fn is_unreadable_template(block: &str) -> bool {
    block.lines().any(|line| {
        let line = line.trim().trim_start_matches("- ");
        let (_, value) = line.split_once([':', '=']).unwrap_or(("", line));
        let mut marks = MARKS.iter();
        marks.any(|(open, _)| value.trim().starts_with(open))
    })
}

/// Whether a text begins and ends as a mark.
fn is_mark(text: &str) -> bool {
    let text = text.trim();
    let mut marks = MARKS.iter();
    marks.any(|(open, close)| text.starts_with(open) && text.ends_with(close))
}

#[cfg(test)]
mod tests {
    use super::super::super::front_matter;
    use super::*;

    #[test]
    fn a_title_or_a_date_that_is_a_mark_makes_a_template() {
        for (front, expected) in [
            ("title: '{{ replace .Name \"-\" \" \" | title }}'", true),
            ("Title: \"{{ title }}\"", true),
            ("created: <% tp.date.now() %>", true),
            ("Date: \"{{date}} {{time}}\"", true),
            ("title: How {{ mustache }} works", false),
            ("title: \"{{ a }} and b\"", false),
            ("permalink: \"{{ page.fileSlug }}\"", false),
            ("summary: <% x %>", false),
            (
                "title: T\neleventyComputed:\n  title: \"{{ title }}\"",
                false,
            ),
            ("title: T\nhow: |\n  title: {{ title }}", false),
        ] {
            let page = format!("---\n{front}\n---\n");
            let block = front_matter::find(&page, "a.md").unwrap();
            let map = front_matter::parse(&page, &block).unwrap();
            assert_eq!(is_template(&map), expected, "{front}");
        }
        for (block, expected) in [
            ("title: {{ title }}", true),
            ("date: {{ .Date }}T00", true),
            ("tags:\n  - {{ tag }}", true),
            ("title: [a\nsummary: about {{ b }}", false),
            ("title: [a", false),
        ] {
            assert_eq!(is_unreadable_template(block), expected, "{block}");
        }
    }
}
