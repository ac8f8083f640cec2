//! What tar archives hold beside plain files: links, labels, names of other systems, other
//! archives.

use super::*;

/// A tar with one hard link.
fn link(name: &str, target: &str) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Link);
    header.set_size(0);
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_link(&mut header, name, target).unwrap();
    builder.into_inner().unwrap()
}

/// Tars as one archive, with one end mark.
fn joined(tars: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for tar in tars {
        bytes.extend_from_slice(&tar[..tar.len() - 1024]);
    }
    bytes.extend([0; 1024]);
    bytes
}

fn page(name: &str, bytes: &[u8]) -> Vec<u8> {
    tar_of(&[(name.to_owned(), bytes.to_vec())])
}

#[test]
fn a_hard_link_is_the_file_that_it_leads_to() {
    let home = Home::new();
    let long = format!("{}/b.md", "folder".repeat(30));
    let tar = joined(&[
        page("./news/a.md", b"a"),
        page("COPYING", b"c"),
        link("b.md", "news/a.md"),
        link(&long, "./news//a.md"),
        // To a link, to another file, and a link that is no page.
        link("d.md", "b.md"),
        link("e.md", "COPYING"),
        link("LICENSE", "COPYING"),
        page("z.md", b"z"),
    ]);
    for (name, bytes) in [("a.tar", tar.clone()), ("a.tar.gz", gzip(&tar))] {
        let entries = whole(home.put(name, &bytes));
        let other = |path: &str| Entry::Other {
            path: path.into(),
            note: None,
        };
        let mut expected = vec![
            file("news/a.md", b"a"),
            other("COPYING"),
            other("LICENSE"),
            file("z.md", b"z"),
        ];
        expected.extend(["b.md", "d.md", &long].map(|path| file(path, b"a")));
        expected.push(file("e.md", b"c"));
        assert_eq!(entries, expected);
    }
}

#[test]
fn a_hard_link_leads_to_what_its_target_was_when_it_was_written() {
    let home = Home::new();
    let tar = joined(&[
        page("a.md", b"first"),
        link("b.md", "a.md"),
        page("a.md", b"second"),
        link("c.md", "a.md"),
        page("c.md", b"own"),
    ]);
    let entries = whole_repeated(home.put("a.tar", &tar));
    let last = |path: &str| {
        let is_it = |entry: &&Entry| matches!(entry, Entry::File { path: p, .. } if p == path);
        entries.iter().rfind(is_it).unwrap()
    };
    assert_eq!(*last("a.md"), file("a.md", b"second"));
    assert_eq!(*last("b.md"), file("b.md", b"first"));
    assert_eq!(*last("c.md"), file("c.md", b"own"));
}

/// As `whole`, where an entry may come twice.
fn whole_repeated(path: PathBuf) -> Vec<Entry> {
    let (walked, entries) = collected(path, &Limits::default());
    assert_eq!(walked.unwrap().end, End::Whole);
    entries
}

#[test]
fn a_hard_link_to_nothing_fails_alone() {
    let home = Home::new();
    let large = Limits::default().page_bytes(10);
    let tar = joined(&[
        link("a.md", "behind.md"),
        link("b.md", "../up.md"),
        page("large.md", &[b'x'; 11]),
        link("c.md", "large.md"),
        page("behind.md", b"x"),
    ]);
    let (walked, entries) = collected(home.put("a.tar", &tar), &large);
    assert_eq!(walked.unwrap().end, End::Whole);
    assert_eq!(refused(&entries[0]).0, "b.md");
    let too_large = |path: &str| Entry::TooLarge {
        path: path.into(),
        size: 11,
    };
    assert_eq!(entries[1], too_large("large.md"));
    assert_eq!(entries[3], too_large("c.md"));
    assert_eq!(refused(&entries[4]).0, "a.md");
    assert_eq!(entries[2], file("behind.md", b"x"));
}

