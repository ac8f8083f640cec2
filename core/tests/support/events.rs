//! Events that are told from each other by a number.

use eventstore::{Date, Event};

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
