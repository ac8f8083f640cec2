//! A damaged store gives back every page whose chunks are whole, as an export; the store itself is left as it is.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use eventstore::{
    BackupOptions, Date, Error, Event, ExportOptions, IngestOptions, OpenOptions, PageFormat,
    Profile, SalvageBasis, SalvageReport, Store, salvage,
};
use support::{
    all_answers, copy, day_page, event_page, exported, front_page, link, path, project, put,
};

/// Texts that do not compress.
fn noise(number: u32, words: u32) -> String {
    let word = |word: u32| format!("{:x}", (number * 641 + word).wrapping_mul(2_654_435_761));
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

fn context_page(number: u32) -> (String, Vec<u8>) {
    let name = format!(
        "2017/{:02}/{}/page-{number}",
        1 + number % 12,
        1 + number % 28
    );
    let other = (number + 7) % 90;
    let target = format!("2017/{:02}/{}/page-{other}", 1 + other % 12, 1 + other % 28);
    let tags = format!(
        "Tag {} {}, {}",
        number % 40,
        noise(number % 40, 4),
        noise(number, 1)
    );
    let links = [
        link(&target, format!("Page {other}."), &tags),
        link(format!("2016/01/1/lost-{number}"), "Elsewhere.", "Sea"),
    ];
    let title = format!("Page {number}.");
    let mut bytes = event_page(false, &name, &title, &noise(number % 30, 2), &links);
    if number % 10 == 3 {
        // A page that rendering does not give back.
        bytes.extend_from_slice(b"\n\n\n");
    }
    (path(&name), bytes)
}

fn markdown_page(number: u32) -> (String, Vec<u8>) {
    let text = format!(
        "---\ntitle: Post {number}\ndate: 2018-03-{:02}\ntags: [T{}]\n---\n{}\n",
        1 + number % 28,
        number % 5,
        noise(number, 60)
    );
    (format!("posts/post-{number}.md"), text.into_bytes())
}

/// Something of everything, in two segments, one of which has deleted rows. Closed.
fn fill(place: &Path) {
    let store = Store::open(place).unwrap();
    let mut pages: Vec<_> = (0..90).map(context_page).collect();
    let listed = [link("2017/01/1/page-0", "Page 0.", "Front, Sea")];
    pages.push((
        "news/2017/01/1/index.md".to_owned(),
        day_page(false, "2017/01/1", &listed),
    ));
    pages.push(("index.md".to_owned(), front_page(false, &listed)));
    pages.push(("faq/index.md".to_owned(), b"# Questions\n".to_vec()));
    let twin = event_page(false, "2017/02/2/page-1", "A twin.", "Twins", &[]);
    pages.push(("news/2017/02/02/page-1.md".to_owned(), twin));
    put(&store, pages);
    let options = IngestOptions::new().format(PageFormat::Markdown);
    let options = options.prefix("vault/").profile(Profile::Obsidian);
    store
        .ingest((0..40).map(markdown_page).collect::<Vec<_>>(), options)
        .unwrap();
    let date = Date::new(2017, 3, 2).unwrap();
    let mut added = Event::new("2017/03/2/added".parse().unwrap(), date, "Added.");
    added.tags = vec!["Stated".to_owned(), "Of a program".to_owned()];
    added.summary = Some(noise(9, 30));
    store.add([added]).unwrap();
    assert_eq!(
        store
            .remove(["2017/02/2/page-85", "2017/08/20/page-47"])
            .unwrap(),
        1
    );
    store.close().unwrap();
}

fn whole_store(home: &Path) -> (PathBuf, Vec<u8>) {
    let place = home.join("s");
    fill(&place);
    let reader = OpenOptions::new().read_only(true).open(&place).unwrap();
    let file = exported(&reader);
    reader.close().unwrap();
    (place, file)
}

fn salvaged(place: &Path) -> (SalvageReport, Vec<u8>) {
    let target = place.with_extension("tar.zst");
    let before = files(place);
    let report = salvage(place, &target, ExportOptions::new()).unwrap();
    assert!(files(place) == before, "the store was changed");
    let file = fs::read(&target).unwrap();
    assert_eq!(report.written, file.len() as u64);
    (report, file)
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => all.extend(files(&path)),
            false => drop(all.insert(path.clone(), fs::read(&path).unwrap())),
        }
    }
    all
}

