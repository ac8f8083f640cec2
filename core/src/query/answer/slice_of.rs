//! Answers that are a list: they deref to a slice, and are iterated as one.

/// Gives an answer the slice of the field that has its items, and iteration by value and by reference.
macro_rules! slice_of {
    ($answer:ident, $field:ident: $item:ty) => {
        impl std::ops::Deref for $answer {
            type Target = [$item];

            fn deref(&self) -> &[$item] {
                &self.$field
            }
        }

        impl IntoIterator for $answer {
            type Item = $item;
            type IntoIter = std::vec::IntoIter<$item>;

            fn into_iter(self) -> Self::IntoIter {
                self.$field.into_iter()
            }
        }

        impl<'a> IntoIterator for &'a $answer {
            type Item = &'a $item;
            type IntoIter = std::slice::Iter<'a, $item>;

            fn into_iter(self) -> Self::IntoIter {
                self.$field.iter()
            }
        }
    };
}

pub(super) use slice_of;
