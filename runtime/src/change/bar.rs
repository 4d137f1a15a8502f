//! Adjoints of changes: from the container's cotangent after the change to that before it.
//!
//! Input: the cotangent, the key, and the cotangent of what came out. Output: the cotangent of what went in. Invariant: what the change
//! overwrote or removed has a zero cotangent before it, unless it came out.

use super::{Entries, Key, lengthen, resolve, total};
use crate::differentiable::Tangent;
use crate::rule::{Inert, take};
use std::ops::RangeBounds;

/// `x.swap(i, j)` is its own adjoint.
pub fn swap<C: ?Sized + Entries>(bar: &mut C, &(n, (i, j)): &Key<(usize, usize)>) {
    bar.full(n).swap(i, j);
}

/// `x.reverse()` is its own adjoint.
pub fn reverse<C: ?Sized + Entries>(bar: &mut C, &(n, ()): &Key<()>) {
    bar.full(n).reverse();
}

/// `x.rotate_left(k)`: x̄ is rotated to the right.
pub fn rotate_left<C: ?Sized + Entries>(bar: &mut C, &(n, (k,)): &Key<(usize,)>) {
    bar.full(n).rotate_right(k);
}

/// `x.rotate_right(k)`: x̄ is rotated to the left.
pub fn rotate_right<C: ?Sized + Entries>(bar: &mut C, &(n, (k,)): &Key<(usize,)>) {
    bar.full(n).rotate_left(k);
}

/// `x.sort_by(…)`: the entries go back to where they came from.
pub fn arrange<C: ?Sized + Entries>(bar: &mut C, (n, (order,)): &Key<(Vec<usize>,)>) {
    let bar = bar.full(*n);
    let sorted: Vec<C::Entry> = bar.iter_mut().map(take).collect();
    for (&k, b) in order.iter().zip(sorted) {
        bar[k] = b;
    }
}

/// `x.retain(…)`, `x.dedup()`: the entries go back to where they came from; what was removed has no cotangent.
pub fn select<B: Tangent>(bar: &mut Vec<B>, (n, (kept,)): &Key<(Vec<usize>,)>) {
    let selected = std::mem::take(bar);
    lengthen(bar, *n);
    for (&k, b) in kept.iter().zip(selected) {
        bar[k] = b;
    }
}

/// `x.extend_from_within(range)`: what was added goes back to where it was copied from.
pub fn extend_from_within<B: Tangent>(bar: &mut Vec<B>, (n, (range,)): &Key<(impl RangeBounds<usize>,)>) {
    lengthen(bar, *n);
    let copied = bar.split_off(*n);
    for (b, c) in bar[resolve(range, *n)].iter_mut().zip(copied) {
        b.accumulate(c);
    }
}

/// `x.truncate(m)`: what was cut off has no cotangent.
pub fn truncate<B: Tangent>(bar: &mut Vec<B>, &(_, (m,)): &Key<(usize,)>) {
    bar.truncate(m);
}

/// `x.clear()`.
pub fn clear<B: Tangent>(bar: &mut Vec<B>, _: &Key<()>) {
    bar.clear();
}

/// `x.copy_within(range, to)`: what was overwritten goes back to where it was copied from.
pub fn copy_within<C: ?Sized + Entries>(bar: &mut C, (n, (range, to)): &Key<(impl RangeBounds<usize>, usize)>) {
    let (bar, range) = (bar.full(*n), resolve(range, *n));
    let copied: Vec<C::Entry> = bar[*to..][..range.len()].iter_mut().map(take).collect();
    for (b, c) in bar[range].iter_mut().zip(copied) {
        b.accumulate(c);
    }
}

/// `x.fill(v)`: v̄ = Σ x̄ₖ.
pub fn fill<C: ?Sized + Entries>(bar: &mut C, &(n, ()): &Key<()>) -> C::Entry {
    total(bar.full(n))
}

/// `x.resize(m, v)`: v̄ is the sum over the new entries.
pub fn resize<B: Tangent>(bar: &mut Vec<B>, &(n, (m,)): &Key<(usize,)>) -> B {
    let sum = bar.get_mut(n..).map_or_else(B::zero, total);
    bar.truncate(n.min(m));
    sum
}

