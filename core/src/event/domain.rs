//! The publisher's host of a URL.
//!
//! Hand-written where the crate `url` exists: that one refuses or rewrites much of what old pages
//! hold (spaces, bad ports, `http:/one-slash`), and one bad URL must not lose its page.
//!
//! An international host has two spellings, `münchen.example` and `xn--mnchen-3ya.example`. Its
//! domain is the first, the one that readers know, and most pages write. A segment keeps the domains
//! that it was written with: a store of an older version shows the second spelling where a page
//! has it, until a merge or `compact` writes the segment anew.

use std::borrow::Cow;

use super::punycode;
use super::text::nfc;

/// Prefixes of hosts that serve the same publisher's pages in another form.
const PREFIXES: [&str; 3] = ["www.", "m.", "amp."];

/// How many copies of copies are looked through, so that a hostile URL takes bounded time.
const COPIES_MAX: usize = 4;

/// The domain of a URL, see [`Source::domain`](crate::Source::domain).
pub(crate) fn domain_of(url: &str) -> Option<String> {
    let mut url = url;
    for _ in 0..COPIES_MAX {
        match host_and_path(url) {
            Some((host, path)) if is_web_archive(host) => match archived(path) {
                Some(inner) => url = inner,
                None => break,
            },
            _ => break,
        }
    }
    let (host, _) = host_and_path(url)?;
    Some(host_form(host))
}

/// The domain that a query value stands for: a host as people write it, or a whole URL.
///
/// `www.a.example`, `a.example.`, `a.example:8080` and `https://m.a.example/x` all stand for
/// `a.example`. A stored domain stands for itself.
pub(crate) fn domain_of_value(value: &str) -> String {
    if let Some(domain) = domain_of(value) {
        return domain;
    }
    let host = value.split(['/', '?', '#']).next().unwrap_or(value);
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => host,
    };
    match host.trim_end_matches('.') {
        "" => value.to_owned(),
        host => host_form(host),
    }
}

/// The beginning of a domain that a beginning of a host or of a URL stands for.
///
/// `www.` goes even where no further dot follows, since no stored domain of a publisher begins
/// with it; `m.` and `amp.` go where one follows, as in [`host_form`].
pub(crate) fn domain_prefix_of_value(value: &str) -> String {
    let scheme = ["https://", "http://"].iter().find_map(|scheme| {
        let head = value.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme)
            .then(|| &value[scheme.len()..])
    });
    let given = scheme.unwrap_or(value);
    let mut host = host_form(given);
    // A dot at the end is no end of the host here: `bbc.` does not begin `bbcnews.example`.
    if given.ends_with('.') && !host.is_empty() {
        host.push('.');
    }
    match host.strip_prefix("www.") {
        Some(bare) if !bare.is_empty() => bare.to_owned(),
        _ if host.is_empty() => value.to_owned(),
        _ => host,
    }
}

/// The one form of a host, whichever way it is spelled: in lower case, international names in their
/// own letters, without the prefixes `www.`, `m.` and `amp.` and without dots at its end.
fn host_form(host: &str) -> String {
    let host = host.trim_end_matches('.').to_lowercase();
    let mut bare = host.as_str();
    while let Some(rest) = PREFIXES
        .iter()
        .find_map(|prefix| bare.strip_prefix(prefix))
        .filter(|rest| rest.contains('.'))
    {
        bare = rest;
    }
    if !bare.contains("xn--") {
        return nfc(bare).into_owned();
    }
    let label = |label| punycode::decoded(label).map_or(Cow::Borrowed(label), Cow::Owned);
    let labels: Vec<Cow<'_, str>> = bare.split('.').map(label).collect();
    nfc(&labels.join(".").to_lowercase()).into_owned()
}

/// Host without user and port, and what follows it.
fn host_and_path(url: &str) -> Option<(&str, &str)> {
    let url = url.trim_start();
    let rest = ["https:", "http:"].iter().find_map(|scheme| {
        let head = url.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme)
            .then(|| &url[scheme.len()..])
    })?;
    // A web archive's paths often hold `http:/host` with one slash.
    let rest = rest.strip_prefix("//").or_else(|| rest.strip_prefix('/'))?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = match host.rfind(':') {
        // Not the colons of an IPv6 address in brackets.
        Some(colon) if !host[colon..].contains(']') => &host[..colon],
        _ => host,
    };
    let host = host.trim_end_matches('.');
    let plain = !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c.is_control());
    plain.then_some((host, path))
}

