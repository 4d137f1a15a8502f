//! Tangent forms of changes: from the container's tangent before the change to that after it.
//!
//! Input: the tangent, the key, and the tangent of what goes in. Output: the tangent of what comes out. Invariant: a linear change acts on
//! the tangent as it acts on the value.

use super::{Entries, Key, Many, One, lengthen, resolve};
use crate::differentiable::Tangent;
use std::ops::RangeBounds;

/// `x.swap(i, j)`.
pub fn swap<C: ?Sized + Entries>(dot: &mut C, &(n, (i, j)): &Key<(usize, usize)>) {
    dot.full(n).swap(i, j);
}

/// `x.reverse()`.
pub fn reverse<C: ?Sized + Entries>(dot: &mut C, &(n, ()): &Key<()>) {
    dot.full(n).reverse();
}

/// `x.rotate_left(k)`.
pub fn rotate_left<C: ?Sized + Entries>(dot: &mut C, &(n, (k,)): &Key<(usize,)>) {
    dot.full(n).rotate_left(k);
}

/// `x.rotate_right(k)`.
pub fn rotate_right<C: ?Sized + Entries>(dot: &mut C, &(n, (k,)): &Key<(usize,)>) {
    dot.full(n).rotate_right(k);
}

/// `x.sort_by(…)`.
pub fn arrange<C: ?Sized + Entries>(dot: &mut C, (n, (order,)): &Key<(Vec<usize>,)>) {
    super::arrange(dot.full(*n), order);
}

/// `x.retain(…)`, `x.dedup()`.
pub fn select<B: Tangent>(dot: &mut Vec<B>, (n, (kept,)): &Key<(Vec<usize>,)>) {
    lengthen(dot, *n);
    super::select(dot, kept);
}

/// `x.extend_from_within(range)`.
pub fn extend_from_within<B: Tangent>(dot: &mut Vec<B>, (n, (range,)): &Key<(impl RangeBounds<usize>,)>) {
    lengthen(dot, *n);
    dot.extend_from_within(resolve(range, *n));
}

/// `x.truncate(m)`.
pub fn truncate<B: Tangent>(dot: &mut Vec<B>, &(_, (m,)): &Key<(usize,)>) {
    dot.truncate(m);
}

/// `x.clear()`.
pub fn clear<B: Tangent>(dot: &mut Vec<B>, _: &Key<()>) {
    dot.clear();
}

/// `x.copy_within(range, to)`.
pub fn copy_within<C: ?Sized + Entries>(dot: &mut C, (n, (range, to)): &Key<(impl RangeBounds<usize>, usize)>) {
    let (dot, range) = (dot.full(*n), resolve(range, *n));
    let copied = dot[range].to_vec();
    dot[*to..][..copied.len()].clone_from_slice(&copied);
}

/// `x.fill(v)`.
pub fn fill<C: ?Sized + Entries>(dot: &mut C, &(n, ()): &Key<()>, value: impl One<C::Entry>) {
    dot.full(n).fill(value.one());
}

/// `x.resize(m, v)`.
pub fn resize<B: Tangent>(dot: &mut Vec<B>, &(n, (m,)): &Key<(usize,)>, value: impl One<B>) {
    lengthen(dot, n);
    dot.resize(m, value.one());
}

/// `x.insert(i, v)`.
pub fn insert<B: Tangent>(dot: &mut Vec<B>, &(_, (i,)): &Key<(usize,)>, value: impl One<B>) {
    lengthen(dot, i);
    dot.insert(i, value.one());
}

/// `x.remove(i)`.
pub fn remove<B: Tangent>(dot: &mut Vec<B>, &(n, (i,)): &Key<(usize,)>) -> B {
    lengthen(dot, n);
    dot.remove(i)
}

/// `x.swap_remove(i)`.
pub fn swap_remove<B: Tangent>(dot: &mut Vec<B>, &(n, (i,)): &Key<(usize,)>) -> B {
    lengthen(dot, n);
    dot.swap_remove(i)
}

/// `x.pop()`.
pub fn pop<B: Tangent>(dot: &mut Vec<B>, &(n, ()): &Key<()>) -> Option<B> {
    lengthen(dot, n);
    dot.pop()
}

/// `x.split_off(k)`.
pub fn split_off<B: Tangent>(dot: &mut Vec<B>, &(n, (k,)): &Key<(usize,)>) -> Vec<B> {
    lengthen(dot, n);
    dot.split_off(k)
}

/// `x.drain(range)`.
pub fn drain<B: Tangent>(dot: &mut Vec<B>, (n, (range,)): &Key<(impl RangeBounds<usize>,)>) -> Vec<B> {
    lengthen(dot, *n);
    dot.drain(resolve(range, *n)).collect()
}

/// `x.append(&mut y)`.
pub fn append<B: Tangent>(dot: &mut Vec<B>, &(n, ()): &Key<()>, value: impl Many<B>) {
    lengthen(dot, n);
    dot.extend(value.many());
}

/// `x.extend_from_slice(y)`, `x.extend(y)`.
pub fn extend<B: Tangent>(dot: &mut Vec<B>, key: &Key<()>, value: impl Many<B>) {
    append(dot, key, value);
}

/// `x.copy_from_slice(y)`, `x.clone_from_slice(y)`.
pub fn copy_from_slice<C: ?Sized + Entries>(dot: &mut C, &(n, ()): &Key<()>, value: impl Many<C::Entry>) {
    let mut from = value.many().into_iter();
    dot.full(n).fill_with(|| from.next().unwrap_or_else(Tangent::zero));
}
