//! Bounds on one page.

/// Bounds on one page; a page beyond one fails with a `PageError` that names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageLimits {
    /// Bytes of a page.
    pub bytes: usize,
    /// Numbered items of a page, all lists together.
    pub items: usize,
}

impl PageLimits {
    /// Of a page that is known already, or that a program wrote: whatever its size.
    pub const NONE: Self = Self {
        bytes: usize::MAX,
        items: usize::MAX,
    };
}