#[test]
fn hard_links_between_changes_of_their_file_read_the_archive_again_once() {
    let home = Home::new();
    let count = 2000;
    let content = |n: usize| n.to_string().into_bytes();
    let (mut one_name, mut many_names) = (Vec::new(), Vec::new());
    for n in 0..count {
        for tars in [&mut one_name, &mut many_names] {
            tars.push(page("a.md", &content(n)));
        }
        one_name.push(link("b.md", "a.md"));
        many_names.push(link(&format!("{n}.md"), "a.md"));
    }
    for (tars, links) in [
        (one_name, vec![("b.md".to_owned(), count - 1)]),
        (
            many_names,
            (0..count).map(|n| (format!("{n}.md"), n)).collect(),
        ),
    ] {
        let tar = joined(&tars);
        // What is read again does not count.
        let limits = Limits::default().total_bytes(tar.len() as u64);
        let (walked, entries) = collected(home.put("a.tar", &tar), &limits);
        assert_eq!(walked.unwrap().end, End::Whole);
        let files = (0..count).map(|n| file("a.md", &content(n)));
        let links = links.iter().map(|(path, n)| file(path, &content(*n)));
        assert!(entries.into_iter().eq(files.chain(links)));
    }
}

#[test]
fn a_link_that_gives_way_to_another_entry_is_not_told() {
    let home = Home::new();
    let tar = joined(&[
        page("a.md", b"1"),
        link("b.md", "a.md"),
        link("c.md", "b.md"),
        page("b.md", b"own"),
        link("d.md", "b.md"),
        page("a.md", b"2"),
        // To itself, and once more to the new file.
        link("c.md", "c.md"),
        link("e.md", "a.md"),
        link("e.md", "../up.md"),
    ]);
    let (walked, entries) = collected(home.put("a.tar", &tar), &Limits::default());
    assert_eq!(walked.unwrap().end, End::Whole);
    let files = [file("a.md", b"1"), file("b.md", b"own"), file("a.md", b"2")];
    assert_eq!(entries[..3], files);
    assert_eq!(refused(&entries[3]).0, "e.md");
    assert_eq!(entries[4..], [file("c.md", b"1"), file("d.md", b"own")]);
}

#[test]
fn linked_files_that_are_too_many_to_hold_are_told_as_they_were_when_linked() {
    let home = Home::new();
    let content = |n: usize, version: u8| [noise(n as u64, (1 << 20) - 1), vec![version]].concat();
    let name = |n: usize| format!("{n}.md");
    // Together more than is held.
    let files = 0..20;
    let mut tars = vec![link("dangling.md", "0.md")];
    for version in [1, 2] {
        tars.extend(files.clone().map(|n| page(&name(n), &content(n, version))));
        let links = files
            .clone()
            .map(|n| link(&format!("{version}-{n}.md"), &name(n)));
        tars.extend(links);
    }
    let entries = whole_repeated(home.put("a.tar", &joined(&tars)));
    let of = |path: &str| {
        let is_it = |entry: &&Entry| matches!(entry, Entry::File { path: p, .. } if p == path);
        entries.iter().rfind(is_it).unwrap()
    };
    for version in [1, 2] {
        for n in files.clone() {
            let path = format!("{version}-{n}.md");
            assert!(*of(&path) == file(&path, &content(n, version)), "{path}");
        }
    }
    let failed: Vec<_> = entries
        .iter()
        .filter(|entry| matches!(entry, Entry::Refused { .. }))
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(refused(failed[0]).0, "dangling.md");
}

/// A tar with one hard link that states a size, and the content behind it, if any.
fn link_of_size(magic: &[u8; 8], size: u64, content: &[u8]) -> Vec<u8> {
    let mut tar = link("b.md", "a.md");
    let mut header = tar::Header::from_byte_slice(&tar[..512]).clone();
    header.as_mut_bytes()[257..265].copy_from_slice(magic);
    header.set_size(size);
    header.set_cksum();
    tar[..512].copy_from_slice(header.as_bytes());
    let mut content = content.to_vec();
    content.resize(content.len().div_ceil(512) * 512, 0);
    tar.splice(512..512, content);
    tar
}

