//! What [`Tensor::slice`](super::Tensor::slice) takes of each dimension: `(0..2, .., 3)`.
//!
//! Input: ranges and indices, as Rust writes them. Output: the first index, the one after the last, and whether the dimension stays.
//! Invariant: a range keeps its dimension, an index removes it; dimensions not named are taken whole.

use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

/// The part of a dimension: where it starts, where it ends, and whether the dimension stays.
///
/// ```
/// use pullback::tensor::{Span, Spans};
/// let mut first: Option<Span> = None;
/// (1..).each(&mut [5].into_iter(), &mut |span| first = Some(span));
/// assert_eq!(first, Some((1, 5, true)));
/// ```
pub type Span = (usize, usize, bool);

/// A range, an index, or a tuple or array of them, one for each dimension from the first on.
///
/// ```
/// # use pullback::prelude::*;
/// let x: Tensor = tensor![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
/// assert_eq!(x.slice((.., 1..)), tensor![[2.0, 3.0], [5.0, 6.0]]);
/// assert_eq!(x.slice(1), tensor![4.0, 5.0, 6.0]);
/// ```
pub trait Spans {
    /// Calls `f` with the part of each dimension, given the dimensions' sizes.
    ///
    /// ```
    /// use pullback::tensor::Spans;
    /// let mut spans = vec![];
    /// (.., 2).each(&mut [3, 4].into_iter(), &mut |span| spans.push(span));
    /// assert_eq!(spans, [(0, 3, true), (2, 3, false)]);
    /// ```
    fn each(&self, sizes: &mut dyn Iterator<Item = usize>, f: &mut dyn FnMut(Span));
}

macro_rules! spans {
    ($($t:ty, |$s:ident, $n:ident| $start:expr, $end:expr, $stays:literal;)*) => { $(
        impl Spans for $t {
            #[allow(unused_variables, reason = "not every range needs the size")]
            fn each(&self, sizes: &mut dyn Iterator<Item = usize>, f: &mut dyn FnMut(Span)) {
                let ($s, $n) = (self, sizes.next().unwrap_or(0));
                f(($start, $end, $stays));
            }
        }
    )* };
}
spans! {
    usize, |s, n| *s, s.saturating_add(1), false;
    Range<usize>, |s, n| s.start, s.end, true;
    RangeInclusive<usize>, |s, n| *s.start(), s.end().saturating_add(1), true;
    RangeFrom<usize>, |s, n| s.start, n, true;
    RangeTo<usize>, |s, n| 0, s.end, true;
    RangeToInclusive<usize>, |s, n| 0, s.end.saturating_add(1), true;
    RangeFull, |s, n| 0, n, true;
}

impl<S: Spans + ?Sized> Spans for &S {
    fn each(&self, sizes: &mut dyn Iterator<Item = usize>, f: &mut dyn FnMut(Span)) {
        (**self).each(sizes, f);
    }
}

impl<S: Spans, const N: usize> Spans for [S; N] {
    fn each(&self, sizes: &mut dyn Iterator<Item = usize>, f: &mut dyn FnMut(Span)) {
        self.iter().for_each(|s| s.each(sizes, f));
    }
}

macro_rules! tuples {
    ($($($s:ident $k:tt)+;)*) => { $(
        impl<$($s: Spans),+> Spans for ($($s,)+) {
            fn each(&self, sizes: &mut dyn Iterator<Item = usize>, f: &mut dyn FnMut(Span)) {
                $(self.$k.each(sizes, f);)+
            }
        }
    )* };
}
tuples! { A 0; A 0 B 1; A 0 B 1 C 2; A 0 B 1 C 2 D 3; A 0 B 1 C 2 D 3 E 4; A 0 B 1 C 2 D 3 E 4 F 5; }
