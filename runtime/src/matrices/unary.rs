//! Operations of one matrix that yield a matrix: negation, `transpose`, `normalize`.
//!
//! Input: a matrix. Output: the rules. Invariant: each is linear in ẋ, and the adjoint of each is written as the same kind of loop.

use super::{MatrixShape, add_each, entries_of, inner, map_each};
use crate::differentiable::Tangent;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix};
use std::iter::repeat;

/// z = −x.
impl<T: Real, R: Dim, C: Dim> Rule1<op::Neg, (), OMatrix<T, R, C>> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn pull(x: Kept<Self>, _: &(), _: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
        add_each(x_bar, x.shape(), z_bar.as_slice(), repeat(-T::ONE));
    }
    #[inline]
    fn push(_: Kept<Self>, _: &(), z: Kept<Self>, x_dot: &Self) -> Self {
        map_each(z.shape(), x_dot.as_slice(), repeat(-T::ONE))
    }
}

/// a += bᵀ; nothing if b is a symbolic zero.
#[inline]
fn add_transposed<T: Real, R: Dim, C: Dim>(a: &mut OMatrix<T, R, C>, shape: &MatrixShape<R, C>, b: &[T])
where
    DefaultAllocator: Allocator<R, C>,
{
    let (rows, columns) = (shape.rows.value(), shape.columns.value());
    if b.is_empty() {
        return;
    }
    for (j, column) in entries_of(a, shape).chunks_exact_mut(rows).enumerate() {
        for (a, b) in column.iter_mut().zip(b[j..].iter().step_by(columns)) {
            *a += *b;
        }
    }
}

/// z = xᵀ.
impl<T: Real, R: Dim, C: Dim> Rule1<op::transpose, (), OMatrix<T, C, R>> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C> + Allocator<C, R>,
{
    #[inline]
    fn pull(x: Kept<Self>, _: &(), _: Kept<OMatrix<T, C, R>>, z_bar: &OMatrix<T, C, R>, x_bar: &mut Self) {
        add_transposed(x_bar, x.shape(), z_bar.as_slice());
    }
    #[inline]
    fn push(_: Kept<Self>, _: &(), z: Kept<OMatrix<T, C, R>>, x_dot: &Self) -> OMatrix<T, C, R> {
        let mut z_dot = Tangent::zero();
        add_transposed(&mut z_dot, z.shape(), x_dot.as_slice());
        z_dot
    }
}

/// (v − z ⟨z, v⟩) / ‖x‖, entry by entry: the derivative of z = x / ‖x‖ is its own adjoint. At x = 0 it is NaN, as z is.
#[inline]
fn across<'a, T: Real>(x: &[T], z: &'a [T], v: &'a [T]) -> impl Iterator<Item = T> + use<'a, T> {
    let (along, norm) = (inner(z, v.iter().copied()), Real::sqrt(inner(x, x.iter().copied())));
    z.iter().zip(v).map(move |(z, v)| (*v - *z * along) / norm)
}

/// z = x / ‖x‖.
impl<T: Real, R: Dim, C: Dim> Rule1<op::normalize, (), OMatrix<T, R, C>> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn pull(x: Kept<Self>, _: &(), z: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
        let shape = *x.shape();
        let terms = across(x.value().as_slice(), z.value().as_slice(), z_bar.as_slice());
        for (bar, term) in entries_of(x_bar, &shape).iter_mut().zip(terms) {
            *bar += term;
        }
    }
    #[inline]
    fn push(x: Kept<Self>, _: &(), z: Kept<Self>, x_dot: &Self) -> Self {
        if x_dot.is_empty() {
            return Tangent::zero();
        }
        let terms = across(x.value().as_slice(), z.value().as_slice(), x_dot.as_slice());
        OMatrix::from_iterator_generic(z.shape().rows, z.shape().columns, terms)
    }
}
