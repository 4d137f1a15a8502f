//! Picking entries by index, and padding: index_select, gather, pad, masked.
//!
//! Input: a tensor, an axis, indices. Output: a tensor. Invariant: the operation is a list of where each entry comes from; the adjoint adds
//! each entry's cotangent there, so that an index that occurs twice is counted twice.

use super::Tensor;
use super::compare::Mask;
use super::dims::{Axes, Dims, ShapeError, checked, single};
use super::loss::Labels;
use super::storage::Buffer;
use super::view::View;
use crate::differentiable::Tangent;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1};

/// The result's shape, and where each of its entries comes from.
type Sources = (Dims, Vec<usize>);

/// An axis as the sizes before, along and after it; the axis itself; and whether all indices lie in it.
fn line(op: &'static str, dims: &Dims, axis: isize, indices: &[usize]) -> Result<(usize, usize, usize, usize), ShapeError> {
    let axis = dims.axis(op, axis)?;
    if let Some(index) = indices.iter().find(|i| **i >= dims[axis]) {
        return Err(ShapeError::new(op, &[dims], format!("index {index} is out of range for dimension {axis}")));
    }
    Ok((dims[..axis].iter().product(), dims[axis], dims[axis + 1..].iter().product(), axis))
}

fn index_select(dims: &Dims, axis: isize, indices: &[usize]) -> Result<Sources, ShapeError> {
    let (outer, n, inner, axis) = line("index_select", dims, axis, indices)?;
    let mut from = Vec::with_capacity(outer * indices.len() * inner);
    for o in 0..outer {
        for i in indices {
            from.extend((o * n + i) * inner..(o * n + i + 1) * inner);
        }
    }
    Ok((dims.with(axis, indices.len()), from))
}

fn gather(dims: &Dims, axis: isize, indices: &[usize]) -> Result<Sources, ShapeError> {
    let (outer, n, inner, axis) = line("gather", dims, axis, indices)?;
    let lines = outer * inner;
    let each = indices.len().checked_div(lines).unwrap_or(1);
    if each * lines != indices.len() {
        return Err(ShapeError::new("gather", &[dims], format!("{} indices for {lines} lines along dimension {axis}", indices.len())));
    }
    let from = indices.iter().enumerate().map(|(p, i)| (p / (each * inner) * n + i) * inner + p % inner);
    Ok((dims.with(axis, each), from.collect()))
}

fn pick<T: Real>(x: &Tensor<T>, (dims, from): Sources) -> Tensor<T> {
    let entries = x.as_slice();
    Tensor::from_parts(dims, from.into_iter().map(|k| entries[k]).collect())
}

