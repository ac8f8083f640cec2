//! What is damaged or leads elsewhere is said, and the rest is read.

use super::*;

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
        // gzip, cut within the checksum behind it all: every file was told, and still it is not
        // whole. A zstd frame that is cut gives back no part of its last block.
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
fn names_that_lead_out_of_the_archive_are_refused_and_the_others_read() {
    let home = Home::new();
    let up = ["../up.md", "a/../../up.md", "..\\up.md"];
    let read = ["/etc/abs.md", "C:/abs.md", "news/NUL.md", "good.md"];
    let names: Vec<_> = up.into_iter().chain(read).collect();
    let mut bytes = Vec::new();
    for name in &names {
        let tar = raw_tar(name.as_bytes(), tar::EntryType::Regular, b"x");
        bytes.extend_from_slice(&tar[..1024]);
    }
    bytes.extend(tar_of(&[]));
    let mut sources = vec![Archive::from(home.put("a.tar", &bytes))];
    let pages: Vec<_> = names
        .iter()
        .map(|name| ((*name).to_owned(), b"x".to_vec()))
        .collect();
    sources.push(Archive::from(home.put("a.zip", &zip_of(&pages))));
    sources.push(Archive::from(pages));
    for source in sources {
        let entries = whole(source.clone());
        assert_eq!(entries.len(), 7, "{source:?}");
        for (entry, name) in entries
            .iter()
            .zip(["../up.md", "a/../../up.md", "../up.md"])
        {
            let (path, reason) = refused(entry);
            assert_eq!(path, name);
            assert!(reason.contains("`..`"), "{reason}");
        }
        let paths = ["etc/abs.md", "C:/abs.md", "news/NUL.md", "good.md"];
        assert_eq!(entries[3..], paths.map(|path| file(path, b"x")));
    }
}

#[test]
fn a_name_over_the_limit_fails_alone_and_is_shown_cut() {
    let home = Home::new();
    let long = format!("{}/a.md", "x".repeat(3_000_000));
    let mut bytes = raw_tar(
        b"././@LongLink",
        tar::EntryType::GNULongName,
        long.as_bytes(),
    );
    bytes.truncate(bytes.len() - 1024);
    bytes.extend(tar_of(&[("a.md".into(), b"a".to_vec())]));
    let last = tar_of(&[("b.md".into(), b"b".to_vec())]);
    bytes.truncate(bytes.len() - 1024);
    bytes.extend(last);
    for source in [
        Archive::from(home.put("a.tar", &bytes)),
        Archive::from(vec![(long, b"a".to_vec()), ("b.md".into(), b"b".to_vec())]),
    ] {
        let entries = whole(source);
        let (path, reason) = refused(&entries[0]);
        assert!(path.len() < 300, "{}", path.len());
        assert!(reason.contains("limits.path_bytes"), "{reason}");
        assert_eq!(entries[1..], [file("b.md", b"b")]);
    }
}

#[test]
fn what_is_no_file_fails_where_its_name_is_a_pages_and_counts_as_another_file_else() {
    let home = Home::new();
    for (kind, reason) in [
        (
            tar::EntryType::Symlink,
            "it is a symbolic link; links are not followed",
        ),
        (tar::EntryType::Char, "it is a device or a pipe"),
        (tar::EntryType::Fifo, "it is a device or a pipe"),
        (tar::EntryType::GNUSparse, "it is a sparse file"),
    ] {
        let path = home.put("a.tar", &raw_tar(b"news/a.md", kind, b""));
        assert_eq!(refused(&whole(path)[0]), ("news/a.md", reason));
        let path = home.put("a.tar", &raw_tar(b"COPYING", kind, b""));
        let other = Entry::Other {
            path: "COPYING".into(),
            note: Some(reason.into()),
        };
        assert_eq!(whole(path), [other]);
    }
    let path = home.put(
        "a.tar",
        &raw_tar(b"b\xFFd.md", tar::EntryType::Regular, b"x"),
    );
    assert!(refused(&whole(path)[0]).1.contains("UTF-8"));
}

#[cfg(unix)]
#[test]
fn links_of_a_directory_are_not_followed() {
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
    let link = "it is a symbolic link; links are not followed";
    let refused_page = |path: &str, reason: &str| Entry::Refused {
        path: path.into(),
        reason: reason.into(),
    };
    let other = |path: &str| Entry::Other {
        path: path.into(),
        note: Some(link.into()),
    };
    assert_eq!(
        entries,
        [
            file("a.md", b"a"),
            refused_page("b\u{FFFD}d.md", "its name is not UTF-8"),
            other("folder"),
            other("loop"),
            refused_page("page.md", link),
        ]
    );
    // Below a part of the tree they have its place in their paths, too: it tells which page is not
    // taken.
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
fn symbolic_links_in_a_zip_are_not_followed() {
    let home = Home::new();
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer.add_symlink("a.md", "/etc/passwd", options).unwrap();
    writer.add_symlink("COPYING", "LICENSE", options).unwrap();
    writer.add_directory("folder", options).unwrap();
    let path = home.put("a.zip", &writer.finish().unwrap().into_inner());
    let entries = whole(path);
    assert_eq!(entries.len(), 2);
    assert!(refused(&entries[0]).1.contains("link"));
    assert!(matches!(&entries[1], Entry::Other { path, note: Some(_) } if path == "COPYING"));
}

#[test]
fn an_entry_that_is_packed_in_another_way_fails_with_its_name() {
    let home = Home::new();
    let mut bytes = zip_of(&[("a.md".into(), vec![b'x'; 2000])]);
    // The method stands in the entry's own header and in the directory.
    let directory = bytes
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    for at in [8, directory + 10] {
        bytes[at..at + 2].copy_from_slice(&12u16.to_le_bytes());
    }
    let entries = whole(home.put("a.zip", &bytes));
    assert_eq!(
        refused(&entries[0]).1,
        "it is packed with bzip2; only stored and deflated entries are read"
    );
}

// ---------------------------------------------------------------- limits
