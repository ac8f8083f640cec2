//! Writing an archive: every page in the order in which a tar of the site's tree has them.

use std::io;
use std::path::Path;

use crate::calendar::Day;
use crate::evidence::Evidence;
use crate::listing;
use crate::output::{Format, Output};
use crate::page;
use crate::plan::{Plan, purpose};
use crate::random::Random;
use crate::text;
use crate::truth::Truth;

/// Event pages for one opinion.
const PAGES_AN_OPINION: u32 = 5_000;
/// Where days begin if an archive has none.
const FIRST_DAY: Day = Day::new(2000, 1, 1);
/// The line of a page that is too large for any reader.
const LONG_LINE: usize = 10_000_000;

/// What to write.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Event pages, superseded ones included.
    pub pages: u32,
    pub seed: u64,
    /// Also a page of each kind that cannot be read: CRLF, BOM, NUL, bad UTF-8, a line of 10 MB.
    pub broken: bool,
}

/// Writes an archive, and says what is in it.
///
/// # Errors
/// When it cannot be written.
pub fn write(wanted: Wanted, path: &Path, format: Format) -> io::Result<Truth> {
    let plan = Plan::new(wanted.pages, wanted.seed);
    let mut writer = Writer {
        evidence: Evidence::new(&plan),
        output: Output::create(path, format)?,
        truth: Truth {
            seed: wanted.seed,
            pages: u64::from(wanted.pages),
            added: u64::from(wanted.pages),
            ..Truth::default()
        },
        plan: &plan,
    };
    writer.front()?;
    writer.free("api")?;
    writer.free("faq")?;
    writer.days()?;
    if wanted.broken {
        writer.broken()?;
    }
    writer.opinions()?;
    let Writer {
        evidence,
        output,
        mut truth,
        ..
    } = writer;
    output.finish()?;
    truth.count(&plan, &evidence);
    Ok(truth)
}

struct Writer<'p> {
    plan: &'p Plan,
    evidence: Evidence,
    output: Output,
    truth: Truth,
}

impl Writer<'_> {
    fn put(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.truth.files += 1;
        self.truth.bytes += bytes.len() as u64;
        self.output.put(path, bytes)
    }

    /// A page of a folder, as the site has it: twice.
    fn put_twice(&mut self, folder: &str, text: &str) -> io::Result<()> {
        self.truth.twins += 1;
        self.put(&format!("{folder}README.md"), text.as_bytes())?;
        self.put(&format!("{folder}index.md"), text.as_bytes())
    }

    fn front(&mut self) -> io::Result<()> {
        let text = listing::front_page(self.plan, &mut self.evidence);
        self.truth.listings += 1;
        self.put_twice("", &text)
    }

    fn free(&mut self, name: &str) -> io::Result<()> {
        let mut random = Random::of(self.plan.seed, purpose::OPINION, 0);
        let text = format!(
            "## {}\n\n{}\n",
            name.to_uppercase(),
            prose(self.plan, &mut random)
        );
        self.truth.others += 1;
        self.put_twice(&format!("{name}/"), &text)
    }

    fn days(&mut self) -> io::Result<()> {
        let mut days: Vec<usize> = (0..self.plan.days.len()).collect();
        days.sort_by_cached_key(|day| self.plan.days[*day].0.path());
        for day in days {
            let (day, events) = self.plan.days[day].clone();
            let mut files: Vec<(String, String)> = Vec::with_capacity(events.len() + 2);
            for number in events.clone() {
                let written = page::write(self.plan, number, &mut self.evidence);
                self.truth.links += written.links as u64;
                self.truth.sources += written.sources as u64;
                files.push((written.path, written.text));
            }
            let list = listing::day_page(self.plan, day, events, &mut self.evidence);
            let folder = format!("news/{}/", day.path());
            files.push((format!("{folder}README.md"), list.clone()));
            files.push((format!("{folder}index.md"), list));
            self.truth.listings += 1;
            self.truth.twins += 1;
            files.sort();
            for (path, text) in files {
                self.put(&path, text.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Pages that every reader has to refuse, each for a reason of its own. No page links to them.
    fn broken(&mut self) -> io::Result<()> {
        let Some((day, _)) = self.plan.days.first() else {
            return Ok(());
        };
        let page = |title: &str| {
            format!(
                "### [{}](/news/{}/index.md)\n\n# {title}\n\n\n\n",
                day.heading(),
                day.path()
            )
        };
        let plain = page("A page that is broken.");
        let mut bad_utf8 = plain.clone().into_bytes();
        bad_utf8.extend(b"\xff\xfe\n");
        let pages = [
            ("bom", format!("\u{feff}{plain}").into_bytes()),
            ("crlf", plain.replace('\n', "\r\n").into_bytes()),
            ("long-line", page(&"x".repeat(LONG_LINE)).into_bytes()),
            ("nul", plain.replace("broken", "bro\0ken").into_bytes()),
            ("utf8", bad_utf8),
        ];
        let folder = format!("news/{}", day.path());
        for (name, bytes) in pages {
            self.truth.failed += 1;
            self.put(&format!("{folder}/zz-broken-{name}.md"), &bytes)?;
        }
        Ok(())
    }

    fn opinions(&mut self) -> io::Result<()> {
        let mut list = String::from("## Opinion\n");
        let mut pages = Vec::new();
        // Opinions come on the days behind the last event: a day page lists none, and one that it does not list would
        // be superseded.
        let mut day = self.plan.days.last().map_or(FIRST_DAY, |(day, _)| *day);
        for opinion in 0..1 + self.plan.len() / PAGES_AN_OPINION {
            let mut random = Random::of(self.plan.seed, purpose::OPINION, 1 + u64::from(opinion));
            day = day.next();
            let title = format!(
                "{} on the {}",
                format_args!("Thoughts {}", opinion + 1),
                self.plan.language.word(&mut random)
            );
            let stem = format!("opinion/{}/{}", day.path(), text::slug(&title));
            list.push_str(&format!("### [{title}](/{stem}/index.md)\n"));
            pages.push((
                stem,
                format!(
                    "\n# {title}\n#### by A. Writer\n\n{}",
                    prose(self.plan, &mut random)
                ),
            ));
            self.truth.opinions += 1;
            self.truth.added += 1;
            *self.truth.years.entry(i32::from(day.year())).or_default() += 1;
        }
        for (stem, text) in pages {
            self.put_twice(&format!("{stem}/"), &text)?;
        }
        self.truth.listings += 1;
        self.put_twice("opinion/", &list)
    }
}

fn prose(plan: &Plan, random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..6 {
        let words = (0..random.between(40, 120)).map(|_| plan.language.word(random));
        text.push_str(&words.collect::<Vec<_>>().join(" "));
        text.push_str(".\n\n");
    }
    text
}
