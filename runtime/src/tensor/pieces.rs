//! Putting tensors together and taking them apart: concat, stack, split, chunk.
//!
//! Input: a list of tensors and an axis; or one tensor. Output: one tensor; or a list. Invariant: every entry of a whole belongs to one
//! part, so that each adjoint only cuts, or puts together, cotangents.

use super::dims::{Axes, Dims, ShapeError, checked, single};
use super::storage::Buffer;
use super::view::View;
use super::{Layout, Tensor};
use crate::differentiable::{Differentiable, Tangent};
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1};
use std::borrow::Borrow;

impl<T: Real> Tensor<T> {
    /// Tensors one after the other along an axis: `Tensor::concat(&[&a, &b], 0)`.
    ///
    /// # Panics
    /// If there is none, or their shapes differ elsewhere than along the axis.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let (a, b): (Tensor, Tensor) = (tensor![[1.0], [2.0]], tensor![[3.0], [4.0]]);
    /// assert_eq!(Tensor::concat(&[&a, &b], 1), tensor![[1.0, 3.0], [2.0, 4.0]]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn concat<B: Borrow<Tensor<T>>>(parts: &[B], axis: impl Axes) -> Self {
        checked(Self::try_concat(parts, axis))
    }

    /// Tensors one after the other along an axis.
    ///
    /// # Errors
    /// If there is none, or their shapes differ elsewhere than along the axis.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let (a, b): (Tensor, Tensor) = (Tensor::ones([2, 1]), Tensor::ones([3, 1]));
    /// assert!(Tensor::try_concat(&[&a, &b], 1).is_err() && Tensor::try_concat(&[&a, &b], 0).is_ok());
    /// ```
    #[track_caller]
    pub fn try_concat<B: Borrow<Tensor<T>>>(parts: &[B], axis: impl Axes) -> Result<Self, ShapeError> {
        join("concat", &parts.iter().map(Borrow::borrow).collect::<Vec<_>>(), single("concat", &axis))
    }

    /// Tensors of one shape along a new axis: `Tensor::stack(&[&a, &b], 0)`.
    ///
    /// # Panics
    /// If there is none, or their shapes differ.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let (a, b): (Tensor, Tensor) = (tensor![1.0, 2.0], tensor![3.0, 4.0]);
    /// assert_eq!(Tensor::stack(&[&a, &b], 0), tensor![[1.0, 2.0], [3.0, 4.0]]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn stack<B: Borrow<Tensor<T>>>(parts: &[B], axis: impl Axes) -> Self {
        checked(Self::try_stack(parts, axis))
    }

    /// Tensors of one shape along a new axis.
    ///
    /// # Errors
    /// If there is none, or their shapes differ.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let (a, b): (Tensor, Tensor) = (Tensor::ones([2]), Tensor::ones([3]));
    /// assert!(Tensor::try_stack(&[&a, &b], 0).is_err());
    /// ```
    #[track_caller]
    pub fn try_stack<B: Borrow<Tensor<T>>>(parts: &[B], axis: impl Axes) -> Result<Self, ShapeError> {
        let axis = single("stack", &axis);
        let first = parts.first().ok_or_else(|| ShapeError::new("stack", &[], "there is nothing to put together"))?.borrow();
        let at = first.dims().insert(0, 1).axis("stack", axis)?;
        if let Some(other) = parts.iter().map(Borrow::borrow).find(|p| p.dims() != first.dims()) {
            return Err(ShapeError::new("stack", &[first.dims(), other.dims()], "the shapes differ"));
        }
        let raised = |p: &B| Tensor { dims: first.dims().insert(at, 1), data: p.borrow().data.clone() };
        let raised: Vec<Tensor<T>> = parts.iter().map(raised).collect();
        join("stack", &raised.iter().collect::<Vec<_>>(), at.cast_signed())
    }

    /// Parts of `size` along an axis; the last may be smaller. An empty axis gives one part.
    ///
    /// # Panics
    /// If there is no such axis, or `size` is 0.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![1.0, 2.0, 3.0];
    /// assert_eq!(x.split(2, 0), [tensor![1.0, 2.0], tensor![3.0]]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn split(&self, size: usize, axis: impl Axes) -> Vec<Self> {
        checked(self.try_split(size, axis))
    }

    /// Parts of `size` along an axis.
    ///
    /// # Errors
    /// If there is no such axis, or `size` is 0.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![1.0, 2.0, 3.0];
    /// assert!(x.try_split(0, 0).is_err());
    /// ```
    #[track_caller]
    pub fn try_split(&self, size: usize, axis: impl Axes) -> Result<Vec<Self>, ShapeError> {
        Ok(cut(self, split_sizes(self.dims(), size, &axis)?))
    }

    /// At most `chunks` parts of one size along an axis; the last may be smaller.
    ///
    /// # Panics
    /// If there is no such axis, or `chunks` is 0.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![1.0, 2.0, 3.0];
    /// assert_eq!(x.chunk(2, 0).len(), 2);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn chunk(&self, chunks: usize, axis: impl Axes) -> Vec<Self> {
        checked(self.try_chunk(chunks, axis))
    }

    /// At most `chunks` parts of one size along an axis.
    ///
    /// # Errors
    /// If there is no such axis, or `chunks` is 0.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![1.0, 2.0, 3.0];
    /// assert!(x.try_chunk(2, 1).is_err());
    /// ```
    #[track_caller]
    pub fn try_chunk(&self, chunks: usize, axis: impl Axes) -> Result<Vec<Self>, ShapeError> {
        Ok(cut(self, chunk_sizes(self.dims(), chunks, &axis)?))
    }
}