/// The pages of an archive by name, without what its first and last member say.
fn members(file: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let unpacked = zstd::decode_all(file).unwrap();
    let mut archive = tar::Archive::new(&*unpacked);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        // A page that is no event may have the path of one.
        let note = if bytes.is_empty() { " (no event)" } else { "" };
        (format!("{name}{note}"), bytes)
    });
    entries
        .filter(|(name, _)| !name.starts_with("eventstore-export"))
        .collect()
}

/// Each chunk of a file of the engine: where it lies, segment, part, number and length.
fn chunks(db: &[u8]) -> Vec<(usize, u32, u8, u32, usize)> {
    let marks = memchr::memmem::find_iter(db, b"eS\x01");
    let number = |at: usize| u32::from_le_bytes(db[at..at + 4].try_into().unwrap());
    marks
        .map(|at| {
            let length = u16::from_le_bytes(db[at + 17..at + 19].try_into().unwrap());
            (
                at,
                number(at + 4),
                db[at + 8],
                number(at + 9),
                23 + usize::from(length),
            )
        })
        .collect()
}

#[test]
fn a_whole_store_gives_its_export() {
    let home = tempfile::tempdir().unwrap();
    let (place, expected) = whole_store(home.path());
    let (report, file) = salvaged(&place);
    assert!(report.is_whole(), "{report:?}");
    assert_eq!((report.damaged_chunks, report.unreadable), (0, 0));
    assert!(file == expected);
    let store = Store::memory().unwrap();
    store.import(&*file, IngestOptions::new()).unwrap();
    let before = OpenOptions::new().read_only(true).open(&place).unwrap();
    assert_eq!(all_answers(&store), all_answers(&before));
    println!("{} pages", report.pages);
    assert!(report.pages > 130);
}

/// The small files, and those of the engine but the one with the chunks: nothing hangs on any of them.
#[test]
fn every_other_file_may_be_damaged_or_missing() {
    let home = tempfile::tempdir().unwrap();
    let (place, expected) = whole_store(home.path());
    let expected = members(&expected);
    let mut tried = 0;
    for (file, bytes) in files(&place) {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "db" {
            continue;
        }
        let mut turned = bytes.clone();
        if let Some(byte) = turned.get_mut(bytes.len() / 2) {
            *byte ^= 1;
        }
        let cut = bytes[..bytes.len() / 2].to_vec();
        for damaged in [Some(turned), Some(cut), Some(b"garbage".to_vec()), None] {
            match damaged {
                Some(bytes) => fs::write(&file, bytes).unwrap(),
                None => fs::remove_file(&file).unwrap(),
            }
            let (report, given) = salvaged(&place);
            let basis = match &*name {
                "CURRENT" => SalvageBasis::Places,
                _ => SalvageBasis::Current,
            };
            assert_eq!(
                (report.basis, report.lost, report.older),
                (basis, 0, 0),
                "{name}"
            );
            assert_eq!(report.is_whole(), name != "CURRENT");
            assert!(members(&given) == expected, "{name}");
            fs::write(&file, &bytes).unwrap();
            tried += 1;
        }
    }
    println!("{tried} damages of small files");
    assert!(tried >= 20);
}

