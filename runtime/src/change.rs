//! Changes of a container that move its entries: `swap`, `insert`, `pop`, `sort_by`, `fill`, …; for each its adjoint and its tangent form.
//!
//! Input: the cotangent ([`bar`](mod@bar)) or tangent ([`dot`](mod@dot)) of the container, and a *key*: its length before the change, with the arguments. Output: the
//! cotangent as it was before the change; the tangent as it is after it. Invariant: a method and its two forms have the same name;
//! a `Vec` of tangents that is too short continues with zeros, and is given its full length only where entries move.
//!
//! ```
//! use pullback::change::{bar, dot};
//! let (mut x_bar, mut x_dot) = (vec![1.0, 2.0, 3.0], vec![1.0, 2.0]);
//! // x had two entries; x.insert(0, y) came first, then x.swap(0, 2)
//! bar::swap(&mut x_bar, &(3, (0, 2)));
//! assert_eq!(bar::insert(&mut x_bar, &(2, (0,))), 3.0);
//! assert_eq!(x_bar, [2.0, 1.0]);
//! dot::insert(&mut x_dot, &(2, (0,)), 5.0);
//! dot::swap(&mut x_dot, &(3, (0, 2)));
//! assert_eq!(x_dot, [2.0, 1.0, 5.0]);
//! ```

use crate::call::Absent;
use crate::differentiable::Tangent;
use crate::rule::take;
use std::cmp::Ordering;
use std::ops::{Bound, Range, RangeBounds};

pub mod bar;
pub mod dot;

/// A container's length before a change, and the arguments that carry no gradient.
pub type Key<A> = (usize, A);

/// The tangent of a sequence.
pub trait Entries {
    /// An entry's tangent.
    type Entry: Tangent;
    /// All `len` entries.
    fn full(&mut self, len: usize) -> &mut [Self::Entry];
}

impl<B: Tangent> Entries for [B] {
    type Entry = B;
    #[inline(always)]
    fn full(&mut self, _: usize) -> &mut [B] {
        self
    }
}
impl<B: Tangent, const N: usize> Entries for [B; N] {
    type Entry = B;
    #[inline(always)]
    fn full(&mut self, _: usize) -> &mut [B] {
        self
    }
}
impl<B: Tangent> Entries for Vec<B> {
    type Entry = B;
    #[inline]
    fn full(&mut self, len: usize) -> &mut [B] {
        lengthen(self, len);
        self
    }
}
impl<C: ?Sized + Entries> Entries for &mut C {
    type Entry = C::Entry;
    #[inline(always)]
    fn full(&mut self, len: usize) -> &mut [C::Entry] {
        C::full(self, len)
    }
}
impl<C: ?Sized + Entries> Entries for Box<C> {
    type Entry = C::Entry;
    #[inline(always)]
    fn full(&mut self, len: usize) -> &mut [C::Entry] {
        C::full(self, len)
    }
}

/// The tangent of a value that goes into a container; [`Absent`] stands for zero.
pub trait One<B> {
    /// The tangent.
    fn one(self) -> B;
}
impl<B: Tangent> One<B> for B {
    #[inline(always)]
    fn one(self) -> B {
        self
    }
}
impl<B: Tangent> One<B> for Absent {
    #[inline(always)]
    fn one(self) -> B {
        B::zero()
    }
}

/// The tangents of values that go into a container; missing ones are zero.
pub trait Many<B> {
    /// The tangents.
    fn many(self) -> Vec<B>;
}
impl<B: Tangent> Many<B> for Vec<B> {
    #[inline(always)]
    fn many(self) -> Vec<B> {
        self
    }
}
impl<B: Tangent, const N: usize> Many<B> for [B; N] {
    #[inline]
    fn many(self) -> Vec<B> {
        self.into()
    }
}
impl<B: Tangent> Many<B> for Box<[B]> {
    #[inline]
    fn many(self) -> Vec<B> {
        self.into()
    }
}
impl<B> Many<B> for Absent {
    #[inline(always)]
    fn many(self) -> Vec<B> {
        Vec::new()
    }
}

/// The order in which `sort_by` puts elements: the stable one.
pub fn order<T>(values: &[T], mut compare: impl FnMut(&T, &T) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| compare(&values[i], &values[j]));
    order
}

/// The order in which `sort_by_key` puts elements.
pub fn order_by_key<T, K: Ord>(values: &[T], mut key: impl FnMut(&T) -> K) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|&i| key(&values[i]));
    order
}

/// How two elements compare by a key.
pub fn by_key<T: ?Sized, K: Ord>(mut key: impl FnMut(&T) -> K, a: &T, b: &T) -> Ordering {
    key(a).cmp(&key(b))
}

/// The indices of the elements that `retain` keeps.
pub fn kept<T>(values: &[T], mut keep: impl FnMut(&T) -> bool) -> Vec<usize> {
    (0..values.len()).filter(|&k| keep(&values[k])).collect()
}

/// The indices of the elements that `dedup` keeps: those that differ from the one before.
pub fn distinct<T: PartialEq>(values: &[T]) -> Vec<usize> {
    (0..values.len()).filter(|&k| k == 0 || values[k] != values[k - 1]).collect()
}

/// Keeps the elements at these indices, which ascend.
pub fn select<T>(values: &mut Vec<T>, kept: &[usize]) {
    let (mut k, mut kept) = (0, kept.iter().copied().peekable());
    values.retain(|_| {
        k += 1;
        kept.next_if_eq(&(k - 1)).is_some()
    });
}

/// Puts elements in this order: afterwards `values[k]` is what `values[order[k]]` was.
///
/// # Panics
/// If `order` is not a permutation of the indices.
pub fn arrange<T>(values: &mut [T], order: &[usize]) {
    // each cycle is rotated in place; `at[k]` is where the element that belongs at `k` now lies
    let mut at = order.to_vec();
    for start in 0..values.len() {
        let mut k = start;
        while at[k] != start {
            let next = at[k];
            values.swap(k, next);
            at[k] = k;
            k = next;
        }
        at[k] = k;
    }
}

/// Gives a tangent this length at least.
fn lengthen<B: Tangent>(tangent: &mut Vec<B>, len: usize) {
    if tangent.len() < len {
        tangent.resize_with(len, B::zero);
    }
}

/// A range of indices of a container of this length.
fn resolve(range: &impl RangeBounds<usize>, len: usize) -> Range<usize> {
    let start = match range.start_bound() {
        Bound::Included(&k) => k,
        Bound::Excluded(&k) => k + 1,
        Bound::Unbounded => 0,
    };
    let end = match range.end_bound() {
        Bound::Included(&k) => k + 1,
        Bound::Excluded(&k) => k,
        Bound::Unbounded => len,
    };
    start..end
}

/// The sum of cotangents, which are zero afterwards.
fn total<B: Tangent>(bars: &mut [B]) -> B {
    bars.iter_mut().fold(B::zero(), |mut sum, b| {
        sum.accumulate(take(b));
        sum
    })
}
