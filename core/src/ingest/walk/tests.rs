//! Every kind of archive tells the same files, and every broken one says how.

use std::fs;
use std::io::Write;

use super::*;

/// What a walk told, in order, but for moments of waiting.
fn told(source: impl Into<Archive>, limits: &Limits) -> (Result<Walked>, Vec<Entry>) {
    let mut entries = Vec::new();
    let mut last = 0;
    let walked = walk(source.into(), limits, &mut |entry, position| {
        assert!(position >= last, "a position goes back");
        last = position;
        if entry != Entry::Waiting {
            entries.push(entry);
        }
        ControlFlow::Continue(())
    });
    (walked, entries)
}

fn whole(source: impl Into<Archive>) -> Vec<Entry> {
    let (walked, entries) = told(source, &Limits::default());
    let walked = walked.unwrap();
    assert_eq!(walked.end, End::Whole);
    assert_eq!(walked.files, entries.len() as u64);
    entries
}

/// The message of a walk that ended early, and what it told until then.
fn truncated(path: &Path) -> (String, Vec<Entry>) {
    let (walked, entries) = told(path, &Limits::default());
    match walked.unwrap().end {
        End::Truncated { message } => (message, entries),
        other => panic!("{other:?} after {entries:?}"),
    }
}

fn archive_error(source: impl Into<Archive>, limits: &Limits) -> String {
    match told(source, limits).0 {
        Err(Error::Archive { message, .. }) => message,
        other => panic!("{other:?}"),
    }
}

fn file(path: &str, bytes: &[u8]) -> Entry {
    Entry::File {
        path: path.into(),
        bytes: bytes.into(),
    }
}

/// Path and reason of a refused entry.
fn refused(entry: &Entry) -> (&str, &str) {
    match entry {
        Entry::Refused { path, reason } => (path, reason),
        other => panic!("{other:?}"),
    }
}

/// Bytes that a compressor cannot do away with.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// The files that the archives below hold, sorted by path.
fn pages() -> Vec<(String, Vec<u8>)> {
    let mut pages: Vec<_> = (0..300u64)
        .map(|n| {
            let path = format!("tree/news/2017/03/{}/page-{n:03}.md", n % 28 + 1);
            (path, noise(n, 200 + n as usize * 10))
        })
        .collect();
    pages.push(("tree/cover.png".into(), b"no page".to_vec()));
    pages.push(("tree/.git/config".into(), b"hidden".to_vec()));
    pages.push(("tree/.git/notes.md".into(), b"hidden".to_vec()));
    pages.sort();
    pages
}

/// What a walk tells of [`pages`].
fn expected() -> Vec<Entry> {
    pages()
        .into_iter()
        .filter(|(path, _)| !path.contains(".git"))
        .map(|(path, bytes)| {
            if path.ends_with(".md") {
                Entry::File { path, bytes }
            } else {
                Entry::Other { path }
            }
        })
        .collect()
}

