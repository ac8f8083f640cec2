//! Colours, where they are wanted: anstream knows terminals and the variables by which they are refused.

use std::fmt::Display;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

/// Before a message that says what is wrong.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// Before one that says what to do.
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default().bold();
/// A word that was asked for, as grep shows it.
pub(crate) const MATCH: Style = AnsiColor::Red.on_default().bold();
/// What stands beside an answer: heads of tables, ids.
pub(crate) const ASIDE: Style = Style::new().dimmed();

/// Sets when there are colours, for this process.
pub(crate) fn choose_colors(choice: clap::ColorChoice) {
    let choice = match choice {
        clap::ColorChoice::Auto => ColorChoice::Auto,
        clap::ColorChoice::Always => ColorChoice::AlwaysAnsi,
        clap::ColorChoice::Never => ColorChoice::Never,
    };
    choice.write_global();
}

/// Whether a stream gets colours.
pub(crate) fn has_colors<S: RawStream>(stream: &S) -> bool {
    AutoStream::choice(stream) != ColorChoice::Never
}

/// A text in a style, if there are colours.
pub(crate) fn styled(text: impl Display, style: Style, has_colors: bool) -> String {
    match has_colors {
        true => format!("{style}{text}{style:#}"),
        false => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_ends_behind_its_text() {
        assert_eq!(styled("a", ERROR, true), "\u{1b}[1m\u{1b}[31ma\u{1b}[0m");
        assert_eq!(styled("a", ERROR, false), "a");
    }
}
