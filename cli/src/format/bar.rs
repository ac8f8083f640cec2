//! Bars of eighths of a block.
//!
//! Hand-written: crates for charts draw whole axes, and those for progress redraw a line.

/// Columns of the longest bar. Longer ones show nothing more and draw the eye from the numbers.
const LONGEST: usize = 50;
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// A bar for a count, the longest for `most`; only a count of 0 has none. It takes `columns` at
/// most, where a line has to fit.
#[must_use]
pub fn bar(count: u64, most: u64, columns: Option<usize>) -> String {
    if count == 0 || most == 0 {
        return String::new();
    }
    let whole = columns.unwrap_or(LONGEST).min(LONGEST) as f64 * 8.0;
    let eighths = ((count as f64 / most as f64 * whole).round() as usize).max(1);
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_is_as_long_as_its_share_of_the_most() {
        assert_eq!(bar(0, 10, Some(10)), "");
        assert_eq!(bar(10, 10, Some(10)), "██████████");
        assert_eq!(bar(5, 10, Some(10)), "█████");
        assert_eq!(bar(1, 100_000, Some(10)), "▏", "a small count is seen");
        assert_eq!(bar(3, 8, Some(3)), "█▏");
        assert_eq!(bar(1, 1, Some(500)).chars().count(), 50);
        assert_eq!(bar(1, 1, None).chars().count(), 50);
    }
}
