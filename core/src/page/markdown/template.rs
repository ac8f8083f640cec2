//! Templates: files from which a tool makes new pages. They look like pages, and say nothing yet.

use super::keys::{DATE_KEYS, folded};

/// Marks of the templates of Hugo, Hexo, Jekyll and Obsidian, and of Obsidian's Templater.
const MARKS: [(&str, &str); 2] = [("{{", "}}"), ("<%", "%>")];

/// Whether front matter is that of a template: its title or its date is nothing but a mark, or a value
/// that is one is why it cannot be read. `is_read`: it can be read.
pub(super) fn has_marks(block: &str, is_read: bool) -> bool {
    let marks = MARKS.iter();
    if !marks.clone().any(|(open, _)| block.contains(open)) {
        return false;
    }
    block.lines().any(|line| {
        let line = line.trim().trim_start_matches("- ");
        let (key, value) = line.split_once([':', '=']).unwrap_or(("", line));
        let value = value.trim();
        if !is_read {
            // Without quotes these signs begin no value.
            return marks.clone().any(|(open, _)| value.starts_with(open));
        }
        let key = folded(key.trim_matches(['"', '\'']));
        let names = key == "title" || DATE_KEYS.contains(&&*key);
        names && is_mark(value.trim_matches([',', '"', '\'']))
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
    use super::has_marks;

    #[test]
    fn a_title_or_a_date_that_is_a_mark_makes_a_template() {
        for (block, is_read, expected) in [
            (
                "title: '{{ replace .Name \"-\" \" \" | title }}'",
                true,
                true,
            ),
            ("title = \"{{ .Name }}\"\ndraft = true", true, true),
            ("\"title\": \"{{ title }}\",", true, true),
            ("created: <% tp.date.now() %>", true, true),
            ("Date: \"{{date}} {{time}}\"", true, true),
            ("title: How {{ mustache }} works", true, false),
            ("title: \"{{ a }} and b\"", true, false),
            ("permalink: \"{{ page.fileSlug }}\"", true, false),
            ("summary: <% x %>", true, false),
            ("title: {{ title }}", false, true),
            ("date: {{ .Date }}T00", false, true),
            ("tags:\n  - {{ tag }}", false, true),
            ("title: [a\nsummary: about {{ b }}", false, false),
            ("title: [a", false, false),
        ] {
            assert_eq!(has_marks(block, is_read), expected, "{block}");
        }
    }
}