/// As pax writes before an entry.
fn pax_header() -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    builder
        .append_pax_extensions([("comment", &b"x"[..])])
        .unwrap();
    builder.into_inner().unwrap()
}

#[test]
fn a_hard_link_has_content_where_its_format_has() {
    let home = Home::new();
    let long = vec![b'x'; 1300];
    let (ustar, gnu, old) = (b"ustar\x0000", b"ustar  \0", &[0; 8]);
    // Whether a pax header comes before it, its magic, the size stated, its content.
    for (pax, magic, size, content) in [
        (true, ustar, 1300, &long[..]),
        (true, ustar, 3, b"own"),
        (false, ustar, 1300, &long),
        (false, ustar, 3, b"own"),
        (true, ustar, 0, b""),
        (false, ustar, 3, b""),
        (false, gnu, 1300, b""),
        (false, old, 1300, b""),
    ] {
        let mut tars = vec![page("a.md", b"a")];
        tars.extend(pax.then(pax_header));
        tars.push(link_of_size(magic, size, content));
        let end = tars.clone();
        tars.push(page("z.md", b"z"));
        for (tars, last) in [(tars, true), (end, false)] {
            let mut entries = whole(home.put("a.tar", &joined(&tars)));
            entries.sort_by_key(|entry| format!("{entry:?}"));
            let b = if content.is_empty() { b"a" } else { content };
            let mut expected = vec![file("a.md", b"a"), file("b.md", b)];
            expected.extend(last.then(|| file("z.md", b"z")));
            assert_eq!(entries, expected, "{pax} {magic:?} {size}");
        }
    }
}

#[test]
fn many_hard_links_are_read_in_steps() {
    let home = Home::new();
    // 9 MB of names.
    let mut tars = vec![page("a.md", b"a")];
    tars.extend((0..1500).map(|n| link(&format!("{}/{n}.md", "x/".repeat(1500)), "a.md")));
    let limits = Limits::default().depth(2000);
    let (walked, entries) = collected(home.put("a.tar", &joined(&tars)), &limits);
    assert_eq!(walked.unwrap().end, End::Whole);
    assert_eq!(entries.len(), 1501);
    assert!(
        entries
            .iter()
            .all(|entry| matches!(entry, Entry::File { bytes, .. } if bytes == b"a"))
    );
}

#[test]
fn backslashes_separate_the_parts_of_a_name() {
    let home = Home::new();
    let tar = raw_tar(b"news\\2017\\a.md", tar::EntryType::Regular, b"x");
    let pages = vec![("news\\2017\\a.md".to_owned(), b"x".to_vec())];
    for source in [
        Archive::from(home.put("a.tar", &tar)),
        Archive::from(home.put("a.zip", &zip_of(&pages))),
        Archive::from(pages),
    ] {
        assert_eq!(whole(source), [file("news/2017/a.md", b"x")]);
    }
    // A slug may hold one.
    let entries = whole(vec![("news/a\\b.md".to_owned(), b"x".to_vec())]);
    assert_eq!(entries, [file("news/a\\b.md", b"x")]);
}

#[test]
fn labels_and_other_entries_about_the_archive_are_no_files() {
    let home = Home::new();
    let mut tars = Vec::new();
    for kind in [b'V', b'D', b'N', b'A', b'5'] {
        let mut tar = raw_tar(b"about it.md", tar::EntryType::new(kind), b"");
        // As GNU tar writes a label.
        let mut header = tar::Header::from_byte_slice(&tar[..512]).clone();
        header.as_old_mut().size = [0; 12];
        header.set_cksum();
        tar[..512].copy_from_slice(header.as_bytes());
        tars.push(tar);
    }
    tars.push(page("a.md", b"a"));
    tars.push(raw_tar(b"rest.md", tar::EntryType::new(b'M'), b"x"));
    // The standard says that what is unknown is a file.
    tars.push(raw_tar(b"new.md", tar::EntryType::new(b'8'), b"n"));
    let entries = whole(home.put("a.tar", &joined(&tars)));
    assert_eq!(entries.len(), 3);
    assert_eq!(entries[0], file("a.md", b"a"));
    assert!(refused(&entries[1]).1.contains("another volume"));
    assert_eq!(entries[2], file("new.md", b"n"));
}

