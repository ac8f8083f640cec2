//! An archive of several years, as one store and as a directory with a resolved store for each year.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use eventstore::{IngestOptions, OpenOptions, ResolvedPage, Store, commit_stores};

use super::{Dice, event_page, link, listed, path};

pub const YEARS: std::ops::RangeInclusive<i16> = 2014..=2019;
const TAGS: [&str; 6] = ["Ice", "Ports", "Rain", "Roads", "Ships", "Storms"];
const WORDS: [&str; 6] = ["flood", "harbour", "ferry", "bridge", "letter", "lantern"];

/// A page, its id, and whether another page owns that.
pub struct Written {
    path: String,
    bytes: Vec<u8>,
    id: String,
    twin: bool,
}

/// Pages of six years. Their links lead into all years, so their tags follow from pages of other stores.
pub fn archive() -> (Vec<Written>, Vec<(String, Vec<u8>)>) {
    let mut dice = Dice::new(7);
    let mut ids = Vec::new();
    for year in YEARS {
        for number in 0..30 {
            let (month, day) = (1 + dice.below(3), 1 + dice.below(5));
            let word = WORDS[dice.below(6)];
            ids.push(format!("{year}/{month:02}/{day}/a-{word}-{number}"));
        }
    }
    let mut pages = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let links: Vec<_> = (0..dice.below(4))
            .map(|_| {
                let target = &ids[dice.below(ids.len())];
                let tags = format!("{}, {}", TAGS[dice.below(6)], TAGS[dice.below(6)]);
                link(target.clone(), "See there.", tags)
            })
            .collect();
        let word = WORDS[dice.below(6)];
        let title = format!("The {word} and the {}.", WORDS[at % 6]);
        // Of a tag another spelling is the usual one in some years than in all.
        let category = match &id[..4] {
            "2015" | "2018" => TAGS[at % 6].to_uppercase(),
            _ => TAGS[at % 6].to_owned(),
        };
        let bytes = event_page(false, id, &title, &category, &links);
        pages.push(Written {
            path: path(id),
            bytes,
            id: id.clone(),
            twin: false,
        });
        if at % 17 == 0 {
            // The same id under another spelling of its day.
            let (year, month, rest) = (&id[..4], &id[5..7], &id[8..]);
            let spelled = format!("news/{year}/{month}/0{rest}.md");
            let bytes = event_page(false, id, "A twin.", "Twins", &[]);
            pages.push(Written {
                path: spelled,
                bytes,
                id: id.clone(),
                twin: true,
            });
        }
    }
    // Day pages supersede what they do not list.
    let mut listings = Vec::new();
    for day in ["2015/02/3", "2018/01/2"] {
        let of_day = ids.iter().filter(|id| id.starts_with(&format!("{day}/")));
        let links: Vec<_> = of_day
            .skip(1)
            .map(|id| link(id.clone(), "See there.", "Roads"))
            .collect();
        listings.push(listed(false, day, &links));
    }
    (pages, listings)
}

/// One store of all pages, and a directory with a resolved store for each year.
pub struct YearlyStores {
    pub home: tempfile::TempDir,
    pub one: Store,
}

impl YearlyStores {
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let (pages, listings) = archive();
        let one = Store::memory().unwrap();
        let all = pages
            .iter()
            .map(|page| (page.path.clone(), page.bytes.clone()));
        super::put(&one, all.chain(listings).collect());
        let mut by_year: BTreeMap<&str, Vec<ResolvedPage>> = BTreeMap::new();
        for page in &pages {
            let resolved = ResolvedPage::new(page.path.clone(), page.bytes.clone());
            let event = one.get(page.id.as_str()).unwrap().unwrap();
            let resolved = match page.twin {
                true => resolved.twin(true),
                false => resolved.tags(event.tags).superseded(event.superseded),
            };
            by_year.entry(&page.id[..4]).or_default().push(resolved);
        }
        for (year, pages) in by_year {
            let path = home.path().join("set").join(year);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let store = OpenOptions::new().resolved(true).open(path).unwrap();
            store.put_resolved(pages, IngestOptions::new()).unwrap();
        }
        let setup = Self { home, one };
        commit_stores(setup.directory(), YEARS.map(|year| year.to_string()), None).unwrap();
        setup
    }

    pub fn directory(&self) -> PathBuf {
        self.home.path().join("set")
    }

    pub fn many(&self) -> Store {
        Store::open_many([self.directory()]).unwrap()
    }
}
