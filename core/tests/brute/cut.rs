//! The law of words for texts of ASCII, plain letters with marks and ideographs, written plainly.

/// What a token is of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    Word,
    /// A word with `+`, `++` or `#` behind it, beside the word itself.
    Signed,
    /// Two ideographs that stand next to each other.
    Pair,
    /// The last of several ideographs.
    Last,
    /// An ideograph alone, and whether a letter or digit stands directly behind it.
    Alone(bool),
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub term: String,
    pub position: u32,
    pub kind: PieceKind,
    /// Whether the text ends with it.
    pub at_end: bool,
}

/// One of the terms that a value of a question asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    pub offset: u32,
    pub term: String,
    pub prefix: bool,
}

pub fn is_han(c: char) -> bool {
    matches!(c, '々' | '〇' | '\u{3400}'..='\u{9fff}')
}

/// Whether a character is one of a word that ends where an ideograph begins.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_han(c)
}

/// The tokens of a text, in order.
pub fn cut(text: &str) -> Vec<Piece> {
    let chars: Vec<char> = text.chars().collect();
    let run = |from: usize, of: fn(char) -> bool| {
        let length = chars[from..].iter().take_while(|&&c| of(c)).count();
        from + length
    };
    let mut pieces = Vec::new();
    let (mut at, mut position) = (0, 0);
    while at < chars.len() {
        let mut push = |term: &[char], position, kind, end| {
            let term = term.iter().flat_map(|c| c.to_lowercase()).collect();
            let at_end = end == chars.len();
            pieces.push(Piece {
                term,
                position,
                kind,
                at_end,
            });
        };
        if is_han(chars[at]) {
            let end = run(at, is_han);
            for first in at..end - 1 {
                let kind = PieceKind::Pair;
                push(&chars[first..first + 2], position, kind, first + 2);
                position += 1;
            }
            let kind = match end - at {
                1 => PieceKind::Alone(chars.get(end).is_some_and(|&c| is_letter(c))),
                _ => PieceKind::Last,
            };
            push(&chars[end - 1..end], position, kind, end);
            position += 1;
            at = end;
        } else if is_letter(chars[at]) {
            let end = run(at, is_letter);
            push(&chars[at..end], position, PieceKind::Word, end);
            let signs = match chars.get(end) {
                Some('+') => run(end, |c| c == '+') - end,
                Some('#') => run(end, |c| c == '#') - end,
                _ => 0,
            };
            let most = if chars.get(end) == Some(&'#') { 1 } else { 2 };
            let behind = end + signs;
            if (1..=most).contains(&signs) && !chars.get(behind).is_some_and(|&c| is_letter(c)) {
                push(&chars[at..behind], position, PieceKind::Signed, behind);
            }
            position += 1;
            at = end;
        } else {
            at += 1;
        }
    }
    pieces
}

/// What a value of a question asks for.
pub fn parts(value: &str, prefix: bool) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for piece in cut(value) {
        let prefix = match piece.kind {
            PieceKind::Last => continue,
            PieceKind::Pair => false,
            PieceKind::Alone(before_word) => !before_word,
            PieceKind::Word | PieceKind::Signed => prefix && piece.at_end,
        };
        if piece.kind == PieceKind::Signed {
            parts.pop();
        }
        parts.push(Part {
            offset: piece.position,
            term: piece.term,
            prefix,
        });
    }
    parts
}
