//! Pages for tests, written as the site wrote them.

/// A link with its text and the tags beside it.
#[derive(Debug, Clone)]
pub struct Link {
    /// Canonical id.
    pub id: String,
    /// Text of the link.
    pub text: String,
    /// Joined by `", "`; no context if empty.
    pub tags: String,
}

/// A link.
pub fn link(id: impl Into<String>, text: impl Into<String>, tags: impl Into<String>) -> Link {
    Link {
        id: id.into(),
        text: text.into(),
        tags: tags.into(),
    }
}

/// The parts of `2017/03/2/slug`: year, month, day.
fn day(id: &str) -> (&str, &str, &str) {
    let mut parts = id.split('/');
    let mut next = || parts.next().unwrap_or_default();
    (next(), next(), next())
}

/// An event page of the newest layout of its edition.
pub fn event_page(
    chinese: bool,
    id: &str,
    title: &str,
    category: &str,
    related: &[Link],
) -> Vec<u8> {
    let (y, m, d) = day(id);
    let mut out = String::new();
    if !chinese {
        let base = format!("/news/{id}");
        out += &format!(
            "\nFormats: [HTML]({base}.html)  [JSON]({base}.json)  [XML]({base}.xml)  \n\n"
        );
    }
    out += &format!(
        "### [{y}-{m}-{d}](/news/{y}/{m}/{d}/index.md)\n\n##### {category}\n# {title} \n\n\n\n"
    );
    if !related.is_empty() {
        out += if chinese {
            "\n### 有关:\n\n"
        } else {
            "\n### Related:\n\n"
        };
    }
    let (tree, label) = words(chinese);
    for (i, Link { id, text, tags }) in related.iter().enumerate() {
        out += &format!("{}. [{text} ]({tree}/{id}.md) _{label}: {tags}_\n", i + 1);
    }
    out.into_bytes()
}

fn words(chinese: bool) -> (&'static str, &'static str) {
    if chinese {
        ("/zh/news", "消息")
    } else {
        ("/news", "Context")
    }
}

fn items(chinese: bool, links: &[Link]) -> String {
    let (tree, label) = words(chinese);
    let mut out = String::new();
    for Link { id, text, tags } in links {
        out += &format!("### [{text} ]({tree}/{id}.md)\n");
        if !tags.is_empty() {
            out += &format!("_{label}: {tags}_\n");
        }
        out += "\n";
    }
    out
}

/// The day page of `2017/03/2`.
pub fn day_page(chinese: bool, folder: &str, links: &[Link]) -> Vec<u8> {
    let (y, m, d) = day(folder);
    let (tree, _) = words(chinese);
    let previous = if chinese { "前一天" } else { "Previous Day" };
    let mut out = format!("## [{y}-{m}-{d}]({tree}/{folder}/index.md)\n\n");
    out += &items(chinese, links);
    out += &format!("## [{previous}...]({tree}/{y}/{m}/{d}/index.md)\n\n");
    out.into_bytes()
}

/// A front page whose first day is `2017/03/9` and lists these.
pub fn front_page(chinese: bool, links: &[Link]) -> Vec<u8> {
    let (tree, _) = words(chinese);
    let words = if chinese {
        ["今天", "昨天"]
    } else {
        ["News", "Yesterday"]
    };
    let mut out = format!("## [{}]({tree}/2017/03/9/index.md)\n\n", words[0]);
    out += &items(chinese, links);
    out += &format!(
        "---\n\n## [{}]({tree}/2017/03/8/index.md)\n\n---\n\n",
        words[1]
    );
    out.into_bytes()
}

/// The canonical path of an event.
pub fn path(id: &str) -> String {
    format!("news/{id}.md")
}

/// The page of an English event under its path.
pub fn english(id: &str, title: &str, category: &str, related: &[Link]) -> (String, Vec<u8>) {
    (path(id), event_page(false, id, title, category, related))
}

/// The page of an English event that says nothing of interest, under its path.
pub fn page(id: &str) -> (String, Vec<u8>) {
    english(id, "A title.", "Harbours", &[])
}

/// The day page of `2017/03/2` under its path.
pub fn listed(chinese: bool, folder: &str, links: &[Link]) -> (String, Vec<u8>) {
    (
        format!("news/{folder}/index.md"),
        day_page(chinese, folder, links),
    )
}
