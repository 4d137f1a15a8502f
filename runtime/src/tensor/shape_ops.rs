//! Operations that only move entries: each is a linear map that a view describes, and its adjoint is the transposed one.
//!
//! Input: a tensor. Output: the same entries in another shape or order, some of them, or repeated. Invariant: `gather` is the operation,
//! `scatter` its adjoint; nothing else is written down for any of them.

use super::Tensor;
use super::dims::{Axes, Dims, MAX_DIMS, ShapeError, checked, single, sizes};
use super::spans::Spans;
use super::view::View;
use crate::differentiable::Tangent;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1};

/// What a shape operation does: the view that reads the entries, and the result's shape.
struct Moved {
    view: View,
    dims: Dims,
}

impl Moved {
    /// The operation; storage is shared where the order stays.
    fn of<T: Real>(&self, x: &Tensor<T>) -> Tensor<T> {
        if self.view.keeps(x.dims()) {
            return Tensor { dims: self.dims, data: x.data.clone() };
        }
        if self.view.flips(x.dims()) {
            return x.flipped();
        }
        Tensor::from_parts(self.dims, self.view.gather(x.as_slice()))
    }
}

impl View {
    /// Whether the view is all of a buffer of this shape, in its own order.
    fn keeps(&self, dims: &Dims) -> bool {
        self.is_identity() && self.dims.numel() == dims.numel()
    }
}

type Outcome = Result<Moved, ShapeError>;

fn same(view: View) -> Outcome {
    Ok(Moved { dims: view.dims, view })
}

fn in_order(from: &Dims, dims: Dims) -> Outcome {
    Ok(Moved { view: View::of(from), dims })
}

fn wrong(op: &'static str, shapes: &[&Dims], problem: impl Into<String>) -> Outcome {
    Err(ShapeError::new(op, shapes, problem))
}

mod plan {
    use super::*;

    pub(super) fn t(d: &Dims) -> Outcome {
        match d.len() {
            0 | 1 => same(View::of(d)),
            2 => same(View::of(d).permute(&[1, 0])),
            _ => wrong("t", &[d], "more than two dimensions"),
        }
    }

    pub(super) fn transpose<A: Axes, B: Axes>(d: &Dims, a: &A, b: &B) -> Outcome {
        let (a, b) = (d.axis("transpose", single("transpose", a))?, d.axis("transpose", single("transpose", b))?);
        let mut order = Dims::of(0..d.len());
        order.swap(a, b);
        same(View::of(d).permute(&order))
    }

    pub(super) fn permute<A: Axes>(d: &Dims, order: &A) -> Outcome {
        let entries = order.entries();
        entries.iter().try_for_each(|a| d.axis("permute", *a).map(drop))?;
        if d.mark("permute", order).is_err() || entries.len() != d.len() {
            return wrong("permute", &[d], format!("{:?} does not name each dimension once", &entries[..]));
        }
        let n = d.len().cast_signed();
        let order = Dims::of(entries.iter().map(|a| a.rem_euclid(n).unsigned_abs()));
        same(View::of(d).permute(&order))
    }

    pub(super) fn reshape<A: Axes>(d: &Dims, shape: &A) -> Outcome {
        let entries = shape.entries();
        let known: usize = entries.iter().filter_map(|n| usize::try_from(*n).ok()).product();
        let open = entries.iter().filter(|n| **n < 0).count();
        let size = |n: &isize| if *n == -1 && open == 1 { d.numel().checked_div(known) } else { usize::try_from(*n).ok() };
        let to = Dims::of(entries.iter().map_while(size));
        if to.len() != entries.len() || to.numel() != d.numel() {
            return wrong("reshape", &[d], format!("its {} entries do not fill {:?}", d.numel(), &entries[..]));
        }
        in_order(d, to)
    }

    pub(super) fn flatten(d: &Dims) -> Outcome {
        in_order(d, Dims::new(&[d.numel()]))
    }

