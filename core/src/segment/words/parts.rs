//! The parts that the words of a segment lie in, beside the index of their dictionary.

use crate::segment::Part;

/// Something for each of these parts, in their order: bytes of the part, or what takes them piece by piece.
#[derive(Clone)]
pub(in crate::segment) struct WordParts<T>([(Part, T); 5]);

impl<T> WordParts<T> {
    pub fn new(mut one: impl FnMut(Part) -> T) -> Self {
        let parts = [
            Part::WordTerms,
            Part::WordRows,
            Part::WordFrequencies,
            Part::WordPositions,
            Part::WordLengths,
        ];
        Self(parts.map(|part| (part, one(part))))
    }

    /// What a part has; nothing of a part that is none of words.
    pub fn get_mut(&mut self, part: Part) -> Option<&mut T> {
        let mut all = self.0.iter_mut();
        all.find(|(of, _)| *of == part).map(|(_, one)| one)
    }

    /// Dictionary, rows, frequencies, positions and lengths.
    pub fn into_array(self) -> [T; 5] {
        self.0.map(|(_, one)| one)
    }

    pub fn iter(&self) -> std::slice::Iter<'_, (Part, T)> {
        self.0.iter()
    }

    pub fn map<U>(self, mut to: impl FnMut(T) -> U) -> WordParts<U> {
        WordParts(self.0.map(|(part, one)| (part, to(one))))
    }
}

impl<T> IntoIterator for WordParts<T> {
    type Item = (Part, T);
    type IntoIter = std::array::IntoIter<(Part, T), 5>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Parts in memory.
impl WordParts<Vec<u8>> {
    /// Appends bytes to a part.
    pub fn push(&mut self, part: Part, bytes: &[u8]) {
        if let Some(made) = self.get_mut(part) {
            made.extend_from_slice(bytes);
        }
    }
}
