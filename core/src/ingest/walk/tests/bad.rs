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
