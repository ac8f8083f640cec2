//! A blog: dated Markdown pages with front matter and links, as generators of sites keep them.
//!
//! Sizes, keys and shares follow what real archives show: pages of 2.9 kB in the middle and 4.5 kB on average, six pages in
//! ten with a `date`, most others with the day in their file's name; two links and a half a kB, half of them out of the
//! blog; headings, lists, code.

use std::fmt::Write;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::calendar::Day;
use crate::output::{Format, Output};
use crate::random::{Random, Zipf};
use crate::words::Language;

/// Purposes of random streams, none of which an archive of the Context has.
const DAYS: u64 = 30;
const PAGE: u64 = 31;

/// Pages a day.
const A_DAY: usize = 12;
/// Distinct tags, whose frequencies fall with their rank.
const TAGS: usize = 2_000;
const TAG_SLOPE: f64 = 0.8;
const CATEGORIES: usize = 12;
const AUTHORS: usize = 60;

/// Shares of pages by where their day is: `date`, the file's name, nowhere.
const DATED: [f64; 3] = [0.62, 0.33, 0.05];
const DRAFTS: f64 = 0.01;
/// Of the bodies: bytes in the middle, and how far they spread.
const MIDDLE: f64 = 2_750.0;
const SPREAD: f64 = 0.94;

/// Counts of a blog, as a store must tell them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct BlogTruth {
    pub seed: u64,
    pub pages: u64,
    pub bytes: u64,
    pub undated: u64,
    pub drafts: u64,
    /// Links to pages of the blog, each page counted once for each that it links to.
    pub links: u64,
    /// Links out of the blog, each address once for each page.
    pub sources: u64,
}

/// Writes a blog, and says what is in it.
///
/// # Errors
/// When it cannot be written.
pub fn write_blog(pages: u32, seed: u64, path: &Path, format: Format) -> io::Result<BlogTruth> {
    let blog = Blog::new(pages, seed);
    let mut output = Output::create(path, format)?;
    let mut truth = BlogTruth {
        seed,
        pages: u64::from(pages),
        ..BlogTruth::default()
    };
    for number in 0..pages {
        let text = blog.page(number, &mut truth);
        truth.bytes += text.len() as u64;
        output.put(&blog.path(number), text.as_bytes())?;
    }
    output.finish()?;
    Ok(truth)
}

/// Where a page's day is written.
#[derive(Clone, Copy, PartialEq)]
enum Dated {
    Key,
    Name,
    Nowhere,
}

struct Blog {
    seed: u64,
    language: Language,
    tag_ranks: Zipf,
    days: Vec<Day>,
}

impl Blog {
    fn new(pages: u32, seed: u64) -> Self {
        let mut day = Day::new(2000, 1, 1);
        let mut days = Vec::with_capacity(pages as usize);
        let mut random = Random::of(seed, DAYS, 0);
        while days.len() < pages as usize {
            let today = random.below(2 * A_DAY + 1).min(pages as usize - days.len());
            days.extend(std::iter::repeat_n(day, today));
            day = day.next();
        }
        Self {
            seed,
            language: Language::new(TAGS),
            tag_ranks: Zipf::new(TAGS, TAG_SLOPE),
            days,
        }
    }

    /// What a page has of its own, whether it is written or linked to.
    fn stream(&self, number: u32) -> Random {
        Random::of(self.seed, PAGE, u64::from(number))
    }

    fn dated(random: &mut Random) -> Dated {
        match random.share(&DATED) {
            0 => Dated::Key,
            1 => Dated::Name,
            _ => Dated::Nowhere,
        }
    }

    /// The file's name without its ending: the day where it is written there, two words, the number.
    fn name(&self, number: u32) -> String {
        let random = &mut self.stream(number);
        let dated = Self::dated(random);
        let (one, two) = (self.language.word(random), self.language.word(random));
        let name = format!("{one}-{two}-{number}");
        match dated {
            Dated::Name => {
                let day = self.days[number as usize];
                format!("{}-{:02}-{:02}-{name}", day.year(), day.month(), day.day())
            }
            _ => name,
        }
    }

    fn folder(&self, number: u32) -> String {
        format!("content/posts/{}", self.days[number as usize].year())
    }

    fn path(&self, number: u32) -> String {
        format!("{}/{}.md", self.folder(number), self.name(number))
    }

