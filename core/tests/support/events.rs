//! Events that are told from each other by a number.

use eventstore::{Date, Event, Result, Store};

/// The event of a number, on a day of 2017. Its tags are `All` and one of `T0` to `T6`, and its title has the word `flood`.
pub fn numbered(number: u32) -> Event {
    let date = Date::new(2017, 1 + (number % 12) as i8, 1 + (number % 28) as i8).unwrap();
    let (year, month, day) = (date.year(), date.month(), date.day());
    let id = format!("{year}/{month:02}/{day}/e{number}");
    let title = format!("Event {number} of a flood");
    let mut event = Event::new(id.parse().unwrap(), date, title);
    event.tags = vec![format!("T{}", number % 7), "All".to_owned()];
    // Texts that do not compress, so that the file has many chunks.
    let noise =
        (0..40u32).map(|word| format!("{:x} ", (number * 41 + word).wrapping_mul(2_654_435_761)));
    event.summary = Some(noise.collect::<String>().trim().to_owned());
    event
}

/// What a store of such events says, in several ways that read different parts of it: how many events it has, how many
/// by a tag and by a word, and the titles of some.
pub fn numbered_answers(store: &Store) -> Result<(usize, u64, u64, Vec<String>)> {
    let snapshot = store.snapshot()?;
    let tagged = snapshot.query("tag:all")?.count()?;
    let worded = snapshot.query("flood")?.count()?;
    let mut titles = Vec::new();
    for event in snapshot.query("tag:t3")?.iter() {
        titles.push(event?.title);
    }
    Ok((snapshot.len(), tagged, worded, titles))
}