/// Neither root nor list: the segments are put together from their chunks, whose nonces nothing names.
#[test]
fn without_root_and_list_the_chunks_alone_give_the_pages() {
    let home = tempfile::tempdir().unwrap();
    let (place, _) = whole_store(home.path());
    let mut openings = 1;
    for number in [200, 300] {
        // Further openings, each with a nonce of its own: pages that are new, replaced and removed.
        let store = Store::open(&place).unwrap();
        put(&store, (number..number + 20).map(context_page).collect());
        let (path, bytes) = context_page(number - 195);
        put(&store, vec![(path, [bytes, b"\n".to_vec()].concat())]);
        let gone = format!(
            "2017/{:02}/{}/page-{number}",
            1 + number % 12,
            1 + number % 28
        );
        assert_eq!(store.remove([gone]).unwrap(), 1);
        store.close().unwrap();
        openings += 1;
    }
    let reader = OpenOptions::new().read_only(true).open(&place).unwrap();
    let expected = members(&exported(&reader));
    reader.close().unwrap();
    fs::remove_file(place.join("PLACES")).unwrap();
    fs::write(place.join("CURRENT"), "garbage").unwrap();
    let (report, given) = salvaged(&place);
    assert_eq!(report.basis, SalvageBasis::Chunks);
    assert!(!report.is_whole());
    let given = members(&given);
    let missing: Vec<_> = expected
        .keys()
        .filter(|name| !given.contains_key(*name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    let mut more = 0;
    for (name, bytes) in &given {
        match expected.get(name) {
            Some(page) => assert!(page == bytes, "{name} is not the newest"),
            None => more += 1,
        }
    }
    println!(
        "{openings} openings, {} pages, and {more} that were removed",
        expected.len()
    );
    assert!(more <= 4, "{more}");
}

/// The chunks of a file that was cut are lost, and so are the pages made from them; all others are given.
#[test]
fn a_cut_file_gives_what_lies_before_the_cut() {
    let home = tempfile::tempdir().unwrap();
    let (place, _) = whole_store(home.path());
    // A copy without free room between its chunks.
    let store = OpenOptions::new().read_only(true).open(&place).unwrap();
    let place = home.path().join("b");
    store.backup(&place, BackupOptions::new()).unwrap();
    let expected = members(&exported(&store));
    let db = place.join("data-000001/db");
    let bytes = fs::read(&db).unwrap();
    let ends: Vec<usize> = chunks(&bytes)
        .iter()
        .map(|chunk| chunk.0 + chunk.4)
        .collect();
    let mut before = usize::MAX;
    for tenths in (0..=10).rev() {
        let length = match tenths {
            10 => bytes.len(),
            _ => ends[ends.len() * tenths / 10] - 1,
        };
        fs::write(&db, &bytes[..length]).unwrap();
        let (report, file) = salvaged(&place);
        let given = members(&file);
        assert!(given.iter().all(|(name, page)| {
            expected.get(name) == Some(page) || report.without_deletes > 0
        }));
        let kept = given
            .keys()
            .filter(|name| expected.contains_key(*name))
            .count();
        assert_eq!(report.is_whole(), tenths == 10);
        assert!(kept <= before && (tenths > 0 || report.lost >= expected.len() as u64 / 2));
        if report.without_deletes == 0 {
            assert_eq!(kept as u64 + report.lost, expected.len() as u64);
        }
        println!(
            "{length} of {} bytes: {kept} of {} pages",
            bytes.len(),
            expected.len()
        );
        before = kept;
    }
}

/// What the engine needs to open is gone, and the chunks are there.
#[test]
fn the_engines_own_structures_are_not_needed() {
    let home = tempfile::tempdir().unwrap();
    let (place, expected) = whole_store(home.path());
    fs::remove_file(place.join("CLEAN")).unwrap();
    let data = place.join("data-000001");
    let db = data.join("db");
    let mut bytes = fs::read(&db).unwrap();
    let mut is_chunk = vec![false; bytes.len()];
    for (at, _, _, _, length) in chunks(&bytes) {
        is_chunk[at..at + length].fill(true);
    }
    let mut turned = 0;
    for (byte, is_chunk) in bytes.iter_mut().zip(is_chunk) {
        if !is_chunk {
            *byte = 0xa5;
            turned += 1;
        }
    }
    fs::write(&db, bytes).unwrap();
    for file in files(&data).into_keys().filter(|file| *file != db) {
        fs::remove_file(file).unwrap();
    }
    let (report, given) = salvaged(&place);
    assert!(report.is_whole() && given == expected);
    println!("{turned} bytes of the engine written over");
    let copy_of = home.path().join("opened");
    copy(&place, &copy_of);
    // No more does a reader need them, but a writer does.
    assert!(exported(&Store::open(&copy_of).unwrap()) == expected);
    let opened = OpenOptions::new().exclusive(true).open(&copy_of);
    assert!(opened.is_err(), "the engine opens it all the same");
}

/// After an unclean end the data lies there twice: what is damaged in one is taken from the other.
#[test]
fn the_recovery_copy_is_searched_too() {
    let home = tempfile::tempdir().unwrap();
    let (place, expected) = whole_store(home.path());
    let (data, aside) = (place.join("data-000001"), place.join("aside-000001"));
    copy(&data, &aside);
    for name in ["CLEAN", "PLACES"] {
        fs::remove_file(place.join(name)).unwrap();
    }
    let bytes = fs::read(data.join("db")).unwrap();
    let half = bytes.len() / 2;
    fs::write(data.join("db"), &bytes[..half]).unwrap();
    fs::write(
        aside.join("db"),
        [vec![0; half], bytes[half..].to_vec()].concat(),
    )
    .unwrap();
    let (report, given) = salvaged(&place);
    // The one chunk that lies across the middle may be lost.
    assert!(report.damaged_chunks <= 1, "{report:?}");
    if report.damaged_chunks == 0 {
        assert!(given == expected);
    }
    fs::remove_dir_all(&data).unwrap();
    fs::write(aside.join("db"), &bytes).unwrap();
    let (report, given) = salvaged(&place);
    assert!(report.is_whole() && given == expected);
}

#[test]
fn stores_of_every_version_give_their_export() {
    let golden = project().join("tests/golden");
    let mut versions = 0;
    for entry in fs::read_dir(golden).unwrap() {
        let golden = entry.unwrap().path();
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("s");
        copy(&golden, &place);
        let (report, given) = salvaged(&place);
        assert!(report.is_whole(), "{report:?}");
        fs::remove_file(place.join("CURRENT")).unwrap();
        let (without_root, more) = salvaged(&place);
        copy(&golden, &place);
        let store = Store::open(&place).unwrap();
        assert!(given == exported(&store), "{}", golden.display());
        let (given, more) = (members(&given), members(&more));
        for (name, page) in &given {
            assert!(more.get(name) == Some(page), "{name}");
        }
        println!("{}: {:?}", golden.display(), without_root.basis);
        versions += 1;
    }
    assert!(versions >= 8, "{versions}");
}

/// A merge has written the rows of a segment anew, and its old chunks still lie in the file.
#[test]
fn lost_pages_are_taken_from_earlier_segments() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    let store = Store::open(&place).unwrap();
    for first in [0, 20, 40, 60] {
        put(&store, (first..first + 20).map(context_page).collect());
    }
    // Of this one an earlier state is left.
    let (changed, bytes) = context_page(5);
    put(
        &store,
        vec![(changed.clone(), [bytes, b"\n".to_vec()].concat())],
    );
    let expected = members(&exported(&store));
    store.close().unwrap();
    let db = place.join("data-000001/db");
    let bytes = fs::read(&db).unwrap();
    let live = live_segments(&place);
    let old: BTreeSet<u32> = chunks(&bytes).iter().map(|chunk| chunk.1).collect();
    assert!(
        old.len() > live.len(),
        "no merge has left anything: {old:?}"
    );
    // The headers of all live rows are lost, then all live chunks.
    let mut given_of = Vec::new();
    for all in [false, true] {
        let mut damaged = bytes.clone();
        for (at, segment, part, _, length) in chunks(&bytes) {
            if live.contains(&segment) && (all || part == 10) {
                damaged[at + length - 1] ^= 1;
            }
        }
        fs::write(&db, damaged).unwrap();
        let (report, file) = salvaged(&place);
        let given = members(&file);
        println!(
            "segments {old:?}, live {live:?}: {} of {} pages given, {} older, {} lost",
            given.len(),
            expected.len(),
            report.older,
            report.lost
        );
        assert!(!report.is_whole());
        assert_eq!(report.older_paths.len() as u64, report.older);
        let same = given
            .iter()
            .filter(|(name, page)| expected[*name] == **page);
        let same = same.count() as u64;
        for (name, page) in &given {
            assert!(
                expected[name] == *page || report.older_paths.contains(name),
                "{name}"
            );
        }
        match all {
            // The hash of a lost row finds its page.
            false => assert!(report.older <= 1 && same >= 35, "{same}"),
            true => assert_eq!(report.older, given.len() as u64),
        }
        given_of.push(given.len());
    }
    assert!(given_of[1] >= 35, "{given_of:?}");
}

/// The segments that the root names, by what a reader tells of them.
fn live_segments(place: &Path) -> BTreeSet<u32> {
    let reader = OpenOptions::new().read_only(true).open(place).unwrap();
    let target = place.with_extension("live");
    reader.backup(&target, BackupOptions::new()).unwrap();
    let bytes = fs::read(target.join("data-000001/db")).unwrap();
    chunks(&bytes).iter().map(|chunk| chunk.1).collect()
}

#[test]
fn what_cannot_be_salvaged_is_refused_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    let run = |place: &Path, target: &Path| salvage(place, target, ExportOptions::new());
    let error = run(&at("none"), &at("t")).unwrap_err();
    assert!(matches!(error, Error::PathNotFound { .. }), "{error}");
    fs::write(at("file"), "x").unwrap();
    fs::create_dir(at("empty")).unwrap();
    fs::write(at("empty").join("a.md"), vec![b'x'; 100]).unwrap();
    for name in ["file", "empty"] {
        let error = run(&at(name), &at("t")).unwrap_err();
        assert!(matches!(error, Error::NotAStore { .. }), "{error}");
    }
    let (place, _) = whole_store(home.path());
    let error = run(&place, &place.join("t")).unwrap_err();
    assert!(
        matches!(error, Error::InvalidArgument { what: "target", .. }),
        "{error}"
    );
    let error = run(&place, &at("missing/t")).unwrap_err();
    assert!(matches!(error, Error::PathNotFound { .. }), "{error}");
    let mut calls = 0;
    let options = ExportOptions::new().progress(|_| {
        calls += 1;
        ControlFlow::Break(())
    });
    let error = salvage(&place, at("t"), options).unwrap_err();
    assert!(matches!(error, Error::Interrupted), "{error}");
    let current = fs::read(place.join("CURRENT")).unwrap();
    let head = current.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    let body = &current[head..current.len() - b"\ncrc32 01234567\n".len()];
    let mut newer = [b"eventstore current 99\n", body].concat();
    let crc = crc32fast::hash(&newer);
    newer.extend(format!("\ncrc32 {crc:08x}\n").bytes());
    fs::write(place.join("CURRENT"), newer).unwrap();
    let error = run(&place, &at("t")).unwrap_err();
    assert!(
        matches!(error, Error::UnsupportedVersion { found: 99, .. }),
        "{error}"
    );
    let mut left: Vec<_> = fs::read_dir(home.path())
        .unwrap()
        .map(|one| one.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(
        (calls, left),
        (1, vec!["empty".into(), "file".into(), "s".into()])
    );
}