    pub(super) fn squeeze(d: &Dims) -> Outcome {
        in_order(d, Dims::of(d.iter().copied().filter(|n| *n != 1)))
    }

    pub(super) fn unsqueeze<A: Axes>(d: &Dims, axis: &A) -> Outcome {
        let (axis, n) = (single("unsqueeze", axis), d.len().cast_signed() + 1);
        let at = if axis < 0 { axis + n } else { axis };
        match usize::try_from(at) {
            Ok(at) if at <= d.len() => in_order(d, d.insert(at, 1)),
            _ => wrong("unsqueeze", &[d], format!("there is no dimension {axis}")),
        }
    }

    pub(super) fn broadcast_to<A: Axes>(d: &Dims, shape: &A) -> Outcome {
        let to = sizes("broadcast_to", shape);
        if d.broadcast(&to) != Some(to) {
            return wrong("broadcast_to", &[d, &to], "the first does not broadcast to the second");
        }
        same(View::broadcast(d, &to))
    }

    pub(super) fn narrow<A: Axes>(d: &Dims, axis: &A, start: &usize, len: &usize) -> Outcome {
        let axis = d.axis("narrow", single("narrow", axis))?;
        if start.checked_add(*len).is_none_or(|end| end > d[axis]) {
            return wrong("narrow", &[d], format!("{len} indices from {start} are out of range for dimension {axis}"));
        }
        same(View::of(d).narrow(axis, *start, *len))
    }

    pub(super) fn select<A: Axes>(d: &Dims, axis: &A, index: &usize) -> Outcome {
        let axis = d.axis("select", single("select", axis))?;
        if *index >= d[axis] {
            return wrong("select", &[d], format!("index {index} is out of range for dimension {axis}"));
        }
        let view = View::of(d).narrow(axis, *index, 1);
        Ok(Moved { view, dims: d.remove(axis) })
    }

    pub(super) fn slice<S: Spans>(d: &Dims, spans: &S) -> Outcome {
        let (mut view, mut stays, mut axis, mut problem) = (View::of(d), [true; MAX_DIMS], 0, None);
        spans.each(&mut d.iter().copied(), &mut |(start, end, stay)| {
            match d.get(axis) {
                None => problem = Some(format!("there is no dimension {axis}")),
                Some(n) if start > end || end > *n => problem = Some(format!("{start}..{end} is out of range for dimension {axis}")),
                Some(_) => (view, stays[axis]) = (view.narrow(axis, start, end - start), stay),
            }
            axis += 1;
        });
        match problem {
            Some(problem) => wrong("slice", &[d], problem),
            None => Ok(Moved { view, dims: Dims::of((0..d.len()).filter(|k| stays[*k]).map(|k| view.dims[k])) }),
        }
    }
}

