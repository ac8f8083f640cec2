//! The address of an event's page on its site.

use super::{Event, Lang, MetaValue};

/// Keys of front matter that state the address of the page, the one that counts first.
const ADDRESSES: [&str; 2] = ["permalink", "url"];

impl Event {
    /// The address of its page on its site.
    ///
    /// Of a page of the Context it is the path that the site has it under, without a host, as its pages
    /// link to each other, letters of all scripts as they are: `/news/2017/03/2/flood.html`, Chinese ones below `/zh/`. Of any other page it is what
    /// its front matter states as `permalink`, else as `url`: a path, or an address of http or https. It is
    /// `None` where a page states none, or a pattern (`/:year/:title/`) that only its generator can fill in.
    ///
    /// Worked out at each call. [`EventId`](crate::EventId) reads the address of a page of the Context.
    ///
    /// ```
    /// use eventstore::{Event, EventId};
    /// let id: EventId = "2017/03/2/flood".parse()?;
    /// let event = Event::new(id.clone(), id.day(), "A river floods");
    /// assert_eq!(event.url().as_deref(), Some("/news/2017/03/2/flood.html"));
    /// assert_eq!(Event::new("posts/flood".parse()?, None, "A river floods").url(), None);
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    #[must_use]
    pub fn url(&self) -> Option<String> {
        if !self.is_of_context() {
            let stated = |key| self.meta.get(key).and_then(MetaValue::as_str);
            return ADDRESSES
                .iter()
                .filter_map(|key| stated(key))
                .map(str::trim)
                .find(|text| is_address(text))
                .map(str::to_owned);
        }
        let edition = if self.lang == Lang::ZH { "/zh" } else { "" };
        let id = self.id.as_str();
        Some(match self.id.is_opinion() {
            true => format!("{edition}/{id}/index.html"),
            false => format!("{edition}/news/{id}.html"),
        })
    }
}

/// Whether a text is the address of one page: of http or https, or a path. A lone word (`pretty`), another
/// scheme, a pattern and the tags of a template are none.
fn is_address(text: &str) -> bool {
    let is_pattern = text.contains("/:") && !text.contains("://") || text.contains(['{', '}']);
    let has_scheme = text
        .find([':', '/', '?', '#'])
        .is_some_and(|at| text.as_bytes()[at] == b':');
    let begins = |scheme: &str| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let is_web = begins("https://") || begins("http://");
    let is_path = text.contains('/') && !has_scheme;
    !is_pattern && !text.contains(char::is_whitespace) && (is_web || is_path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventId;

    fn event(id: &str) -> Event {
        let id: EventId = id.parse().unwrap();
        Event::new(id.clone(), id.day(), "A")
    }

    #[test]
    fn the_address_of_a_page_of_the_context_is_read_as_its_id() {
        let mut chinese = event("2017/03/2/大桥");
        chinese.lang = Lang::ZH;
        for (event, url) in [
            (event("2017/03/2/a"), "/news/2017/03/2/a.html"),
            (
                event("opinion/2017/04/4/o"),
                "/opinion/2017/04/4/o/index.html",
            ),
            (chinese, "/zh/news/2017/03/2/大桥.html"),
        ] {
            assert_eq!(event.url().as_deref(), Some(url));
            assert_eq!(url.parse::<EventId>().unwrap(), event.id);
        }
    }

    #[test]
    fn another_page_has_the_address_that_it_states() {
        for (key, stated, url) in [
            ("permalink", "/ferries/", Some("/ferries/")),
            (
                "url",
                "https://isle.example/a:b",
                Some("https://isle.example/a:b"),
            ),
            ("permalink", "/:year/:title/", None),
            ("permalink", "/{{ page.fileSlug }}/", None),
            ("permalink", "pretty", None),
            ("permalink", "false", None),
            ("url", "javascript:alert(1)//", None),
            ("url", "data:text/html,/", None),
            ("slug", "/a/", None),
        ] {
            let mut event = event("posts/a");
            let entry = (key.to_owned(), MetaValue::Text(stated.to_owned()));
            event.meta = [entry].into_iter().collect();
            assert_eq!(event.url().as_deref(), url, "{key}: {stated}");
        }
        assert_eq!(event("posts/a").url(), None);
    }
}