#[test]
fn archives_that_are_joined_are_read_to_the_end_of_the_last() {
    let home = Home::new();
    let (a, b) = (page("a.md", b"a"), page("b.md", b"b"));
    for bytes in [
        [a.clone(), b.clone()].concat(),
        [a.clone(), vec![0; 9216], b.clone(), vec![0; 512]].concat(),
        // `tar` before its end mark came in two blocks.
        [&a[..a.len() - 512], &b[..]].concat(),
    ] {
        for (name, bytes) in [("a.tar", bytes.clone()), ("a.tar.gz", gzip(&bytes))] {
            let entries = whole(home.put(name, &bytes));
            assert_eq!(entries, [file("a.md", b"a"), file("b.md", b"b")]);
        }
    }
    let cut = [&a[..], &b[..b.len() - 1024]].concat();
    assert!(truncated(&home.put("a.tar", &cut)).0.contains("end mark"));
}

#[test]
fn bytes_behind_the_end_mark_are_noted() {
    let home = Home::new();
    for behind in [&b"\n"[..], &[7; 5000]] {
        let bytes = [&page("a.md", b"a")[..], behind].concat();
        let (walked, entries) = collected(home.put("a.tar", &bytes), &Limits::default());
        let walked = walked.unwrap();
        assert_eq!((walked.end, walked.unread), (End::Whole, true));
        assert!(walked.notes[0].contains("behind the archive's end mark"));
        assert_eq!(entries, [file("a.md", b"a")]);
    }
    let (walked, _) = collected(home.put("a.tar", &page("a.md", b"a")), &Limits::default());
    assert!(!walked.unwrap().unread);
}

#[test]
fn a_zstd_window_that_is_too_large_is_said() {
    let home = Home::new();
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.long_distance_matching(true).unwrap();
    encoder.window_log(28).unwrap();
    encoder.include_contentsize(false).unwrap();
    encoder.write_all(&page("a.md", b"a")).unwrap();
    let path = home.put("a.tar.zst", &encoder.finish().unwrap());
    let message = archive_error(path, &Limits::default());
    assert!(message.contains("window"), "{message}");
    assert!(!message.contains("damaged"), "{message}");
}

#[test]
fn names_of_a_zip_are_read_as_utf8_and_else_by_code_page_437() {
    let home = Home::new();
    let named = |placeholder: &str, bytes: &[u8]| {
        let mut zip = zip_of(&[(format!("{placeholder}.md"), b"x".to_vec())]);
        let places: Vec<_> = (0..zip.len())
            .filter(|&at| zip[at..].starts_with(placeholder.as_bytes()))
            .collect();
        for at in places {
            zip[at..at + bytes.len()].copy_from_slice(bytes);
        }
        let (walked, entries) = collected(home.put("a.zip", &zip), &Limits::default());
        (entries, walked.unwrap().notes)
    };
    let (entries, notes) = named("caf?", b"caf\x82");
    assert_eq!(entries, [file("café.md", b"x")]);
    assert!(notes[0].contains("code page 437"), "{notes:?}");
    assert!(notes[0].contains("café.md"), "{notes:?}");
    let (entries, notes) = named("??????", "日本".as_bytes());
    assert_eq!((entries, notes), (vec![file("日本.md", b"x")], vec![]));
    let (entries, notes) = named("caf??", "café".as_bytes());
    assert_eq!((entries, notes), (vec![file("café.md", b"x")], vec![]));
    // 欧元 in GBK.
    let (entries, notes) = named("????", &[0xC5, 0xB7, 0xD4, 0xAA]);
    assert_eq!(entries, [file("ŷԪ.md", b"x")]);
    assert!(notes[0].contains("not marked as UTF-8"), "{notes:?}");
}