fn tar_of(pages: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, bytes) in pages {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, path, &bytes[..]).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A tar with one entry of any kind and name, however bad.
fn raw_tar(name: &[u8], kind: tar::EntryType, bytes: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(bytes.len() as u64);
    header.set_cksum();
    let mut builder = tar::Builder::new(Vec::new());
    builder.append(&header, bytes).unwrap();
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip_of(pages: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    for (path, bytes) in pages {
        writer.start_file(path.as_str(), options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }
}

// ---------------------------------------------------------------- the kinds

#[test]
fn every_kind_of_archive_tells_the_same_files_whatever_its_name() {
    let home = Home::new();
    let tar = tar_of(&pages());
    let zst = zstd::encode_all(&tar[..], 1).unwrap();
    for (name, bytes) in [
        ("a.tar", &tar),
        ("a.tar.gz", &gzip(&tar)),
        ("a.tar.zst", &zst),
        ("a.zip", &zip_of(&pages())),
        ("no-ending", &gzip(&tar)),
        ("wrong.zip", &tar),
        ("wrong.md", &zst),
    ] {
        let path = home.put(name, bytes);
        assert!(whole(path.clone()) == expected(), "{name}");
        let archive = Archive::from(path);
        assert_eq!(archive.total_bytes(), Some(bytes.len() as u64));
    }
    assert!(whole(pages()) == expected());
}

#[test]
fn a_directory_is_told_in_the_order_of_its_paths() {
    let home = Home::new();
    for (path, bytes) in pages() {
        home.put(&path, &bytes);
    }
    // `tree-b` and `tree.md` sort around the slash of `tree/`.
    home.put("tree-b/x.md", b"x");
    home.put("tree.md", b"t");
    let mut all = vec![file("tree-b/x.md", b"x"), file("tree.md", b"t")];
    all.extend(expected());
    assert!(whole(home.0.path()) == all);
}

#[test]
fn a_gzip_of_several_members_is_read_to_its_end() {
    let home = Home::new();
    let tar = tar_of(&pages());
    let (first, second) = tar.split_at(tar.len() / 3);
    let path = home.put("a.tar.gz", &[gzip(first), gzip(second)].concat());
    assert!(whole(path) == expected());
}

#[test]
fn long_names_and_the_header_of_a_git_archive_are_understood() {
    let home = Home::new();
    let long = format!("{}/{}.md", "folder".repeat(30), "日本".repeat(40));
    let mut builder = tar::Builder::new(Vec::new());
    builder
        .append_pax_extensions([("comment", &b"0123456789abcdef"[..])])
        .unwrap();
    let mut bytes = builder.into_inner().unwrap();
    // A global header says something about the archive and belongs to no file.
    bytes.truncate(1024);
    bytes[156] = b'g';
    let mut header = tar::Header::new_ustar();
    header.as_mut_bytes().copy_from_slice(&bytes[..512]);
    header.set_cksum();
    bytes[..512].copy_from_slice(header.as_bytes());
    bytes.extend(tar_of(&[(long.clone(), b"x".to_vec())]));
    let path = home.put("a.tar", &bytes);
    assert_eq!(whole(path), [file(&long, b"x")]);
}

#[test]
fn a_part_of_the_tree_knows_its_place() {
    let home = Home::new();
    home.put("zh/news/2017/03/2/a.md", b"a");
    for part in ["news", "news/2017", "news/2017/03", "news/2017/03/2"] {
        let (walked, entries) = told(home.0.path().join("zh").join(part), &Limits::default());
        assert_eq!(walked.unwrap().prefix, part);
        assert_eq!(entries, [file("news/2017/03/2/a.md", b"a")], "{part}");
    }
    // Not by its spelling, but by where it is.
    let around = home.0.path().join("zh/news/2017/../../news/2017/03/.");
    assert_eq!(whole(around), [file("news/2017/03/2/a.md", b"a")]);
    let page = home.0.path().join("zh/news/2017/03/2/a.md");
    assert_eq!(whole(page), [file("news/2017/03/2/a.md", b"a")]);
    let top = told(home.0.path().join("zh"), &Limits::default());
    assert_eq!(top.0.unwrap().prefix, "");
}

// ---------------------------------------------------------------- what is no archive

#[test]
fn what_is_no_archive_is_told_with_what_is_accepted() {
    let home = Home::new();
    for (name, bytes, expected) in [
        ("notes.txt", &b"hello"[..], "is no archive"),
        ("empty.tar.gz", b"", "empty file"),
        ("a.tar.bz2", b"BZh91AY", "is a bzip2 file"),
        ("page.md.gz", &gzip(&[b'x'; 2000]), "holds no tar archive"),
        ("text.tar", &[b'x'; 2000], "is no tar archive"),
    ] {
        let path = home.put(name, bytes);
        let message = archive_error(path, &Limits::default());
        assert!(message.contains(expected), "{name}: {message}");
        assert!(message.contains(".tar.zst"), "{name}: {message}");
    }
    let missing = home.0.path().join("missing.tar");
    assert!(matches!(
        told(missing.clone(), &Limits::default()).0,
        Err(Error::PathNotFound { path }) if path == missing
    ));
}

#[test]
fn an_archive_without_files_is_an_error() {
    let home = Home::new();
    let tar = tar_of(&[]);
    home.put("folder/.git/x.md", b"");
    for source in [
        Archive::from(home.put("a.tar", &tar)),
        Archive::from(home.put("a.tar.gz", &gzip(&tar))),
        Archive::from(home.put("a.zip", &zip_of(&[]))),
        Archive::from(home.0.path().join("folder")),
        Archive::from(Vec::new()),
    ] {
        let message = archive_error(source.clone(), &Limits::default());
        assert!(message.contains("holds no files"), "{source:?}: {message}");
    }
}

// ---------------------------------------------------------------- cut short and damaged

#[test]
fn a_tar_that_is_cut_short_anywhere_says_so_and_tells_what_lies_before() {
    let home = Home::new();
    let few: Vec<_> = pages()
        .into_iter()
        .filter(|(p, _)| p.ends_with(".md"))
        .skip(1)
        .take(3)
        .collect();
    let tar = tar_of(&few);
    let end = tar.len() - 1024;
    let mut counts = Vec::new();
    for cut in (1..=end).step_by(128) {
        let path = home.put("a.tar", &tar[..cut]);
        let (message, entries) = truncated(&path);
        assert!(message.starts_with("cut short"), "{cut}: {message}");
        for (entry, (path, bytes)) in entries.iter().zip(&few) {
            assert!(*entry == file(path, bytes), "{cut}");
        }
        counts.push(entries.len());
    }
    assert_eq!(counts.first(), Some(&0));
    let path = home.put("a.tar", &tar[..end]);
    assert_eq!(truncated(&path).1.len(), 3, "only the end mark is missing");
}

#[test]
fn compressed_archives_that_are_cut_short_anywhere_say_so() {
    let home = Home::new();
    let tar = tar_of(&pages());
    let zst = zstd::encode_all(&tar[..], 1).unwrap();
    for (name, bytes) in [("a.tar.gz", gzip(&tar)), ("a.tar.zst", zst)] {
        let mut most = 0;
        for cut in (20..bytes.len())
            .step_by(bytes.len() / 25)
            .chain([bytes.len() - 1])
        {
            let path = home.put(name, &bytes[..cut]);
            let (message, entries) = truncated(&path);
            assert!(message.starts_with("cut short"), "{name} {cut}: {message}");
            assert!(entries[..] == expected()[..entries.len()], "{name} {cut}");
            most = most.max(entries.len());
        }
        // gzip, cut within the checksum behind it all: every file was told, and still it is not whole. A zstd frame
        // that is cut gives back no part of its last block.
        if name == "a.tar.gz" {
            assert_eq!(most, expected().len());
        }
    }
}

#[test]
fn a_damaged_gzip_says_so() {
    let home = Home::new();
    let mut bytes = gzip(&tar_of(&pages()));
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    let path = home.put("a.tar.gz", &bytes);
    assert!(truncated(&path).0.starts_with("cut short or damaged"));
    let path = home.put("b.tar.gz", &[0x1F, 0x8B, 8, 0, 1, 2, 3]);
    assert_eq!(truncated(&path).1, []);
}

#[test]
fn a_damaged_zip_loses_the_damaged_entry_alone_and_a_cut_one_all() {
    let home = Home::new();
    let pages = vec![
        ("a.md".to_owned(), noise(1, 3000)),
        ("b.md".to_owned(), noise(2, 3000)),
        ("c.md".to_owned(), noise(3, 3000)),
    ];
    let mut bytes = zip_of(&pages);
    let path = home.put("cut.zip", &bytes[..bytes.len() - 30]);
    assert_eq!(truncated(&path).1, []);
    bytes[4500] ^= 0x55;
    let path = home.put("a.zip", &bytes);
    let (message, entries) = truncated(&path);
    assert!(message.contains("b.md is damaged"), "{message}");
    assert_eq!(entries.len(), 3);
    assert!(entries[0] == file("a.md", &pages[0].1));
    assert!(refused(&entries[1]).1.contains("cannot be unpacked"));
    assert!(entries[2] == file("c.md", &pages[2].1));
}

// ---------------------------------------------------------------- what is refused

#[test]
fn names_that_lead_elsewhere_are_refused_and_the_others_read() {
    let home = Home::new();
    let names = ["../up.md", "/etc/abs.md", "a/../../up.md", "C:/abs.md"];
    let mut bytes = Vec::new();
    for name in names {
        let tar = raw_tar(name.as_bytes(), tar::EntryType::Regular, b"x");
        bytes.extend_from_slice(&tar[..1024]);
    }
    bytes.extend(tar_of(&[("good.md".into(), b"x".to_vec())]));
    let mut sources = vec![Archive::from(home.put("a.tar", &bytes))];
    let mut pages: Vec<_> = names.map(|name| (name.to_owned(), b"x".to_vec())).into();
    pages.push(("good.md".into(), b"x".to_vec()));
    sources.push(Archive::from(home.put("a.zip", &zip_of(&pages))));
    sources.push(Archive::from(pages));
    for source in sources {
        let entries = whole(source.clone());
        assert_eq!(entries.len(), 5, "{source:?}");
        assert_eq!(entries[4], file("good.md", b"x"));
        for (entry, name) in entries.iter().zip(names) {
            let (path, reason) = refused(entry);
            assert_eq!(path, name);
            assert!(reason.contains("absolute") || reason.contains("`..`"));
        }
    }
}

#[test]
fn links_and_devices_in_a_tar_are_refused() {
    let home = Home::new();
    for kind in [
        tar::EntryType::Symlink,
        tar::EntryType::Link,
        tar::EntryType::Char,
        tar::EntryType::Fifo,
    ] {
        let path = home.put("a.tar", &raw_tar(b"news/a.md", kind, b""));
        let entries = whole(path);
        assert_eq!(refused(&entries[0]).0, "news/a.md", "{kind:?}");
    }
    let path = home.put(
        "a.tar",
        &raw_tar(b"b\xFFd.md", tar::EntryType::Regular, b"x"),
    );
    assert!(refused(&whole(path)[0]).1.contains("UTF-8"));
}

#[cfg(unix)]
#[test]
fn links_of_a_directory_are_refused_and_not_followed() {
    use std::os::unix::ffi::OsStrExt;
    let home = Home::new();
    home.put("tree/a.md", b"a");
    home.put("elsewhere/secret.md", b"s");
    let tree = home.0.path().join("tree");
    std::os::unix::fs::symlink("../elsewhere", tree.join("folder")).unwrap();
    std::os::unix::fs::symlink("..", tree.join("loop")).unwrap();
    std::os::unix::fs::symlink("../elsewhere/secret.md", tree.join("page.md")).unwrap();
    fs::write(tree.join(std::ffi::OsStr::from_bytes(b"b\xFFd.md")), "x").unwrap();
    let entries = whole(&*tree);
    assert_eq!(entries.len(), 5, "{entries:?}");
    assert!(entries.contains(&file("a.md", b"a")));
    let links: Vec<_> = entries
        .iter()
        .filter(|entry| matches!(entry, Entry::Refused { .. }) && refused(entry).1.contains("link"))
        .map(|entry| refused(entry).0)
        .collect();
    assert_eq!(links, ["folder", "loop", "page.md"]);
    // Below a part of the tree they have its place in their paths, too: it tells which page is not taken.
    home.put("news/2017/a.md", b"a");
    let part = home.0.path().join("news/2017");
    std::os::unix::fs::symlink("a.md", part.join("b.md")).unwrap();
    assert_eq!(refused(&whole(&*part)[1]).0, "news/2017/b.md");
    // The root itself may be one: the caller named it.
    let link = home.0.path().join("link");
    std::os::unix::fs::symlink("elsewhere", &link).unwrap();
    assert_eq!(whole(&*link), [file("secret.md", b"s")]);
}

#[test]
fn links_in_a_zip_are_refused() {
    let home = Home::new();
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer.add_symlink("a.md", "/etc/passwd", options).unwrap();
    writer.add_directory("folder", options).unwrap();
    let path = home.put("a.zip", &writer.finish().unwrap().into_inner());
    let entries = whole(path);
    assert_eq!(entries.len(), 1);
    assert!(refused(&entries[0]).1.contains("link"));
}

// ---------------------------------------------------------------- limits

#[test]
fn a_page_over_the_limit_is_told_by_its_size_and_the_next_one_read() {
    let home = Home::new();
    let pages = vec![
        ("exact.md".to_owned(), vec![b'x'; 1000]),
        ("large.md".to_owned(), vec![b'x'; 1001]),
        ("small.md".to_owned(), vec![b'x'; 1]),
    ];
    let limits = Limits {
        page_bytes: 1000,
        ..Limits::default()
    };
    for (path, bytes) in &pages {
        home.put(&format!("folder/{path}"), bytes);
    }
    let tar = tar_of(&pages);
    for source in [
        Archive::from(home.put("a.tar.gz", &gzip(&tar))),
        Archive::from(home.put("a.tar", &tar)),
        Archive::from(home.put("a.zip", &zip_of(&pages))),
        Archive::from(home.0.path().join("folder")),
        Archive::from(pages.clone()),
    ] {
        let (walked, entries) = told(source, &limits);
        assert_eq!(walked.unwrap().end, End::Whole);
        let large = Entry::TooLarge {
            path: "large.md".into(),
            size: 1001,
        };
        assert_eq!(
            entries,
            [
                file("exact.md", &[b'x'; 1000]),
                large,
                file("small.md", b"x")
            ]
        );
    }
}

#[test]
fn limits_of_the_whole_archive_are_errors_that_name_them() {
    let home = Home::new();
    for (path, bytes) in pages() {
        home.put(&format!("folder/{path}"), &bytes);
    }
    let tar = tar_of(&pages());
    let zip = zip_of(&pages());
    let sources = [
        Archive::from(home.put("a.tar.gz", &gzip(&tar))),
        Archive::from(home.put("a.zip", &zip)),
        Archive::from(home.0.path().join("folder")),
        Archive::from(pages()),
    ];
    let limits = Limits::default;
    for (limits, name) in [
        (
            Limits {
                entries: 300,
                ..limits()
            },
            "`entries`",
        ),
        (
            Limits {
                total_bytes: 100_000,
                ..limits()
            },
            "`total_bytes`",
        ),
        (
            Limits {
                depth: 4,
                ..limits()
            },
            "`depth`",
        ),
    ] {
        for source in &sources {
            let message = archive_error(source.clone(), &limits);
            assert!(message.contains(name), "{source:?}: {message}");
        }
    }
    for source in &sources {
        let limits = Limits {
            entries: 301,
            depth: 5,
            ..limits()
        };
        assert_eq!(told(source.clone(), &limits).1.len(), 301);
    }
}

#[test]
fn a_small_archive_that_unpacks_without_end_is_stopped() {
    let home = Home::new();
    // 64 MiB of zeros in a few kilobytes: as a page, as another file, as a name, and behind the end mark.
    let large = vec![0; 64 << 20];
    let limits = Limits {
        total_bytes: 1 << 20,
        ..Limits::default()
    };
    let name = raw_tar(b"././@LongLink", tar::EntryType::GNULongName, &large);
    for (what, tar) in [
        ("page.md", tar_of(&[("page.md".into(), large.clone())])),
        ("other", tar_of(&[("other.bin".into(), large.clone())])),
        (
            "behind",
            [tar_of(&[("a.md".into(), vec![1])]), large.clone()].concat(),
        ),
    ] {
        let path = home.put("a.tar.gz", &gzip(&tar));
        let message = archive_error(path, &limits);
        assert!(message.contains("`total_bytes`"), "{what}: {message}");
    }
    let path = home.put("a.tar.gz", &gzip(&name));
    assert!(truncated(&path).0.contains("header of more than 4 MiB"));
    let path = home.put("a.zip", &zip_of(&[("page.md".into(), large)]));
    let (_, entries) = told(path, &limits);
    assert_eq!(
        entries,
        [Entry::TooLarge {
            path: "page.md".into(),
            size: 64 << 20
        }]
    );
}

// ---------------------------------------------------------------- stopping

#[test]
fn a_consumer_that_has_enough_ends_the_walk() {
    let home = Home::new();
    let many: Vec<_> = (0..5000)
        .map(|n| (format!("{n}.md"), noise(n, 2000)))
        .collect();
    let sources = [
        Archive::from(home.put("a.tar", &tar_of(&many))),
        Archive::from(many),
    ];
    for source in sources {
        let mut seen = 0;
        let walked = walk(source, &Limits::default(), &mut |_, _| {
            seen += 1;
            if seen == 10 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        assert_eq!(walked.unwrap().end, End::Stopped);
        assert_eq!(seen, 10, "nothing is told after it");
    }
}

#[test]
fn the_real_archive_is_read_whole() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/context-zh.tar.gz");
    if !path.exists() {
        println!("SKIPPED: no archive at {}", path.display());
        return;
    }
    let started = std::time::Instant::now();
    let (mut files, mut bytes) = (0, 0);
    let walked = walk(path.into(), &Limits::default(), &mut |entry, _| {
        if let Entry::File { bytes: page, .. } = entry {
            files += 1;
            bytes += page.len();
        }
        ControlFlow::Continue(())
    });
    println!(
        "{files} pages, {bytes} bytes read in {:?}",
        started.elapsed()
    );
    assert_eq!(walked.unwrap().end, End::Whole);
    assert_eq!(files, 15_814);
}
