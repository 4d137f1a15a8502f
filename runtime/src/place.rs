//! Places: the part of a cotangent or tangent that belongs to a part of a value, found in constant time.
//!
//! Input: a container and an index, as they are in the primal. Output: a *key*, all that must be kept of both for the way back, and with
//! it the same part of the cotangent. Invariant: nothing here panics before the primal's own indexing does, and `x[i]` never costs more
//! than one entry of `x`: a cotangent that is still the symbolic zero grows on demand.
//!
//! ```
//! use pullback::place::{IndexBar, IndexDot, IndexKey};
//! let x = [1.0, 2.0, 3.0];
//! let key = IndexKey::key(&x, 1);
//! let mut x_bar = Vec::<f64>::new();
//! *IndexBar::at(&mut x_bar, key) += 5.0;
//! assert_eq!(x_bar, [0.0, 5.0]);
//! assert_eq!(IndexDot::get(&x_bar, IndexKey::key(&x, 2)), 0.0);
//! ```

use crate::differentiable::Tangent;
use crate::rule::Inert;
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};
use std::rc::Rc;
use std::sync::Arc;

mod cases;
mod pointees;

pub use crate::matrices::coordinates::Coordinates;
pub use crate::matrices::entries::Entry;
pub use cases::{Absence, Attempt, Failed, Listed, Unzip, attempt, failed, ok_bar, ok_dot, some_bar, some_dot, success, tried};
pub use pointees::{Inside, Star, StarBar, StarDot, Through};

/// What remains of an index for the way back.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be indexed by `{I}` in differentiable code",
    label = "no cotangent for this index",
    note = "an index is `usize` or a range of `usize`, for a matrix `usize` or `(usize, usize)`"
)]
pub trait IndexKey<I> {
    /// The index, resolved against the container.
    type Key: Clone;
    /// What of the key is kept where the index itself can be evaluated again: nothing for a sequence.
    type Rest: Again<I, Key = Self::Key>;
    /// The key of `self[index]`. An index out of range is passed on: the primal panics.
    fn key(&self, index: I) -> Self::Key;
    /// The rest of the key of `self[index]`.
    fn rest(&self, index: I) -> Self::Rest;
}

/// A key without its index.
pub trait Again<I> {
    /// See [`IndexKey::Key`].
    type Key;
    /// The key, with the index again.
    fn again(&self, index: I) -> Self::Key;
}

/// Of a sequence: its key is the index.
#[derive(Clone, Copy, Debug)]
pub struct Same;

impl Again<usize> for Same {
    type Key = usize;
    #[inline(always)]
    fn again(&self, index: usize) -> usize {
        index
    }
}

/// Of what has a key of its own: that.
#[derive(Clone, Copy, Debug)]
pub struct Whole<K>(pub K);

impl<I, K: Clone> Again<I> for Whole<K> {
    type Key = K;
    #[inline(always)]
    fn again(&self, _: I) -> K {
        self.0.clone()
    }
}

/// Parts of `len` entries of a cotangent, if they don't overlap and are all there.
#[inline]
pub fn apart<B, const N: usize>(bar: &mut [B], starts: [usize; N], len: usize) -> Option<[&mut [B]; N]> {
    let ends = starts.map(|start| start.checked_add(len));
    if ends.contains(&None) {
        return None;
    }
    bar.get_disjoint_mut(starts.map(|start| start..start + len)).ok()
}

/// A cotangent, part of which a pullback adds into.
pub trait IndexBar<K> {
    /// The cotangent of the part: an element's, or `[B]` for a range.
    type Elem: ?Sized;
    /// The cotangent of `x[i]`, in place.
    ///
    /// # Panics
    /// If the key lies outside a cotangent of fixed length.
    fn at(&mut self, key: K) -> &mut Self::Elem;
}

/// A tangent, part of which is read.
pub trait IndexDot<K> {
    /// The tangent of the part as it lies in this one: an element's, or `[B]` for a range.
    type Part: ?Sized;
    /// The tangent of the part, owned: an element's, or `Vec<B>` for a range.
    type Elem;
    /// The tangent of `x[i]` in place; `None` where this one is too short, which stands for zero.
    fn peek(&self, key: K) -> Option<&Self::Part>;
    /// The tangent of `x[i]`; zero where this one is too short.
    fn get(&self, key: K) -> Self::Elem;
}

/// The tangent that [`IndexDot::peek`] has found at the end of a path such as `x[i][j]`, or zero.
#[inline]
pub fn owned<B: ?Sized + ToOwned>(dot: Option<&B>) -> B::Owned
where
    B::Owned: Tangent,
{
    dot.map_or_else(Tangent::zero, B::to_owned)
}

/// The key of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The first index.
    pub start: usize,
    /// The one after the last.
    pub end: usize,
}

impl Part {
    /// A part of this part, as a part of the whole.
    #[inline(always)]
    #[must_use]
    pub fn within(self, inner: Part) -> Part {
        Part { start: self.start + inner.start, end: self.start + inner.end }
    }
}

/// The number of elements that a loop over a container visits.
pub trait Elements {
    /// The number of elements.
    fn count_of(&self) -> usize;
}

