//! Event pages in the three layouts of the English edition.

use std::fmt::Write;

use crate::evidence::Evidence;
use crate::plan::{Layout, Plan, purpose};
use crate::random::Random;
use crate::text;

/// Pages by number of sources, 0 to 4.
const SOURCES: [f64; 5] = [0.2, 0.68, 0.1, 0.015, 0.005];
const COVERS: f64 = 0.3;
/// Links whose text is not the target's title any more.
const OTHER_LINK_TEXTS: f64 = 0.001_5;
/// Uses of a tag that has two spellings, in the rarer one.
const VARIANT_USES: f64 = 0.3;
const CATEGORIES: f64 = 0.85;

/// `news/2017/03/2/slug`, with neither leading slash nor ending.
pub fn stem(plan: &Plan, number: u32, title: &str) -> String {
    format!("news/{}/{}", plan.day(number).path(), text::slug(title))
}

/// A tag as the page of an event spells it.
pub fn spelled(plan: &Plan, tag: u32, number: u32) -> &str {
    let tag_words = &plan.language.tags[tag as usize];
    match &tag_words.variant {
        Some(variant)
            if Random::of(plan.seed, u64::from(tag) << 8, u64::from(number))
                .chance(VARIANT_USES) =>
        {
            variant
        }
        _ => &tag_words.written,
    }
}

/// The category line of an event: absent, empty, or one of its tags.
pub fn category(plan: &Plan, number: u32) -> Option<Option<u32>> {
    let mut random = Random::of(plan.seed, purpose::PAGE, u64::from(number) | 1 << 40);
    (plan.event(number).layout == Layout::C && random.chance(CATEGORIES))
        .then(|| plan.tags(number).first().copied())
}

/// Text that reads `_Context: a, b_`, tags sorted by code point as the site sorted them.
pub fn context(plan: &Plan, number: u32, tags: &[u32], sorted: bool) -> String {
    let mut written: Vec<&str> = tags.iter().map(|tag| spelled(plan, *tag, number)).collect();
    if sorted {
        written.sort_unstable();
    }
    format!("_Context: {}_", written.join(", "))
}

/// A written page, and what was counted while writing it.
pub struct Written {
    pub path: String,
    pub text: String,
    pub links: usize,
    pub sources: usize,
}

/// Writes the page of an event.
pub fn write(plan: &Plan, number: u32, evidence: &mut Evidence) -> Written {
    let layout = plan.event(number).layout;
    let mut random = Random::of(plan.seed, purpose::PAGE, u64::from(number) | 1 << 41);
    let random = &mut random;
    let title = text::title(plan, number);
    let stem = stem(plan, number, &title);
    let day = plan.day(number);
    let mut page = String::with_capacity(4096);
    if layout != Layout::A {
        let _ = write!(
            page,
            "\nFormats: [HTML](/{stem}.html)  [JSON](/{stem}.json)  [XML](/{stem}.xml)  \n\n"
        );
    }
    let _ = write!(
        page,
        "### [{}](/news/{}/index.md)\n\n",
        day.heading(),
        day.path()
    );
    match category(plan, number) {
        Some(Some(tag)) => {
            evidence.note(plan, number, tag);
            let _ = writeln!(page, "##### {}", spelled(plan, tag, number));
        }
        Some(None) => page.push_str("##### \n"),
        None => {}
    }
    let _ = write!(page, "# {title}\n\n");
    page.push_str(&text::summary(plan, number).unwrap_or_default());
    page.push_str("\n\n");
    let sources = sources(plan, number, layout, random, &mut page);
    changes(plan, number, layout, &title, &stem, random, &mut page);
    let links = related(plan, number, random, &mut page, evidence);
    Written {
        path: format!("{stem}.md"),
        text: page,
        links,
        sources,
    }
}

fn sources(
    plan: &Plan,
    number: u32,
    layout: Layout,
    random: &mut Random,
    page: &mut String,
) -> usize {
    let count = random.share(&SOURCES);
    if count == 0 {
        return 0;
    }
    page.push_str(if layout == Layout::A {
        "\n### Source:\n\n"
    } else {
        "\n### Sources:\n\n"
    });
    let mut host = 0;
    for item in 1..=count {
        let publisher = &plan.language.publishers[plan.language.publisher_ranks.sample(random)];
        host = publisher.host;
        let _ = writeln!(
            page,
            "{item}. [{}]({})",
            publisher.name,
            text::url_of(plan, random, number, host)
        );
    }
    if layout != Layout::A && random.chance(COVERS) {
        // Escaped on some pages and not on others; the number begins anew.
        let and = if random.chance(0.5) { "&amp;" } else { "&" };
        let name = &plan.language.hosts[host];
        let size = random.between(400, 1_300);
        let image = random.next() >> 20;
        let _ = writeln!(
            page,
            "1. [Cover Image](https://{name}/images/{image:x}.jpg?w={size}{and}h={}{and}q=55)",
            size / 2
        );
    }
    count
}

fn changes(
    plan: &Plan,
    number: u32,
    layout: Layout,
    title: &str,
    stem: &str,
    random: &mut Random,
    page: &mut String,
) {
    let Some(twin) = plan.stale_twin(number).filter(|_| layout != Layout::A) else {
        return;
    };
    let old = text::title(plan, twin);
    let day = plan.day(number);
    let _ = write!(
        page,
        "\n### Changes:\n\n1. [{old}](/{}.md) _{}-{:02}-{:02} {:02}:30:{:02} (First version)_\n",
        self::stem(plan, twin, &old),
        day.year(),
        day.month(),
        day.day(),
        random.below(24),
        random.below(60),
    );
    // The current version repeats the number before it.
    let _ = writeln!(page, "1. [{title}](/{stem}.md) _(Current version)_");
}

fn related(
    plan: &Plan,
    number: u32,
    random: &mut Random,
    page: &mut String,
    evidence: &mut Evidence,
) -> usize {
    let related = plan.related(number);
    if related.is_empty() {
        return 0;
    }
    page.push_str("\n### Related:\n\n");
    for (place, (target, shared)) in related.iter().enumerate() {
        let title = text::title(plan, *target);
        let stem = stem(plan, *target, &title);
        let shown = match random.chance(OTHER_LINK_TEXTS) {
            true => text::edited(plan, &title, *target, 255),
            false => title,
        };
        let context = context(plan, number, shared, true);
        let _ = writeln!(page, "{}. [{shown}](/{stem}.md) {context}", place + 1);
        for tag in shared {
            evidence.note(plan, number, *tag);
            evidence.note(plan, *target, *tag);
        }
    }
    related.len()
}
