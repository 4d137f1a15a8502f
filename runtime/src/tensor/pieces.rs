//! Putting tensors together and taking them apart: concat, stack, split, index_select, gather, pad.
//!
//! Input: tensors, an axis, indices. Output: tensors. Invariant: every entry of a result comes from at most one entry of an operand, so
//! each adjoint adds an entry's cotangent where the entry came from.

use super::compare::Mask;
use super::dims::{Axes, Dims, ShapeError, checked, single};
use super::loss::Labels;
use super::view::View;
use super::Tensor;
use crate::differentiable::Tangent;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1};
use std::borrow::Borrow;

impl<T: Real> Tensor<T> {
    /// Tensors one after the other along an axis.
    ///
    /// # Panics
    /// If their other sizes differ, or there is none.
    #[must_use]
    #[track_caller]
    pub fn concat<B: Borrow<Tensor<T>>>(parts: &[B], axis: impl Axes) -> Self {
        checked(Self::try_concat(parts, axis))
    }

    /// Tensors one after the other along an axis.
    ///
    /// # Errors
    /// If their other sizes differ, or there is none.
    #[track_caller]
    pub fn try_concat<B: Borrow<Tensor<T>>>(parts: &[B], axis: impl Axes) -> Result<Self, ShapeError> {
        let parts: Vec<&Tensor<T>> = parts.iter().map(Borrow::borrow).collect();
        let Some(first) = parts.first() else { return Err(ShapeError::new("concat", &[], "there is nothing to put together")) };
        let axis = first.dims().axis("concat", single("concat", &axis))?;
        let mut total = 0;
        for part in &parts {
            if part.ndim() != first.ndim() || part.dims().with(axis, 0) != first.dims().with(axis, 0) {
                return Err(ShapeError::new("concat", &[first.dims(), part.dims()], format!("they differ in more than dimension {axis}")));
            }
            total += part.dims()[axis];
        }
        let mut out = Tensor::zeros(&first.dims().with(axis, total)[..]);
        let dims = *out.dims();
        let mut start = 0;
        for part in parts {
            let n = part.dims()[axis];
            View::of(&dims).narrow(axis, start, n).scatter(part.as_slice(), out.as_mut_slice());
            start += n;
        }
        Ok(out)
    }

    /// Tensors of one shape along a new axis.
    ///
    /// # Panics
    /// If their shapes differ, or there is none.
    #[must_use]
    #[track_caller]
    pub fn stack<B: Borrow<Tensor<T>>>(parts: &[B], axis: impl Axes) -> Self {
        let axis = single("stack", &axis);
        let parts: Vec<Tensor<T>> = parts.iter().map(|p| p.borrow().unsqueeze(axis)).collect();
        Tensor::concat(&parts, axis)
    }

    /// Parts of `size` along an axis; the last may be smaller.
    ///
    /// # Panics
    /// If there is no such axis, or `size` is 0.
    #[must_use]
    #[track_caller]
    pub fn split(&self, size: usize, axis: impl Axes) -> Vec<Self> {
        parts_of(self.dims(), size, &axis).into_iter().map(|v| Tensor::from_parts(v.dims, v.gather(self.as_slice()))).collect()
    }

    /// The parts at these indices of an axis, in their order.
    ///
    /// # Panics
    /// If there is no such axis or index.
    #[must_use]
    #[track_caller]
    pub fn index_select<L: Labels>(&self, axis: impl Axes, indices: L) -> Self {
        let (dims, from) = selected(self.dims(), &axis, indices.labels());
        Tensor::from_parts(dims, from.iter().map(|k| self.as_slice()[*k]).collect())
    }

    /// Along an axis, for each line of the other dimensions, the entry at the given index: `out = x[i, index[i]]` for the last axis of a
    /// matrix. The result has size 1 there.
    ///
    /// # Panics
    /// If there are not as many indices as lines, or one is out of range.
    #[must_use]
    #[track_caller]
    pub fn gather<L: Labels>(&self, axis: impl Axes, indices: L) -> Self {
        let (dims, from) = gathered(self.dims(), &axis, indices.labels());
        Tensor::from_parts(dims, from.iter().map(|k| self.as_slice()[*k]).collect())
    }

    /// `value` around the entries of an axis: `before` and `after` many.
    ///
    /// # Panics
    /// If there is no such axis.
    #[must_use]
    #[track_caller]
    pub fn pad(&self, axis: impl Axes, before: usize, after: usize, value: T) -> Self {
        let (dims, view) = padded(self.dims(), &axis, before, after);
        let mut out = Tensor::full(&dims[..], value);
        let inner: Vec<T> = self.as_slice().iter().map(|v| *v - value).collect();
        view.scatter(&inner, out.as_mut_slice());
        out
    }
}

