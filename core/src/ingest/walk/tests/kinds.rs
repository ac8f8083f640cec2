//! Every kind of archive is read.

use super::*;

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
        let (walked, entries) = collected(home.0.path().join("zh").join(part), &Limits::default());
        assert_eq!(walked.unwrap().prefix, part);
        assert_eq!(entries, [file("news/2017/03/2/a.md", b"a")], "{part}");
    }
    // Not by its spelling, but by where it is.
    let around = home.0.path().join("zh/news/2017/../../news/2017/03/.");
    assert_eq!(whole(around), [file("news/2017/03/2/a.md", b"a")]);
    let page = home.0.path().join("zh/news/2017/03/2/a.md");
    assert_eq!(whole(page), [file("news/2017/03/2/a.md", b"a")]);
    let top = collected(home.0.path().join("zh"), &Limits::default());
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
        ("small.md.gz", &gzip(b"### x"), "holds no tar archive"),
        ("text.tar", &[b'x'; 2000], "is no tar archive"),
    ] {
        let path = home.put(name, bytes);
        let message = archive_error(path, &Limits::default());
        assert!(message.contains(expected), "{name}: {message}");
        assert!(message.contains(".tar.zst"), "{name}: {message}");
    }
    let missing = home.0.path().join("missing.tar");
    assert!(matches!(
        collected(missing.clone(), &Limits::default()).0,
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
