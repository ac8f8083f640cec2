//! What front matter holds in the wild, and what is read of it.

use super::super::read;

/// A page, and what is read of it: title, date with time and offset, tags, draft.
fn said(path: &str, text: &str) -> (String, String, Vec<String>, bool) {
    let page = read(text, path, "a").unwrap().page;
    let moment = page.moment.map_or("none".to_owned(), |moment| {
        let time = moment.time.map_or(String::new(), |time| format!(" {time}"));
        let offset = moment
            .offset
            .map_or(String::new(), |offset| format!(" {offset:+}"));
        format!("{}{time}{offset}", moment.date)
    });
    (page.title, moment, page.tags, page.draft)
}

#[test]
fn the_traps_of_front_matter_are_read_as_written() {
    for (path, text, title, moment, tags, draft) in [
        // Scalars stay text.
        (
            "a.md",
            "---\ntitle: off\ntags: [012, 1_000, 12:30, 1.10, no, ~, '', null]\n---\n",
            "off",
            "none",
            "012|1_000|12:30|1.10|no",
            false,
        ),
        (
            "a.md",
            "---\ntitle: 2015-10-11\ndate: 2017-03-02 23:30:00 -0800\n---\n",
            "2015-10-11",
            "2017-03-02 23:30 -480",
            "",
            false,
        ),
        // Dates: the day as written.
        (
            "a.md",
            "---\ntitle: T\ndate: '2019-04-29T14:43:24.760Z'\n---\n",
            "T",
            "2019-04-29 14:43:24.760 +0",
            "",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\ndate: 2017-3-2\n---\n",
            "T",
            "2017-03-02",
            "",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\ndate: 2013/7/13 20:46:25\n---\n",
            "T",
            "2013-07-13 20:46:25",
            "",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\nCreated: 12-Jul-2000\n---\n",
            "T",
            "2000-07-12",
            "",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\ndate: Mar 2, 2017\n---\n",
            "T",
            "2017-03-02",
            "",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\ndate: Thu, 2 Mar 2017 10:05 PM\n---\n",
            "T",
            "2017-03-02 22:05",
            "",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\ndate: 20170302\n---\n",
            "T",
            "none",
            "",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\ndate: 2017\n---\n",
            "T",
            "none",
            "",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\ndate: 2017-03\n---\n",
            "T",
            "none",
            "",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\ndate: 03/04/2017\n---\n",
            "T",
            "none",
            "",
            false,
        ),
        (
            "2017-03-05-a.md",
            "---\ntitle: T\ndate: 2017-02-30\n---\n",
            "T",
            "2017-03-05",
            "",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\ndate: {created: 2017-03-02, updated: 2018-01-01}\n---\n",
            "T",
            "2017-03-02",
            "",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\ndate: Last Modified\nlastmod: 2018-01-01\n---\n",
            "T",
            "2018-01-01",
            "",
            false,
        ),
        (
            "x.md",
            "+++\ntitle = \"T\"\npath = \"2024/03/30/slug\"\n+++\n",
            "T",
            "2024-03-30",
            "",
            false,
        ),
        (
            "2024-12/december-05.md",
            "# Notes\n",
            "Notes",
            "2024-12-05",
            "",
            false,
        ),
        (
            "2018/CG-06-06.md",
            "Text\n",
            "CG-06-06",
            "2018-06-06",
            "",
            false,
        ),
        (
            "201705/20170501-20170507.md",
            "Text\n",
            "20170507",
            "2017-05-01",
            "",
            false,
        ),
        ("2024/03/30/a.md", "# T\n", "T", "2024-03-30", "", false),
        // The key wins over the name.
        (
            "2017-03-05-a.md",
            "---\ntitle: T\ndate: 2017-03-02\n---\n",
            "T",
            "2017-03-02",
            "",
            false,
        ),
        // Flags that are dates, and drafts.
        (
            "a.md",
            "---\ntitle: T\npublished: 2017-03-02\n---\n",
            "T",
            "2017-03-02",
            "",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\npublished: false\n---\n",
            "T",
            "none",
            "",
            true,
        ),
        (
            "a.md",
            "---\ntitle: T\ndraft: YES\n---\n",
            "T",
            "none",
            "",
            true,
        ),
        (
            "a.md",
            "---\ntitle: T\ndraft: 0\n---\n",
            "T",
            "none",
            "",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\nstatus: Draft\ncreated: 2000-07-12\n---\n",
            "T",
            "2000-07-12",
            "",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\nstatus: draft\ndate: 2000-07-12\n---\n",
            "T",
            "2000-07-12",
            "",
            true,
        ),
        ("site/_drafts/a.md", "# T\n", "T", "none", "", true),
        // Tags in every form.
        (
            "a.md",
            "---\ntitle: T\ntags: one word\n---\n",
            "T",
            "none",
            "one word",
            false,
        ),
        (
            "_posts/a.md",
            "---\ntitle: T\ntags: two words\ntag: one word\n---\n",
            "T",
            "none",
            "two|words|one word",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\ntags: a, b; c\n---\n",
            "T",
            "none",
            "a, b|c",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\ntags: '#a #b/c'\n---\n",
            "T",
            "none",
            "a|b/c",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\nkeywords: [k]\n---\n",
            "T",
            "none",
            "k",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\nkeywords: [k]\ntags: [Sea, sea, [x]]\n---\n",
            "T",
            "none",
            "Sea|x",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\ndate: 2020-01-02 12:30 America/New_York\n---\n",
            "T",
            "2020-01-02 12:30",
            "",
            false,
        ),
        (
            "a.md",
            "---\ntitle: T\npublished: nope\n---\n",
            "T",
            "none",
            "",
            true,
        ),
        (
            "a.md",
            "---\nFirst line\nsecond, note: this: that\n---\n",
            "First line second, note: this: that",
            "none",
            "",
            false,
        ),
        // Blocks.
        (
            "a.md",
            "\u{feff}\r\n---\r\ntitle: T\r\n...\r\nBody\r\n",
            "T",
            "none",
            "",
            false,
        ),
        ("a.md", "---\ntitle: T\n", "a", "none", "", false),
        (
            "a.md",
            "---\n\nText between rules.\n\n---\n\n# H\n",
            "H",
            "none",
            "",
            false,
        ),
        (
            "a.md",
            "---\n# a comment\n---\n## H `code`\n",
            "H code",
            "none",
            "",
            false,
        ),
        (
            "a.md",
            "{\"title\": \"J\", \"date\": \"2017-03-02\"}\n\nText\n",
            "J",
            "2017-03-02",
            "",
            false,
        ),
        (
            "a.md",
            "\"title\": \"J\",\n\"tags\": [\"a\"]\n;;;\nText\n",
            "J",
            "none",
            "a",
            false,
        ),
        (
            "a.md",
            "Title: H: x\nDate: 2014-05-10 15:30\nTags: a,\n  b\n\nText\n",
            "H: x",
            "2014-05-10 15:30",
            "a|b",
            false,
        ),
        (
            "a.rst",
            "A title\n#######\n\n:date: 2010-10-03 10:20\n:tags: a, b\n\nText\n",
            "A title",
            "2010-10-03 10:20",
            "a|b",
            false,
        ),
        (
            "a.org",
            "#+title: Org\n#+date: <2025-12-13 Fri>\n#+filetags: :a:b:\n",
            "Org",
            "2025-12-13",
            "a|b",
            false,
        ),
        // The last of a key counts.
        (
            "a.md",
            "---\ntitle: One\ntitle: Two\n---\n",
            "Two",
            "none",
            "",
            false,
        ),
        ("source/index.md", "Text\n", "source", "none", "", false),
        (
            "x/2017-03-02-on-ferries.fr.md",
            "Text\n",
            "on-ferries",
            "2017-03-02",
            "",
            false,
        ),
    ] {
        let tags: Vec<String> = tags
            .split('|')
            .filter(|tag| !tag.is_empty())
            .map(str::to_owned)
            .collect();
        let wanted = (title.to_owned(), moment.to_owned(), tags, draft);
        assert_eq!(said(path, text), wanted, "{path}\n{text}");
    }
}