#[track_caller]
fn parts_of(dims: &Dims, size: usize, axis: &impl Axes) -> Vec<View> {
    assert!(size > 0, "split: shape {dims:?}: parts of size 0");
    let axis = checked(dims.axis("split", single("split", axis)));
    let n = dims[axis];
    (0..n).step_by(size).map(|start| View::of(dims).narrow(axis, start, size.min(n - start))).collect()
}

#[track_caller]
fn selected(dims: &Dims, axis: &impl Axes, indices: &[usize]) -> (Dims, Vec<usize>) {
    let axis = checked(dims.axis("index_select", single("index_select", axis)));
    let n = dims[axis];
    assert!(indices.iter().all(|i| *i < n), "index_select: shape {dims:?}: indices {indices:?} are out of range for dimension {axis}");
    let inner: usize = dims[axis + 1..].iter().product();
    let outer: usize = dims[..axis].iter().product();
    let from = (0..outer).flat_map(|o| indices.iter().flat_map(move |i| (0..inner).map(move |k| (o * n + i) * inner + k)));
    (dims.with(axis, indices.len()), from.collect())
}

#[track_caller]
fn gathered(dims: &Dims, axis: &impl Axes, indices: &[usize]) -> (Dims, Vec<usize>) {
    let axis = checked(dims.axis("gather", single("gather", axis)));
    let n = dims[axis];
    let inner: usize = dims[axis + 1..].iter().product();
    let outer: usize = dims[..axis].iter().product();
    assert!(indices.len() == outer * inner, "gather: shape {dims:?}: {} indices for {} lines", indices.len(), outer * inner);
    assert!(indices.iter().all(|i| *i < n), "gather: shape {dims:?}: indices {indices:?} are out of range for dimension {axis}");
    let from = indices.iter().enumerate().map(|(k, i)| ((k / inner) * n + i) * inner + k % inner);
    (dims.with(axis, 1), from.collect())
}

#[track_caller]
fn padded(dims: &Dims, axis: &impl Axes, before: usize, after: usize) -> (Dims, View) {
    let axis = checked(dims.axis("pad", single("pad", axis)));
    let to = dims.with(axis, before + dims[axis] + after);
    (to, View::of(&to).narrow(axis, before, dims[axis]))
}

/// `bar[from[k]] += entries[k]`.
fn scatter_to<T: Real>(bar: &mut Tensor<T>, dims: &Dims, from: &[usize], entries: &[T]) {
    let bar = bar.zeroed(dims);
    from.iter().zip(entries).for_each(|(k, v)| bar[*k] += *v);
}

macro_rules! picks {
    ($($op:ident = $plan:ident;)*) => { $(
        impl<T: Real, A: Axes, L: Labels> Rule1<op::$op, (A, L), Tensor<T>> for Tensor<T> {
            fn pull(x: Kept<Self>, (axis, indices): &(A, L), _: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
                if z_bar.data.is_some() {
                    scatter_to(x_bar, x.shape(), &$plan(x.shape(), axis, indices.labels()).1, z_bar.as_slice());
                }
            }
            fn push(x: Kept<Self>, (axis, indices): &(A, L), _: Kept<Self>, x_dot: &Self) -> Self {
                if x_dot.data.is_none() {
                    return Tangent::zero();
                }
                let (dims, from) = $plan(x.shape(), axis, indices.labels());
                Tensor::from_parts(dims, from.iter().map(|k| x_dot.as_slice()[*k]).collect())
            }
        }
    )* };
}
picks! { index_select = selected; gather = gathered; }

impl<T: Real, A: Axes> Rule1<op::pad, (A, usize, usize, T), Tensor<T>> for Tensor<T> {
    fn pull(x: Kept<Self>, (axis, before, after, _): &(A, usize, usize, T), _: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
        if z_bar.data.is_some() {
            let (_, view) = padded(x.shape(), axis, *before, *after);
            x_bar.add_entries(x.shape(), view.gather(z_bar.as_slice()));
        }
    }
    fn push(_: Kept<Self>, (axis, before, after, _): &(A, usize, usize, T), _: Kept<Self>, x_dot: &Self) -> Self {
        if x_dot.data.is_none() { Tangent::zero() } else { x_dot.pad(axis, *before, *after, T::ZERO) }
    }
}