fn join<T: Real>(op: &'static str, parts: &[&Tensor<T>], axis: isize) -> Result<Tensor<T>, ShapeError> {
    let first = parts.first().ok_or_else(|| ShapeError::new(op, &[], "there is nothing to put together"))?.dims();
    let axis = first.axis(op, axis)?;
    let fits = |d: &Dims| d.len() == first.len() && d.with(axis, 0) == first.with(axis, 0);
    if let Some(other) = parts.iter().find(|p| !fits(p.dims())) {
        return Err(ShapeError::new(op, &[first, other.dims()], format!("they differ in more than dimension {axis}")));
    }
    let dims = first.with(axis, parts.iter().map(|p| p.dims()[axis]).sum());
    let (outer, inner): (usize, usize) = (dims[..axis].iter().product(), dims[axis + 1..].iter().product());
    let mut data = Buffer::empty(dims.numel());
    for o in 0..outer {
        for part in parts {
            let run = part.dims()[axis] * inner;
            data.extend_from_slice(&part.as_slice()[o * run..(o + 1) * run]);
        }
    }
    Ok(Tensor::from_parts(dims, data))
}

/// An axis, and the size of the parts along it.
#[track_caller]
fn split_sizes(dims: &Dims, size: usize, axis: &impl Axes) -> Result<(usize, usize), ShapeError> {
    if size == 0 {
        return Err(ShapeError::new("split", &[dims], "parts of size 0"));
    }
    Ok((dims.axis("split", single("split", axis))?, size))
}

#[track_caller]
fn chunk_sizes(dims: &Dims, chunks: usize, axis: &impl Axes) -> Result<(usize, usize), ShapeError> {
    if chunks == 0 {
        return Err(ShapeError::new("chunk", &[dims], "0 parts"));
    }
    let axis = dims.axis("chunk", single("chunk", axis))?;
    Ok((axis, dims[axis].div_ceil(chunks).max(1)))
}

/// The views of the parts of `size` along an axis.
fn views(dims: &Dims, (axis, size): (usize, usize)) -> impl Iterator<Item = View> {
    let (whole, n) = (View::of(dims), dims[axis]);
    (0..n.max(1)).step_by(size).map(move |start| whole.narrow(axis, start, size.min(n - start)))
}

fn cut<T: Real>(x: &Tensor<T>, sizes: (usize, usize)) -> Vec<Tensor<T>> {
    views(x.dims(), sizes).map(|v| Tensor::from_parts(v.dims, v.gather(x.as_slice()))).collect()
}

