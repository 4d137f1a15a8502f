//! Spares: a copy of an argument, where its type is one that is copied.
//!
//! Input: a reference to a value of any type. Output: the copy, or nothing. Invariant: chosen by method resolution, so that generated code, which knows no types,
//! can ask.

/// What is asked for a copy: `(&&Spare(&value)).spare()`.
#[derive(Debug)]
pub struct Spare<'a, T: ?Sized>(pub &'a T);

/// Types that are copied; found first.
pub trait Copied<T> {
    /// The copy.
    fn spare(&self) -> Option<T>;
}

impl<T: Copy> Copied<T> for &Spare<'_, T> {
    #[inline]
    fn spare(&self) -> Option<T> {
        Some(*self.0)
    }
}

/// All others.
pub trait NotCopied<T> {
    /// Nothing.
    fn spare(&self) -> Option<T>;
}

impl<T> NotCopied<T> for Spare<'_, T> {
    #[inline]
    fn spare(&self) -> Option<T> {
        None
    }
}