impl<T: Real, A: Axes> Rule1<op::split, (usize, A), Vec<Tensor<T>>> for Tensor<T> {
    fn pull(x: Kept<Self>, (size, axis): &(usize, A), _: Kept<Vec<Self>>, y_bar: &Vec<Self>, x_bar: &mut Self) {
        for (view, bar) in parts_of(x.shape(), *size, axis).into_iter().zip(y_bar) {
            if bar.data.is_some() {
                view.scatter(bar.as_slice(), x_bar.zeroed(x.shape()));
            }
        }
    }
    fn push(_: Kept<Self>, (size, axis): &(usize, A), _: Kept<Vec<Self>>, x_dot: &Self) -> Vec<Self> {
        if x_dot.data.is_none() { vec![] } else { x_dot.split(*size, axis) }
    }
}

/// The cotangent of a whole, cut along an axis, to each part.
fn cut<T: Real>(parts: &[Tensor<T>], axis: usize, z_bar: &Tensor<T>, bars: &mut [Tensor<T>]) {
    let mut start = 0;
    for (part, bar) in parts.iter().zip(bars) {
        let n = part.dims()[axis];
        bar.add_entries(part.dims(), View::of(z_bar.dims()).narrow(axis, start, n).gather(z_bar.as_slice()));
        start += n;
    }
}

/// The tangents of parts, zeros written out.
fn dots<T: Real>(parts: &[Tensor<T>], dots: &[Tensor<T>]) -> Vec<Tensor<T>> {
    let dot = |(k, p): (usize, &Tensor<T>)| match dots.get(k) {
        Some(d) if d.data.is_some() => d.clone(),
        _ => Tensor::zeros(p.shape()),
    };
    parts.iter().enumerate().map(dot).collect()
}

macro_rules! lists {
    ($([$($generics:tt)*] $t:ty, $tangent:ty, |$bars:ident, $n:ident| $lengthen:expr;)*) => { $(
        impl<T: Real, A: Axes, $($generics)*> Rule1<op::concat, (A,), Tensor<T>> for $t {
            fn pull(x: Kept<Self>, (axis,): &(A,), z: Kept<Tensor<T>>, z_bar: &Tensor<T>, $bars: &mut $tangent) {
                if z_bar.data.is_some() {
                    let axis = checked(z.shape().axis("concat", single("concat", axis)));
                    let $n = x.value().len();
                    $lengthen;
                    cut(&x.value()[..], axis, z_bar, &mut $bars[..]);
                }
            }
            fn push(x: Kept<Self>, (axis,): &(A,), _: Kept<Tensor<T>>, x_dot: &$tangent) -> Tensor<T> {
                Tensor::concat(&dots(&x.value()[..], &x_dot[..]), axis)
            }
        }
        impl<T: Real, A: Axes, $($generics)*> Rule1<op::stack, (A,), Tensor<T>> for $t {
            fn pull(x: Kept<Self>, (axis,): &(A,), z: Kept<Tensor<T>>, z_bar: &Tensor<T>, $bars: &mut $tangent) {
                if z_bar.data.is_some() {
                    let axis = checked(z.shape().axis("stack", single("stack", axis)));
                    let $n = x.value().len();
                    $lengthen;
                    for (k, bar) in $bars.iter_mut().enumerate() {
                        let part = z_bar.select(axis, k);
                        bar.add_entries(&z.shape().remove(axis), part.into_data());
                    }
                }
            }
            fn push(x: Kept<Self>, (axis,): &(A,), _: Kept<Tensor<T>>, x_dot: &$tangent) -> Tensor<T> {
                Tensor::stack(&dots(&x.value()[..], &x_dot[..]), axis)
            }
        }
    )* };
}
lists! {
    [const N: usize] [Tensor<T>; N], [Tensor<T>; N], |bars, _n| {};
    [] Vec<Tensor<T>>, Vec<Tensor<T>>, |bars, n| bars.resize_with(n, Tangent::zero);
    [] [Tensor<T>], Vec<Tensor<T>>, |bars, n| bars.resize_with(n, Tangent::zero);
}

impl<T: Real> Tensor<T> {
    /// The entries where the mask is set, in one dimension. Not differentiable; see `where_else`.
    ///
    /// # Panics
    /// If the mask has another shape.
    #[must_use]
    #[track_caller]
    pub fn masked(&self, mask: &Mask) -> Vec<T> {
        assert!(self.shape() == mask.shape(), "masked: shape {:?} and {:?} differ", self.shape(), mask.shape());
        self.as_slice().iter().zip(mask.as_slice()).filter(|(_, m)| **m).map(|(v, _)| *v).collect()
    }
}