macro_rules! sequence_keys {
    ($([$($generics:tt)*] $t:ty;)*) => { $(
        impl<T, $($generics)*> IndexKey<usize> for $t {
            type Key = usize;
            type Rest = Same;
            #[inline(always)]
            fn key(&self, index: usize) -> usize {
                index
            }
            #[inline(always)]
            fn rest(&self, _: usize) -> Same {
                Same
            }
        }
        impl<T, $($generics)*> Elements for $t {
            #[inline(always)]
            fn count_of(&self) -> usize {
                self.len()
            }
        }
        range_keys! {
            [$($generics)*] $t;
            Range<usize>, |r, n| r.start, r.end;
            RangeInclusive<usize>, |r, n| *r.start(), r.end().saturating_add(1);
            RangeFrom<usize>, |r, n| r.start, n;
            RangeTo<usize>, |r, n| 0, r.end;
            RangeToInclusive<usize>, |r, n| 0, r.end.saturating_add(1);
            RangeFull, |r, n| 0, n;
        }
    )* };
}
macro_rules! range_keys {
    ($generics:tt $t:ty; $($range:ty, |$r:ident, $n:ident| $start:expr, $end:expr;)*) => {
        $(range_keys! { @one $generics $t; $range, |$r, $n| $start, $end })*
    };
    (@one [$($generics:tt)*] $t:ty; $range:ty, |$r:ident, $n:ident| $start:expr, $end:expr) => {
        impl<T, $($generics)*> IndexKey<$range> for $t {
            type Key = Part;
            type Rest = Whole<Part>;
            #[inline(always)]
            #[allow(unused_variables, reason = "not every range has two ends")]
            fn key(&self, $r: $range) -> Part {
                let $n = self.len();
                Part { start: $start, end: $end }
            }
            #[inline(always)]
            fn rest(&self, index: $range) -> Whole<Part> {
                Whole(self.key(index))
            }
        }
    };
}
sequence_keys! {
    [] [T];
    [] Vec<T>;
    [const N: usize] [T; N];
}

macro_rules! forward_keys {
    ($($t:ty),*) => { $(
        impl<I, T: ?Sized + IndexKey<I>> IndexKey<I> for $t {
            type Key = T::Key;
            type Rest = T::Rest;
            #[inline(always)]
            fn key(&self, index: I) -> T::Key {
                T::key(self, index)
            }
            #[inline(always)]
            fn rest(&self, index: I) -> T::Rest {
                T::rest(self, index)
            }
        }
        impl<T: ?Sized + Elements> Elements for $t {
            #[inline(always)]
            fn count_of(&self) -> usize {
                T::count_of(self)
            }
        }
    )* };
}
forward_keys!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

/// Lengthens a cotangent with zeros.
#[inline]
fn grow<B: Tangent>(bar: &mut Vec<B>, len: usize) {
    if bar.len() < len {
        bar.resize_with(len, B::zero);
    }
}

impl<B: Tangent> IndexBar<usize> for Vec<B> {
    type Elem = B;
    #[inline]
    fn at(&mut self, index: usize) -> &mut B {
        grow(self, index.saturating_add(1));
        &mut self[index]
    }
}

impl<B: Tangent> IndexBar<Part> for Vec<B> {
    type Elem = [B];
    #[inline]
    fn at(&mut self, part: Part) -> &mut [B] {
        grow(self, part.end);
        &mut self[part.start..part.end]
    }
}

macro_rules! fixed_length {
    ($([$($generics:tt)*] $t:ty;)*) => { $(
        impl<B, $($generics)*> IndexBar<usize> for $t {
            type Elem = B;
            #[inline(always)]
            fn at(&mut self, index: usize) -> &mut B {
                &mut self[index]
            }
        }
        impl<B, $($generics)*> IndexBar<Part> for $t {
            type Elem = [B];
            #[inline(always)]
            fn at(&mut self, part: Part) -> &mut [B] {
                &mut self[part.start..part.end]
            }
        }
    )* };
}
fixed_length! {
    [] [B];
    [const N: usize] [B; N];
}

macro_rules! dots {
    ($([$($generics:tt)*] $t:ty;)*) => { $(
        impl<B: Tangent, $($generics)*> IndexDot<usize> for $t {
            type Part = B;
            type Elem = B;
            #[inline]
            fn peek(&self, index: usize) -> Option<&B> {
                <[B]>::get(self, index)
            }
            #[inline]
            fn get(&self, index: usize) -> B {
                owned(self.peek(index))
            }
        }
        impl<B: Tangent, $($generics)*> IndexDot<Part> for $t {
            type Part = [B];
            type Elem = Vec<B>;
            #[inline]
            fn peek(&self, part: Part) -> Option<&[B]> {
                <[B]>::get(self, part.start..part.end.min(self.len()))
            }
            #[inline]
            fn get(&self, part: Part) -> Vec<B> {
                owned(self.peek(part))
            }
        }
    )* };
}
dots! {
    [] [B];
    [] Vec<B>;
    [const N: usize] [B; N];
}

/// Parts of what carries no gradient carry none.
impl<K> IndexBar<K> for Inert {
    type Elem = Inert;
    #[inline(always)]
    fn at(&mut self, _: K) -> &mut Inert {
        self
    }
}

impl<K> IndexDot<K> for Inert {
    type Part = Inert;
    type Elem = Inert;
    #[inline(always)]
    fn peek(&self, _: K) -> Option<&Inert> {
        Some(self)
    }
    #[inline(always)]
    fn get(&self, _: K) -> Inert {
        Inert
    }
}

macro_rules! forward_places {
    ($($t:ty),*; $($m:ty),*) => {
        $(impl<K, B: ?Sized + IndexDot<K>> IndexDot<K> for $t {
            type Part = B::Part;
            type Elem = B::Elem;
            #[inline(always)]
            fn peek(&self, key: K) -> Option<&B::Part> {
                B::peek(self, key)
            }
            #[inline(always)]
            fn get(&self, key: K) -> B::Elem {
                B::get(self, key)
            }
        })*
        $(impl<K, B: ?Sized + IndexBar<K>> IndexBar<K> for $m {
            type Elem = B::Elem;
            #[inline(always)]
            fn at(&mut self, key: K) -> &mut B::Elem {
                B::at(self, key)
            }
        })*
    };
}
forward_places!(&B, &mut B, Box<B>; &mut B, Box<B>);
