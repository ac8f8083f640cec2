//! Numbers and sizes for people.
//!
//! Hand-written: a crate for sizes would bring more options than these lines have words.

pub(crate) use eventstore::grouped;

/// 4519000 → `4.5 MB`.
pub(crate) fn bytes(number: u64) -> String {
    match number {
        0..1_000 => format!("{number} B"),
        1_000..1_000_000 => format!("{:.1} kB", number as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", number as f64 / 1e6),
        _ => format!("{:.2} GB", number as f64 / 1e9),
    }
}

/// A number with its noun: `1 file`, `1,200 files`.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    let noun = if number == 1 { one } else { many };
    format!("{} {noun}", grouped(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(4_519_000), "4.5 MB");
    }

    #[test]
    fn a_noun_agrees_with_its_number() {
        assert_eq!(counted(0, "page", "pages"), "0 pages");
        assert_eq!(counted(1, "page", "pages"), "1 page");
        assert_eq!(counted(15_814, "page", "pages"), "15,814 pages");
    }
}
