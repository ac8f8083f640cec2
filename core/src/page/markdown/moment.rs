//! Text → day, time and offset: as written, never converted.
//!
//! A day is `YYYY-M-D`, `YYYY/M/D`, `D-Mon-YYYY`, `D Mon YYYY` or `Mon D, YYYY`. A time may follow,
//! and an offset. A number alone, a year, a month, `3/4/2017` and days that no calendar has are no
//! dates: of 17,788 real pages none needs them, and tools that read them disagree on the day.

use super::model::Moment;
use crate::event::{Date, ORDINAL_ENDINGS, Time, month_of};

/// Why a text is no date, as the end of a sentence.
pub(super) type NoDate = &'static str;

const NO_DATE: NoDate = "is no date; write YYYY-MM-DD";
/// A month's name is read in English, and in three forms.
const OTHER_MONTH: NoDate = "names a month in a way that is not read; write YYYY-MM-DD, 4 March 2024, 4-Mar-2024 or March 4, 2024";

/// Reads a date, and what follows it as far as it is known. A zone's name is passed over.
pub(super) fn read(text: &str) -> Result<Moment, NoDate> {
    // Org writes a date in brackets.
    let text = text.trim().trim_matches(['<', '>', '[', ']']);
    let (date, rest) = day(text)?;
    let rest = rest.strip_prefix(['T', 't']).unwrap_or(rest).trim_start();
    let Some((time, rest)) = time(rest) else {
        return Ok(date.into());
    };
    Ok(Moment {
        date,
        time: Some(time),
        offset: offset(rest.trim_start()),
    })
}

/// The day at the start of a text, and what follows.
fn day(text: &str) -> Result<(Date, &str), NoDate> {
    let (first, rest) = number(text);
    if first.is_empty() {
        return named_month_first(text).ok_or_else(|| unread(text))?;
    }
    let separator = rest.chars().next();
    match (first.len(), separator) {
        (4, Some(separator @ ('-' | '/'))) => {
            let (month, rest) = number(&rest[1..]);
            let Some(rest) = rest.strip_prefix(separator) else {
                return Err("is a month, not a day; write YYYY-MM-DD");
            };
            let (day, rest) = number(rest);
            if !(1..=2).contains(&month.len()) || !(1..=2).contains(&day.len()) {
                return Err(NO_DATE);
            }
            Ok((civil(first, month, day)?, rest))
        }
        (1..=2, Some('.')) if names_month(text) => Err(OTHER_MONTH),
        (1..=2, Some('/' | '.')) => {
            Err("may be two days, by the order of day and month; write YYYY-MM-DD")
        }
        (1..=2, Some(separator @ ('-' | ' '))) => {
            let (month, rest) = word(&rest[1..]);
            let (Some(month), Some(rest)) = (month_of(month), rest.strip_prefix(separator)) else {
                return Err(unread(text));
            };
            let (year, rest) = number(rest);
            Ok((civil(year, &month.to_string(), first)?, rest))
        }
        (4, None) => Err("is a year, not a day; write YYYY-MM-DD"),
        (_, None) => Err("is a number, not a date; write YYYY-MM-DD"),
        _ => Err(NO_DATE),
    }
}

/// What is said of a text in which no date was found.
fn unread(text: &str) -> NoDate {
    match names_month(text) {
        true => OTHER_MONTH,
        false => NO_DATE,
    }
}

/// Whether a text looks like a day with a month's name, in whatever language: a word, a day and a year.
fn names_month(text: &str) -> bool {
    let mut parts = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty());
    let (mut word, mut day, mut year) = (false, false, false);
    let all_known = parts.by_ref().take(4).all(|part| {
        let is_number = part.bytes().all(|b| b.is_ascii_digit());
        let known = match (is_number, part.len()) {
            (true, 1..=2) => &mut day,
            (true, 4) => &mut year,
            (false, _) if part.chars().all(char::is_alphabetic) => &mut word,
            _ => return false,
        };
        *known = true;
        true
    });
    all_known && word && day && year
}

