//! The day in a path or an address: in its file name first, then in its folders.

use super::model::DateRule;
use crate::event::{Date, month_of};

/// The day of a path and where it is. Of a range (`20170501-20170507`) it is the first day.
pub(super) fn of_path(path: &str) -> Option<(Date, DateRule)> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (name, folders) = parts.split_last()?;
    if let Some((day, ..)) = within(name) {
        return Some((day, DateRule::FileName));
    }
    let name = name.split('.').next().unwrap_or(name);
    if let Some(day) = beside(folders, name) {
        return Some((day, DateRule::FileName));
    }
    for (i, folder) in folders.iter().enumerate().rev() {
        if let Some((day, ..)) = within(folder) {
            return Some((day, DateRule::Folder));
        }
        if let Some(day) = year_month_day(&folders[..=i]).or_else(|| beside(&folders[..i], folder))
        {
            return Some((day, DateRule::Folder));
        }
    }
    None
}

/// The day inside an address such as `/2024/03/30/slug` or `2024-03-30-slug`.
pub(super) fn of_address(address: &str) -> Option<Date> {
    of_path(address).map(|(day, _)| day)
}

/// The range of a name that is a day, with the sign that joins it to the rest: what a title leaves
/// out.
pub(super) fn without_day(name: &str) -> &str {
    let Some((_, start, end)) = within(name) else {
        return name;
    };
    if start > 0 {
        return name;
    }
    let rest = name[end..].trim_start_matches(['-', '_', ' ', '.']);
    if rest.is_empty() { name } else { rest }
}

/// The first day that a name holds, `YYYY-M-D`, `YYYY_MM_DD` or `YYYYMMDD`, with its range.
fn within(name: &str) -> Option<(Date, usize, usize)> {
    let bytes = name.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = 0;
    while at < bytes.len() {
        let end = at
            + bytes[at..]
                .iter()
                .take_while(|b| b.is_ascii_digit())
                .count();
        if end == at {
            at += 1;
            continue;
        }
        let found = match end - at {
            8 => {
                let date = day(&name[at..at + 4], &name[at + 4..at + 6], &name[at + 6..end]);
                date.map(|date| (date, at, end))
            }
            4 => separated(name, at, end),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        at = end;
        debug_assert!(!digit(at));
    }
    None
}

/// `YYYY-M-D`, with the same sign twice, whose year is here.
fn separated(name: &str, at: usize, year_end: usize) -> Option<(Date, usize, usize)> {
    let sign = name[year_end..].chars().next()?;
    if !matches!(sign, '-' | '_' | '.') {
        return None;
    }
    let rest = &name[year_end + 1..];
    let month = &rest[..digits(rest)];
    let behind = rest[month.len()..].strip_prefix(sign)?;
    let last = &behind[..digits(behind)];
    let end = year_end + 1 + month.len() + 1 + last.len();
    Some((day(&name[at..year_end], month, last)?, at, end))
}

/// A day by the folder above: `2018/CG-06-06`, `2018/06-06`, `2024-12/december-05`.
fn beside(folders: &[&str], name: &str) -> Option<Date> {
    let folder = folders.last()?;
    if folder.len() == 4 && folder.bytes().all(|b| b.is_ascii_digit()) {
        let mut parts = name.rsplit('-');
        let (last, month) = (parts.next()?, parts.next()?);
        let two = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        return day(folder, month, last).filter(|_| two(month) && two(last));
    }
    let (year, month) = folder.split_once('-')?;
    let (word, last) = name.split_once('-')?;
    let same = month.parse() == Ok(month_of(word)?);
    day(year, month, &last[..digits(last)]).filter(|_| same && year.len() == 4)
}

/// The last three parts as year, month and day.
fn year_month_day(parts: &[&str]) -> Option<Date> {
    let [.., year, month, last] = parts else {
        return None;
    };
    day(year, month, last).filter(|_| year.len() == 4)
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn day(year: &str, month: &str, day: &str) -> Option<Date> {
    let small = |text: &str| match text.len() {
        1..=2 => text.parse::<i8>().ok(),
        _ => None,
    };
    // Eight digits in a name may be any number; days of archives are of these years.
    let year: i16 = year
        .parse()
        .ok()
        .filter(|year| (1000..=2999).contains(year))?;
    Date::new(year, small(month)?, small(day)?)
}