macro_rules! picks {
    ($($(#[doc = $doc:literal])* $op:ident $try_op:ident;)*) => { $(
        impl<T: Real> Tensor<T> {
            $(#[doc = $doc])*
            ///
            /// # Panics
            /// If there is no such axis, an index is out of range, or their number does not fit.
            #[must_use]
            #[track_caller]
            pub fn $op(&self, axis: impl Axes, indices: impl Labels) -> Self {
                checked(self.$try_op(axis, indices))
            }

            $(#[doc = $doc])*
            ///
            /// # Errors
            /// If there is no such axis, an index is out of range, or their number does not fit.
            #[track_caller]
            pub fn $try_op(&self, axis: impl Axes, indices: impl Labels) -> Result<Self, ShapeError> {
                Ok(pick(self, $op(self.dims(), single(stringify!($op), &axis), indices.labels())?))
            }
        }

        impl<T: Real, A: Axes, L: Labels> Rule1<op::$op, (A, L), Tensor<T>> for Tensor<T> {
            fn pull(x: Kept<Self>, (axis, indices): &(A, L), _: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
                if z_bar.is_zero() {
                    return;
                }
                let (_, from) = checked($op(x.shape(), single(stringify!($op), axis), indices.labels()));
                let bar = x_bar.zeroed(x.shape());
                from.into_iter().zip(z_bar.as_slice()).for_each(|(k, g)| bar[k] += *g);
            }
            fn push(x: Kept<Self>, (axis, indices): &(A, L), _: Kept<Self>, x_dot: &Self) -> Self {
                if x_dot.is_zero() {
                    return Tangent::zero();
                }
                pick(x_dot, checked($op(x.shape(), single(stringify!($op), axis), indices.labels())))
            }
        }
    )* };
}
picks! {
    /// The parts at these indices of an axis, in their order; an index may occur more than once.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![[1.0, 2.0], [3.0, 4.0]];
    /// assert_eq!(x.index_select(1, [1, 1]), tensor![[2.0, 2.0], [4.0, 4.0]]);
    /// assert!(x.try_index_select(1, [2]).is_err());
    /// ```
    index_select try_index_select;
    /// Along each line of an axis the entries at that line's own indices: for the last axis of a matrix, `z[i, j] = x[i, index[i, j]]`.
    ///
    /// The indices lie as the result's entries do, row-major; it has the shape of `self` but for the axis, whose size is the number of
    /// indices divided by that of the lines. So `x.gather(1, &labels)` picks one entry of each row.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![[1.0, 2.0], [3.0, 4.0]];
    /// assert_eq!(x.gather(1, [1, 0]), tensor![[2.0], [3.0]]);
    /// assert!(x.try_gather(1, [0, 1, 0]).is_err());
    /// ```
    gather try_gather;
}

#[track_caller]
fn padded(dims: &Dims, axis: &impl Axes, before: usize, after: usize) -> Result<(Dims, View), ShapeError> {
    let axis = dims.axis("pad", single("pad", axis))?;
    let to = dims.with(axis, before + dims[axis] + after);
    Ok((to, View::of(&to).narrow(axis, before, dims[axis])))
}

impl<T: Real> Tensor<T> {
    /// `value` around the entries along an axis: `before` many and `after` many.
    ///
    /// # Panics
    /// If there is no such axis.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![1.0, 2.0];
    /// assert_eq!(x.pad(0, 1, 2, 0.0), tensor![0.0, 1.0, 2.0, 0.0, 0.0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn pad(&self, axis: impl Axes, before: usize, after: usize, value: T) -> Self {
        checked(self.try_pad(axis, before, after, value))
    }

    /// `value` around the entries along an axis.
    ///
    /// # Errors
    /// If there is no such axis.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![1.0, 2.0];
    /// assert!(x.try_pad(1, 1, 2, 0.0).is_err());
    /// ```
    #[track_caller]
    pub fn try_pad(&self, axis: impl Axes, before: usize, after: usize, value: T) -> Result<Self, ShapeError> {
        let (dims, view) = padded(self.dims(), &axis, before, after)?;
        let mut data = Buffer::filled(dims.numel(), value);
        view.runs(|at, from, _, run| data[from..from + run].copy_from_slice(&self.as_slice()[at..at + run]));
        Ok(Tensor::from_parts(dims, data))
    }

    /// The entries where the mask is set. Not differentiable; see [`where_else`](Tensor::where_else).
    ///
    /// # Panics
    /// If the mask has another shape.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![1.0, -2.0, 3.0];
    /// assert_eq!(x.masked(&x.gt(0.0)), [1.0, 3.0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn masked(&self, mask: &Mask) -> Vec<T> {
        assert!(self.shape() == mask.shape(), "masked: shape {:?} and {:?}: the shapes differ", self.shape(), mask.shape());
        self.as_slice().iter().zip(mask.as_slice()).filter(|(_, m)| **m).map(|(v, _)| *v).collect()
    }
}

impl<T: Real, A: Axes> Rule1<op::pad, (A, usize, usize, T), Tensor<T>> for Tensor<T> {
    fn pull(x: Kept<Self>, (axis, before, after, _): &(A, usize, usize, T), _: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
        if !z_bar.is_zero() {
            let (_, view) = checked(padded(x.shape(), axis, *before, *after));
            x_bar.add_entries(x.shape(), view.gather(z_bar.as_slice()));
        }
    }
    fn push(_: Kept<Self>, (axis, before, after, _): &(A, usize, usize, T), _: Kept<Self>, x_dot: &Self) -> Self {
        if x_dot.is_zero() { Tangent::zero() } else { x_dot.pad(axis, *before, *after, T::ZERO) }
    }
}