fn is_web_archive(host: &str) -> bool {
    let bare = host
        .get(..4)
        .filter(|head| head.eq_ignore_ascii_case("www."))
        .map_or(host, |_| &host[4..]);
    ["web.archive.org", "archive.is"]
        .iter()
        .any(|archive| bare.eq_ignore_ascii_case(archive))
}

/// The archived URL in the path of a copy: `/web/20111016031710/http://…`, `/20130101/https://…`.
fn archived(path: &str) -> Option<&str> {
    let lower = path.to_ascii_lowercase();
    let at = [lower.find("/http:/"), lower.find("/https:/")]
        .into_iter()
        .flatten()
        .min()?;
    let inner = &path[at + 1..];
    host_and_path(inner).map(|_| inner)
}

#[cfg(test)]
mod tests {
    use super::{domain_of, domain_of_value, domain_prefix_of_value};

    #[test]
    fn a_host_as_people_write_it_stands_for_the_stored_domain() {
        for (value, domain) in [
            ("a.example", "a.example"),
            ("www.a.example", "a.example"),
            ("m.a.example", "a.example"),
            ("WWW.A.example", "a.example"),
            ("a.example.", "a.example"),
            ("a.example:8080", "a.example"),
            ("www.a.example/x?y", "a.example"),
            ("http://www.a.example/x", "a.example"),
            (
                "https://web.archive.org/web/1/http://www.a.example/b",
                "a.example",
            ),
            ("www.com", "www.com"),
            ("xn--mnchen-3ya.example", "münchen.example"),
            ("localhost", "localhost"),
            ("[2001:db8::1]", "[2001:db8::1]"),
            ("nobody has this", "nobody has this"),
            ("/", "/"),
            ("..", ".."),
        ] {
            assert_eq!(domain_of_value(value), domain, "{value}");
            assert_eq!(domain_of_value(domain), domain, "{domain}");
        }
        for (value, prefix) in [
            ("bbc", "bbc"),
            ("www.bbc", "bbc"),
            ("bbc.", "bbc."),
            ("www.bbc.", "bbc."),
            ("https://www.bbc", "bbc"),
            ("m.bbc.co", "bbc.co"),
            ("m.c", "m.c"),
            ("www.", "www."),
            ("https://", "https://"),
        ] {
            assert_eq!(domain_prefix_of_value(value), prefix, "{value}");
        }
    }

    #[test]
    fn the_domain_is_the_publishers_host() {
        for (url, domain) in [
            ("http://www.bbc.com/news/1", Some("bbc.com")),
            ("https://M.Example.ORG:8080/x?y#z", Some("example.org")),
            ("https://www.m.amp.example.org", Some("example.org")),
            ("https://amp.theguardian.com/a", Some("theguardian.com")),
            ("http://m.com/x", Some("m.com")),
            ("http://www.com/", Some("www.com")),
            ("http://user:secret@host.example./", Some("host.example")),
            ("http://[2001:db8::1]:80/x", Some("[2001:db8::1]")),
            ("http://localhost", Some("localhost")),
            ("HTTP://EXAMPLE.com?q", Some("example.com")),
            ("http://münchen.example/", Some("münchen.example")),
            ("http://MU\u{308}NCHEN.example/", Some("münchen.example")),
            (
                "http://www.XN--mnchen-3YA.example./",
                Some("münchen.example"),
            ),
            ("http://xn--fiqs8s/", Some("中国")),
            ("http://xn--a.example/", Some("xn--a.example")),
            ("//example.com/x", None),
            ("ftp://example.com/x", None),
            ("mailto:a@example.com", None),
            ("example.com", None),
            ("http://", None),
            ("http:///x", None),
            ("http://two words/", None),
            ("", None),
        ] {
            assert_eq!(domain_of(url).as_deref(), domain, "{url}");
        }
    }

    #[test]
    fn an_archived_copy_belongs_to_the_archived_host() {
        for (url, domain) in [
            (
                "https://web.archive.org/web/20111016031710/http://www.a.example/b",
                "a.example",
            ),
            (
                "https://web.archive.org/web/2011id_/https:/a.example/b",
                "a.example",
            ),
            (
                "http://archive.is/20130101/https://m.a.example/b",
                "a.example",
            ),
            ("http://archive.is/AbC12", "archive.is"),
            (
                "https://web.archive.org/web/1/http://archive.is/2/http://b.example/",
                "b.example",
            ),
            ("https://web.archive.org/", "web.archive.org"),
            ("https://news.example/http://other.example/", "news.example"),
        ] {
            assert_eq!(domain_of(url).as_deref(), Some(domain), "{url}");
        }
    }
}