/// `x.insert(i, v)`: v̄ is taken out.
pub fn insert<B: Tangent>(bar: &mut Vec<B>, &(_, (i,)): &Key<(usize,)>) -> B {
    if i < bar.len() { bar.remove(i) } else { B::zero() }
}

/// `v = x.remove(i)`: v̄ is inserted.
pub fn remove<B: Tangent>(bar: &mut Vec<B>, &(_, (i,)): &Key<(usize,)>, out: B) {
    lengthen(bar, i);
    bar.insert(i, out);
}

/// `v = x.swap_remove(i)`: the entry that took the place goes back to the end.
pub fn swap_remove<B: Tangent>(bar: &mut Vec<B>, &(n, (i,)): &Key<(usize,)>, out: B) {
    lengthen(bar, n - 1);
    bar.push(out);
    bar.swap(i, n - 1);
}

/// `v = x.pop()`: v̄ is pushed, if there was a value.
pub fn pop<B: Tangent>(bar: &mut Vec<B>, &(n, ()): &Key<()>, out: Option<B>) {
    if let Some(last) = n.checked_sub(1) {
        lengthen(bar, last);
        bar.truncate(last);
        bar.push(out.unwrap_or_else(B::zero));
    }
}

/// `y = x.split_off(k)`: ȳ is appended.
pub fn split_off<B: Tangent>(bar: &mut Vec<B>, &(_, (k,)): &Key<(usize,)>, out: Vec<B>) {
    lengthen(bar, k);
    bar.truncate(k);
    bar.extend(out);
}

/// `y = x.drain(range)`: ȳ is put back in.
pub fn drain<B: Tangent>(bar: &mut Vec<B>, (n, (range,)): &Key<(impl RangeBounds<usize>,)>, mut out: Vec<B>) {
    let range = resolve(range, *n);
    lengthen(bar, range.start);
    lengthen(&mut out, range.len());
    bar.splice(range.start..range.start, out);
}

/// `x.append(&mut y)`: ȳ is split off.
pub fn append<B: Tangent>(bar: &mut Vec<B>, &(n, ()): &Key<()>) -> Vec<B> {
    if bar.len() > n { bar.split_off(n) } else { Vec::new() }
}

/// `x.extend_from_slice(y)`, `x.extend(y)`: ȳ is split off.
pub fn extend<B: Tangent>(bar: &mut Vec<B>, key: &Key<()>) -> Vec<B> {
    append(bar, key)
}

/// `x.copy_from_slice(y)`, `x.clone_from_slice(y)` of something else: x̄ goes to ȳ.
pub fn copied<C: ?Sized + Entries>(bar: &mut C, &(n, ()): &Key<()>, from: &mut (impl ?Sized + Gain<C::Entry>)) {
    from.gain(bar.full(n));
}

/// Cotangents that take over those of a slice.
pub trait Gain<B> {
    /// Adds them, and leaves zeros.
    fn gain(&mut self, from: &mut [B]);
}

impl<B: Tangent> Gain<B> for [B] {
    #[inline]
    fn gain(&mut self, from: &mut [B]) {
        for (bar, term) in self.iter_mut().zip(from) {
            bar.accumulate(take(term));
        }
    }
}

impl<B: Tangent> Gain<B> for Vec<B> {
    #[inline]
    fn gain(&mut self, from: &mut [B]) {
        lengthen(self, from.len());
        self[..].gain(from);
    }
}

impl<B: Tangent, const N: usize> Gain<B> for [B; N] {
    #[inline]
    fn gain(&mut self, from: &mut [B]) {
        self[..].gain(from);
    }
}

impl<B: Tangent> Gain<B> for Inert {
    #[inline]
    fn gain(&mut self, from: &mut [B]) {
        from.iter_mut().for_each(|b| drop(take(b)));
    }
}

/// `x.copy_from_slice(y)`, where `y` is a part of the same: ȳ is all of x̄.
pub fn copy_from_slice<C: ?Sized + Entries>(bar: &mut C, &(n, ()): &Key<()>) -> Vec<C::Entry> {
    bar.full(n).iter_mut().map(take).collect()
}
