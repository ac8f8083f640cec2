//! Limits, stopping, and the real archive.

use super::*;

#[test]
fn a_page_over_the_limit_is_told_by_its_size_and_the_next_one_read() {
    let home = Home::new();
    let pages = vec![
        ("exact.md".to_owned(), vec![b'x'; 1000]),
        ("large.md".to_owned(), vec![b'x'; 1001]),
        ("small.md".to_owned(), vec![b'x'; 1]),
    ];
    let limits = Limits::default().page_bytes(1000);
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
        let (walked, entries) = collected(source, &limits);
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
    for (limits, name) in [
        (Limits::default().entries(300), "`entries`"),
        (Limits::default().total_bytes(100_000), "`total_bytes`"),
        (Limits::default().depth(4), "`depth`"),
    ] {
        for source in &sources {
            let message = archive_error(source.clone(), &limits);
            assert!(message.contains(name), "{source:?}: {message}");
        }
    }
    for source in &sources {
        // With the two of the hidden folder.
        let limits = Limits::default().entries(303).depth(5);
        assert_eq!(collected(source.clone(), &limits).1.len(), 303);
    }
}

#[test]
fn a_small_archive_that_unpacks_without_end_is_stopped() {
    let home = Home::new();
    // 64 MiB of zeros in a few kilobytes: as a page, as another file, as a name, and behind the end
    // mark.
    let large = vec![0; 64 << 20];
    let limits = Limits::default().total_bytes(1 << 20);
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
    let (_, entries) = collected(path, &limits);
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
        let walked = walk(
            source,
            Scope::Whole,
            &Limits::default(),
            &Buffers::default(),
            &mut |_, _| {
                seen += 1;
                if seen == 10 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        );
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
    let walked = walk(
        path.into(),
        Scope::Whole,
        &Limits::default(),
        &Buffers::default(),
        &mut |entry, _| {
            if let Entry::File { bytes: page, .. } = entry {
                files += 1;
                bytes += page.len();
            }
            ControlFlow::Continue(())
        },
    );
    println!(
        "{files} pages, {bytes} bytes read in {:?}",
        started.elapsed()
    );
    assert_eq!(walked.unwrap().end, End::Whole);
    assert_eq!(files, 15_814);
}

#[test]
fn the_real_archive_with_its_equal_pages_linked_is_read_whole() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/context-zh.tar.gz");
    if !path.exists() {
        println!("SKIPPED: no archive at {}", path.display());
        return;
    }
    let pages = whole(path);
    // As GNU tar writes files that are links of each other: the second as a link without content.
    let mut builder = tar::Builder::new(Vec::new());
    let mut names = std::collections::HashMap::new();
    let mut links = 0;
    for page in &pages {
        let Entry::File { path, bytes } = page else {
            panic!("{page:?}");
        };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut header = tar::Header::new_gnu();
        match names.insert((folder, bytes), path) {
            Some(first) => {
                header.set_entry_type(tar::EntryType::Link);
                header.set_size(0);
                builder.append_link(&mut header, path, first).unwrap();
                links += 1;
            }
            None => {
                header.set_size(bytes.len() as u64);
                builder.append_data(&mut header, path, &bytes[..]).unwrap();
            }
        }
    }
    assert!(links > 3000, "{links}");
    let home = Home::new();
    let linked = home.put("linked.tar.gz", &gzip(&builder.into_inner().unwrap()));
    let by_path = |entries: Vec<Entry>| {
        let mut files: Vec<_> = entries
            .into_iter()
            .map(|entry| match entry {
                Entry::File { path, bytes } => (path, bytes),
                other => panic!("{other:?}"),
            })
            .collect();
        files.sort();
        files
    };
    assert!(by_path(whole(linked)) == by_path(pages));
}