    fn page(&self, number: u32, truth: &mut BlogTruth) -> String {
        let random = &mut self.stream(number);
        let dated = Self::dated(random);
        let mut text = String::with_capacity(8 << 10);
        self.front_matter(number, dated, random, &mut text, truth);
        // The sum of twelve is near the normal curve.
        let normal: f64 = (0..12).map(|_| random.unit()).sum::<f64>() - 6.0;
        let length = (MIDDLE * (SPREAD * normal).exp()).min(200_000.0) as usize;
        let end = text.len() + length;
        let mut linked = Vec::new();
        while text.len() < end {
            match random.below(14) {
                0 => self.line(random, "## ", 4, &mut text),
                1 => (0..4).for_each(|_| self.line(random, "- ", 9, &mut text)),
                2 => {
                    text.push_str("```sh\n");
                    (0..3).for_each(|_| self.line(random, "make ", 4, &mut text));
                    text.push_str("```\n");
                }
                _ => self.paragraph(number, random, &mut text, &mut linked, truth),
            }
            text.push('\n');
        }
        linked.sort_unstable();
        linked.dedup();
        truth.links += linked.len() as u64;
        text
    }

    fn front_matter(
        &self,
        number: u32,
        dated: Dated,
        random: &mut Random,
        text: &mut String,
        truth: &mut BlogTruth,
    ) {
        let day = self.days[number as usize];
        // Writing to a string cannot fail.
        let mut put = |key: &str, value: String| {
            let _ = writeln!(text, "{key}: {value}");
        };
        put("---\ntitle", format!("\"{}\"", self.words(random, 6)));
        if dated == Dated::Key {
            let (hour, minute) = (random.below(24), random.below(60));
            let day = format!("{}-{:02}-{:02}", day.year(), day.month(), day.day());
            put("date", format!("{day} {hour:02}:{minute:02}:00 +0200"));
        }
        put("layout", "post".to_owned());
        put("author", format!("Writer {}", random.below(AUTHORS)));
        put("categories", format!("[Part {}]", random.below(CATEGORIES)));
        let tags = 1 + random.below(4);
        let tags = (0..tags).map(|_| format!("t{}", self.tag_ranks.sample(random)));
        put("tags", format!("[{}]", tags.collect::<Vec<_>>().join(", ")));
        if random.chance(0.3) {
            put("description", self.words(random, 18));
        }
        if random.chance(0.2) {
            put("weight", random.below(100).to_string());
            put("series", format!("Series {}", random.below(40)));
        }
        if random.chance(DRAFTS) {
            put("draft", "true".to_owned());
            truth.drafts += 1;
        }
        truth.undated += u64::from(dated == Dated::Nowhere);
        text.push_str("---\n\n");
    }

    fn words(&self, random: &mut Random, count: usize) -> String {
        let words = (0..count).map(|_| self.language.word(random));
        words.collect::<Vec<_>>().join(" ")
    }

    fn line(&self, random: &mut Random, mark: &str, words: usize, text: &mut String) {
        text.push_str(mark);
        text.push_str(&self.words(random, words));
        text.push('\n');
    }

    /// Four lines of words, with a link in most of them.
    fn paragraph(
        &self,
        number: u32,
        random: &mut Random,
        text: &mut String,
        linked: &mut Vec<u32>,
        truth: &mut BlogTruth,
    ) {
        for _ in 0..4 {
            text.push_str(&self.words(random, 12));
            if random.chance(0.25) {
                text.push(' ');
                match random.chance(0.5) {
                    true => {
                        let host = random.below(self.language.hosts.len());
                        let host = &self.language.hosts[host];
                        let words = self.words(random, 2);
                        // The number makes each address one of its own.
                        let place = random.next() >> 20;
                        let _ = write!(text, "[{words}](https://{host}/{place})");
                        truth.sources += 1;
                    }
                    false => self.link(number, random, text, linked),
                }
            }
            text.push('\n');
        }
    }

    /// A link to a page near by, in one of four dialects.
    fn link(&self, number: u32, random: &mut Random, text: &mut String, linked: &mut Vec<u32>) {
        let near = number.saturating_sub(random.below(400) as u32);
        let (name, folder) = (self.name(near), self.folder(near));
        let shown = self.language.word(random);
        let year = folder.rsplit('/').next().unwrap_or_default();
        let _ = match random.below(4) {
            0 => write!(text, "[[{name}|{shown}]]"),
            1 => write!(text, "[{shown}](../{year}/{name}.md)"),
            2 => write!(text, "[{shown}](/posts/{year}/{name}/)"),
            _ => write!(
                text,
                "[{shown}]({{{{< ref \"/posts/{year}/{name}.md\" >}}}})"
            ),
        };
        if near != number {
            linked.push(near);
        }
    }
}
