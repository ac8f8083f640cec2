//! Front matter without a fence: lines of `key: value`, of `:key: value` (reStructuredText), of
//! `#+key: value` (Org).

use super::super::lines::{Step, fail};
use super::block::{field_of, header_of, keyword_of, lines_of};
use super::tree::{KeyValue, Map, NODES_MAX, RawValue, Scalar, check_length, is_null};

/// Header lines: `key: value` up to the first empty line. A line that begins with a space goes on
/// with the value before it.
pub(super) fn header_lines(content: &str, at: usize) -> Step<Map> {
    read(content, at, header_of)
}

/// Fields: `:key: value`. Lines that are no field are passed over.
pub(super) fn fields(content: &str, at: usize) -> Step<Map> {
    read(content, at, field_of)
}

/// Keywords: `#+key: value`. Lines that are no keyword are passed over.
pub(super) fn keywords(content: &str, at: usize) -> Step<Map> {
    let mut map = read(content, at, keyword_of)?;
    for entry in &mut map.0 {
        // `:a:b:`
        if entry.key.eq_ignore_ascii_case("filetags")
            && let RawValue::Scalar(scalar) = &mut entry.value
        {
            scalar.text = scalar.text.trim_matches(':').replace(':', ",");
            entry.key = "tags".to_owned();
        }
    }
    Ok(map)
}

fn read(content: &str, at: usize, split: fn(&str) -> Option<(&str, &str)>) -> Step<Map> {
    check_length(content, at)?;
    let mut map = Map::default();
    for line in lines_of(content) {
        if let Some((key, value)) = split(line) {
            if map.0.len() == NODES_MAX {
                let message = "the front matter has more than 4,096 values";
                return fail(
                    "front_matter_too_large",
                    at + offset_in(content, key),
                    message,
                );
            }
            let offset = at + offset_in(content, value);
            let value = value.trim_end();
            map.0.push(KeyValue {
                key: key.to_owned(),
                offset: at + offset_in(content, key),
                value: if is_null(value) {
                    RawValue::Null
                } else {
                    RawValue::Scalar(Scalar {
                        text: value.to_owned(),
                        offset,
                        quoted: false,
                    })
                },
            });
        } else if line.starts_with([' ', '\t'])
            && !line.trim().is_empty()
            && let Some(last) = map.0.last_mut()
        {
            let more = line.trim();
            match &mut last.value {
                RawValue::Scalar(scalar) => {
                    scalar.text.push(' ');
                    scalar.text.push_str(more);
                }
                value => {
                    *value = RawValue::Scalar(Scalar {
                        text: more.to_owned(),
                        offset: at + offset_in(content, more),
                        quoted: false,
                    });
                }
            }
        }
    }
    Ok(map)
}

/// The offset of a part of a text.
fn offset_in(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}