macro_rules! cuts {
    ($($op:ident $sizes:ident;)*) => { $(
        impl<T: Real, A: Axes> Rule1<op::$op, (usize, A), Vec<Tensor<T>>> for Tensor<T> {
            fn pull(x: Kept<Self>, (size, axis): &(usize, A), _: Kept<Vec<Self>>, y_bar: &Vec<Self>, x_bar: &mut Self) {
                for (view, bar) in views(x.shape(), checked($sizes(x.shape(), *size, axis))).zip(y_bar).filter(|(_, b)| !b.is_zero()) {
                    view.scatter(bar.as_slice(), x_bar.zeroed(x.shape()));
                }
            }
            fn push(x: Kept<Self>, (size, axis): &(usize, A), _: Kept<Vec<Self>>, x_dot: &Self) -> Vec<Self> {
                if x_dot.is_zero() { vec![] } else { cut(x_dot, checked($sizes(x.shape(), *size, axis))) }
            }
        }
    )* };
}
cuts! { split split_sizes; chunk chunk_sizes; }

/// The tangents of parts, symbolic zeros written out.
fn dots<T: Real, X: Differentiable<Base = Tensor<T>>>(parts: &[X], dots: &[Tensor<T>]) -> Vec<Tensor<T>> {
    let dot = |(k, part): (usize, &X)| match dots.get(k) {
        Some(dot) if !dot.is_zero() => dot.clone(),
        _ => part.base().map(|_| T::ZERO),
    };
    parts.iter().enumerate().map(dot).collect()
}

/// Adds z̄, cut along an axis, to the cotangents of the parts; `size` is what a part takes of the axis.
fn pull<'a, T: Real>(z_bar: &Tensor<T>, axis: usize, parts: impl Iterator<Item = (Dims, usize, &'a mut Tensor<T>)>) {
    let (whole, mut start) = (View::of(z_bar.dims()), 0);
    for (dims, size, bar) in parts {
        bar.add_entries(&dims, whole.narrow(axis, start, size).gather(z_bar.as_slice()));
        start += size;
    }
}

/// The rules for the kinds of lists: arrays, `Vec`s and slices, of tensors or references to them.
macro_rules! lists {
    ($([$($generics:tt)*] $list:ty, $tangent:ty, |$bars:ident, $n:ident| $lengthen:expr;)*) => { $(
        lists! { @op concat, |part, axis| part[axis]; [$($generics)*] $list, $tangent, |$bars, $n| $lengthen }
        lists! { @op stack, |part, axis| 1; [$($generics)*] $list, $tangent, |$bars, $n| $lengthen }
    )* };
    (
        @op $op:ident, |$part:ident, $axis:ident| $size:expr;
        [$($generics:tt)*] $list:ty, $tangent:ty, |$bars:ident, $n:ident| $lengthen:expr
    ) => {
        #[allow(unused_variables, reason = "a stacked part has size 1, an array its length")]
        impl<T, X, A, $($generics)*> Rule1<op::$op, (A,), Tensor<T>> for $list
        where
            T: Real,
            X: Differentiable<Base = Tensor<T>, Tangent = Tensor<T>, Shape = Layout>,
            A: Axes,
        {
            fn pull(x: Kept<Self>, (axis,): &(A,), z: Kept<Tensor<T>>, z_bar: &Tensor<T>, $bars: &mut $tangent) {
                if z_bar.is_zero() {
                    return;
                }
                let $axis = checked(z.shape().axis(stringify!($op), single(stringify!($op), axis)));
                let $n = x.value().len();
                $lengthen;
                pull(z_bar, $axis, x.value().iter().zip($bars).map(|(x, bar)| {
                    let $part = x.base().dims();
                    (*$part, $size, bar)
                }));
            }
            fn push(x: Kept<Self>, (axis,): &(A,), _: Kept<Tensor<T>>, x_dot: &$tangent) -> Tensor<T> {
                if x_dot.is_zero() {
                    return Tangent::zero();
                }
                Tensor::$op(&dots(&x.value()[..], &x_dot[..]), axis)
            }
        }
    };
}
lists! {
    [const N: usize] [X; N], [Tensor<T>; N], |bars, n| {};
    [] Vec<X>, Vec<Tensor<T>>, |bars, n| if bars.len() < n { bars.resize_with(n, Tangent::zero) };
    [] [X], Vec<Tensor<T>>, |bars, n| if bars.len() < n { bars.resize_with(n, Tangent::zero) };
}