/// `Mar 2, 2017`, perhaps behind a weekday; or a weekday before `2 Mar 2017`.
fn named_month_first(text: &str) -> Option<Result<(Date, &str), NoDate>> {
    let (first, rest) = word(text);
    let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    if month_of(first).is_none() && weekdays.iter().any(|day| begins(first, day)) {
        let rest = rest.trim_start_matches(['.', ',']).trim_start();
        // One weekday: what follows begins with a number or a month.
        return match rest.starts_with(|c: char| c.is_ascii_digit()) {
            true => Some(day(rest)),
            false => month_first(rest),
        };
    }
    month_first(text)
}

fn month_first(text: &str) -> Option<Result<(Date, &str), NoDate>> {
    let (month, rest) = word(text);
    let month = month_of(month)?;
    let (day, rest) = number(rest.trim_start_matches('.').trim_start());
    let rest = ORDINAL_ENDINGS
        .iter()
        .find_map(|ending| rest.strip_prefix(ending))
        .unwrap_or(rest);
    let (year, rest) = number(rest.strip_prefix(',').unwrap_or(rest).trim_start());
    Some(civil(year, &month.to_string(), day).map(|date| (date, rest)))
}

fn civil(year: &str, month: &str, day: &str) -> Result<Date, NoDate> {
    let parsed = |text: &str| text.parse::<i16>().ok();
    let (Some(year), Some(month), Some(day), 4) =
        (parsed(year), parsed(month), parsed(day), year.len())
    else {
        return Err(NO_DATE);
    };
    let small = |number: i16| i8::try_from(number).unwrap_or_default();
    Date::new(year, small(month), small(day)).ok_or("is a day that no calendar has")
}

/// The time at the start of a text, and what follows.
fn time(text: &str) -> Option<(Time, &str)> {
    let (hour, rest) = number(text);
    let (minute, rest) = number(rest.strip_prefix(':')?);
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 {
        return None;
    }
    let (mut second, mut fraction) = ("0", "0");
    let mut rest = rest;
    if let Some(behind) = rest.strip_prefix(':') {
        (second, rest) = number(behind);
        if let Some(behind) = rest.strip_prefix(['.', ',']) {
            (fraction, rest) = number(behind);
        }
    }
    let mut hour: u8 = hour.parse().ok()?;
    let half = rest.trim_start();
    for (name, add) in [("am", 0), ("pm", 12)] {
        // `AMT` and `America/…` are zones.
        if begins(half, name)
            && let Some(behind) = half.get(name.len()..)
            && !behind.starts_with(char::is_alphabetic)
            && (1..=12).contains(&hour)
        {
            hour = hour % 12 + add;
            rest = behind;
            break;
        }
    }
    let millisecond = format!("{fraction:0<3}");
    let time = Time::new(
        hour,
        minute.parse().ok()?,
        second.parse().ok()?,
        millisecond.get(..3)?.parse().ok()?,
    );
    Some((time?, rest))
}

/// The offset at the start of a text, in minutes: `Z`, `+02:00`, `+0200`, `+02`. None for anything
/// else, such as a zone's name.
fn offset(text: &str) -> Option<i16> {
    if text == "Z" || text == "z" {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (digits, rest) = number(&text[1..]);
    let (hours, minutes, rest) = match digits.len() {
        4 => (&digits[..2], &digits[2..], rest),
        1 | 2 => match rest.strip_prefix(':') {
            Some(behind) => {
                let (minutes, rest) = number(behind);
                (digits, minutes, rest)
            }
            None => (digits, "0", rest),
        },
        _ => return None,
    };
    let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let ends = rest.is_empty() || rest.starts_with([' ', '[', '(']);
    (ends && hours <= 26 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// The digits at the start of a text, and what follows.
fn number(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at(end)
}

/// The letters at the start of a text, and what follows.
fn word(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    text.split_at(end)
}

fn begins(text: &str, with: &str) -> bool {
    let head = text.as_bytes().get(..with.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()))
}