macro_rules! moves {
    ($($op:ident $try_op:ident<$($g:ident: $bound:ident),*>($($p:ident: $pt:ty),*), $doc:literal, $example:literal, $wrong:literal;)*) => { $(
        impl<T: Real> Tensor<T> {
            #[doc = concat!($doc, "\n\n# Panics\nIf the shape does not allow it.\n\n```\n# use pullback::prelude::*;\nlet x: Tensor = tensor![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];\n", $example, "\n```")]
            #[must_use]
            #[track_caller]
            pub fn $op<$($g: $bound),*>(&self, $($p: $pt),*) -> Self {
                checked(self.$try_op($($p),*))
            }
            #[doc = concat!($doc, "\n\n# Errors\nIf the shape does not allow it.\n\n```\n# use pullback::prelude::*;\nlet x: Tensor = tensor![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];\n", $wrong, "\n```")]
            pub fn $try_op<$($g: $bound),*>(&self, $($p: $pt),*) -> Result<Self, ShapeError> {
                Ok(plan::$op(self.dims(), $(&$p),*)?.of(self))
            }
        }
        impl<T: Real, $($g: $bound),*> Rule1<op::$op, ($($pt,)*), Tensor<T>> for Tensor<T> {
            fn pull(x: Kept<Self>, ($($p,)*): &($($pt,)*), _: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
                if z_bar.data.is_none() {
                    return;
                }
                let view = checked(plan::$op(x.shape(), $($p),*)).view;
                let whole = |z: &Self| Tensor { dims: **x.shape(), data: z.data.clone() };
                match () {
                    () if view.keeps(x.shape()) => x_bar.accumulate(whole(z_bar)),
                    () if view.flips(x.shape()) && (x_bar.data.is_none() || z_bar.source().is_some()) => x_bar.accumulate(z_bar.flipped()),
                    () => view.scatter(z_bar.as_slice(), x_bar.zeroed(x.shape())),
                }
            }
            fn push(x: Kept<Self>, ($($p,)*): &($($pt,)*), _: Kept<Self>, x_dot: &Self) -> Self {
                if x_dot.data.is_none() {
                    return Tangent::zero();
                }
                checked(plan::$op(x.shape(), $($p),*)).of(x_dot)
            }
        }
    )* };
}
moves! {
    t try_t<>(), "The transpose of a matrix.",
        "assert_eq!(x.t().shape(), [3, 2]);", "assert!(Tensor::<f32>::ones([1, 2, 3]).try_t().is_err());";
    transpose try_transpose<A: Axes, B: Axes>(a: A, b: B), "Two dimensions exchanged.",
        "assert_eq!(x.transpose(0, -1), x.t());", "assert!(x.try_transpose(0, 2).is_err());";
    permute try_permute<A: Axes>(order: A), "The dimensions in another order.",
        "assert_eq!(x.permute([1, 0]), x.t());", "assert!(x.try_permute([0]).is_err());";
    reshape try_reshape<A: Axes>(shape: A), "The entries in another shape; a size of −1 is what is left.",
        "assert_eq!(x.reshape([3, -1]).shape(), [3, 2]);", "assert!(x.try_reshape([4]).is_err());";
    flatten try_flatten<>(), "The entries in one dimension.",
        "assert_eq!(x.flatten().shape(), [6]);", "assert!(x.try_flatten().is_ok());";
    squeeze try_squeeze<>(), "Without the dimensions of size 1.",
        "assert_eq!(x.unsqueeze(0).squeeze().shape(), [2, 3]);", "assert!(x.try_squeeze().is_ok());";
    unsqueeze try_unsqueeze<A: Axes>(axis: A), "With one more dimension, of size 1.",
        "assert_eq!(x.unsqueeze(-1).shape(), [2, 3, 1]);", "assert!(x.try_unsqueeze(4).is_err());";
    broadcast_to try_broadcast_to<A: Axes>(shape: A), "Repeated to a shape that it broadcasts to.",
        "assert_eq!(x.broadcast_to([4, 2, 3]).shape(), [4, 2, 3]);", "assert!(x.try_broadcast_to([3, 3]).is_err());";
    narrow try_narrow<A: Axes>(axis: A, start: usize, len: usize), "`len` indices of an axis, from `start`.",
        "assert_eq!(x.narrow(1, 1, 2), tensor![[2.0, 3.0], [5.0, 6.0]]);", "assert!(x.try_narrow(1, 2, 2).is_err());";
    select try_select<A: Axes>(axis: A, index: usize), "The part at one index of an axis.",
        "assert_eq!(x.select(1, 2), tensor![3.0, 6.0]);", "assert!(x.try_select(1, 3).is_err());";
    slice try_slice<S: Spans>(spans: S), "Ranges and indices of the dimensions, from the first on: `x.slice((0..2, .., 3))`. An index removes its dimension.",
        "assert_eq!(x.slice((1, ..2)), tensor![4.0, 5.0]);", "assert!(x.try_slice((.., 3..5)).is_err());";
}
