//! Pages that list events: day pages and the front page.

use std::fmt::Write;
use std::ops::Range;

use crate::calendar::Day;
use crate::evidence::Evidence;
use crate::page;
use crate::plan::{Layout, Plan, purpose};
use crate::random::Random;
use crate::text;

/// Events that their day page lists twice.
const LISTED_TWICE: f64 = 0.001;

/// Writes one event of a list: its title, and below it its summary or, if it has none, all its tags.
fn item(plan: &Plan, number: u32, sorted: bool, page: &mut String, evidence: &mut Evidence) {
    let title = text::title(plan, number);
    let _ = writeln!(
        page,
        "### [{title}](/{}.md)",
        page::stem(plan, number, &title)
    );
    let tags = plan.tags(number);
    match text::summary(plan, number) {
        Some(summary) => {
            let _ = writeln!(page, "{summary}");
        }
        None if !tags.is_empty() => {
            evidence.note_all(plan, number);
            let _ = writeln!(page, "{}", page::context(plan, number, tags, sorted));
        }
        None => {}
    }
    page.push('\n');
}

/// Writes the page of a day. Stale pages are not on it.
pub fn day_page(plan: &Plan, day: Day, events: Range<u32>, evidence: &mut Evidence) -> String {
    let mut random = Random::of(plan.seed, purpose::DAY_PAGE, u64::from(events.start));
    let layout = Layout::drawn(&mut random);
    let mut page = String::with_capacity(8192);
    let path = day.path();
    if layout != Layout::A {
        let _ = write!(
            page,
            "\nFormats: [HTML]({path}/index.html)  [JSON]({path}/index.json)  [XML]({path}/index.xml)  \n\n"
        );
    }
    let _ = write!(page, "## [{}](/news/{path}/index.md)\n\n", day.heading());
    let mut heading = None;
    for number in events.filter(|number| !plan.event(*number).stale) {
        if let Some(Some(tag)) = page::category(plan, number).filter(|_| layout != Layout::A)
            && heading.replace(tag) != Some(tag)
        {
            let _ = writeln!(page, "##### {}", page::spelled(plan, tag, number));
        }
        let times = if random.chance(LISTED_TWICE) { 2 } else { 1 };
        for _ in 0..times {
            item(plan, number, layout != Layout::C, &mut page, evidence);
        }
    }
    let _ = write!(
        page,
        "## [Previous Day...](/news/{}/index.md)\n\n",
        day.before().path()
    );
    page
}

/// Writes the front page: the last three days.
pub fn front_page(plan: &Plan, evidence: &mut Evidence) -> String {
    let mut page = String::from(
        "\nFormats: [HTML](/index.html)  [JSON](/index.json)  [XML](/index.xml)  \n\n",
    );
    let names = ["News", "Yesterday", "Day Before Yesterday"];
    for ((day, events), name) in plan.days.iter().rev().zip(names) {
        let _ = write!(page, "## [{name}](/news/{}/index.md)\n\n", day.path());
        for number in events.clone().filter(|number| !plan.event(*number).stale) {
            item(plan, number, false, &mut page, evidence);
        }
        page.push_str("---\n\n");
    }
    if let Some((day, _)) = plan.days.iter().rev().nth(2) {
        let _ = write!(
            page,
            "## [Previous Day...](/news/{}/index.md)\n\n---\n\n",
            day.before().path()
        );
    }
    page
}
