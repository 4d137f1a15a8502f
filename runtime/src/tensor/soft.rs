//! logsumexp, softmax and log_softmax along an axis.
//!
//! Input: a tensor, an axis. Output: a tensor of the same shape (logsumexp: a scalar, or one dimension fewer). Invariant: the largest entry
//! is subtracted before `exp`, so that nothing overflows.

use super::dims::{Axes, Dims, checked, single};
use super::Tensor;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1};

/// ln Σ exp xₖ.
fn logsumexp<T: Real>(run: impl Iterator<Item = T> + Clone) -> T {
    let most = run.clone().fold(T::NEG_INFINITY, |a, b| if a > b || a.is_nan() { a } else { b });
    if !most.is_finite() {
        return most;
    }
    most + run.map(|v| (v - most).exp()).sum::<T>().ln()
}

/// How the entries lie along an axis: outer, along, inner.
struct Lines {
    outer: usize,
    along: usize,
    inner: usize,
}

impl Lines {
    #[track_caller]
    fn of(op: &'static str, dims: &Dims, axis: &impl Axes) -> Lines {
        let axis = checked(dims.axis(op, single(op, axis)));
        Lines { outer: dims[..axis].iter().product(), along: dims[axis], inner: dims[axis + 1..].iter().product() }
    }

    /// Calls `f` with the indices of each line: start, step, length.
    fn each(&self, mut f: impl FnMut(usize, usize, usize)) {
        for o in 0..self.outer {
            for i in 0..self.inner {
                f(o * self.along * self.inner + i, self.inner, self.along);
            }
        }
    }
}

impl<T: Real> Tensor<T> {
    /// ln Σ exp xₖ over all entries, without overflow; −∞ for none.
    #[must_use]
    pub fn logsumexp(&self) -> T {
        logsumexp(self.as_slice().iter().copied())
    }

    /// `exp xₖ / Σ exp xⱼ` along an axis.
    ///
    /// # Panics
    /// If there is no such axis.
    #[must_use]
    #[track_caller]
    pub fn softmax(&self, axis: impl Axes) -> Self {
        self.log_softmax(axis).map(Real::exp)
    }

    /// `xₖ − ln Σ exp xⱼ` along an axis.
    ///
    /// # Panics
    /// If there is no such axis.
    #[must_use]
    #[track_caller]
    pub fn log_softmax(&self, axis: impl Axes) -> Self {
        let mut out = self.clone();
        let x = out.as_mut_slice();
        Lines::of("log_softmax", self.dims(), &axis).each(|start, step, n| {
            let sum = logsumexp((0..n).map(|k| self.as_slice()[start + k * step]));
            for k in 0..n {
                x[start + k * step] -= sum;
            }
        });
        out
    }
}

/// A linear map along each line: `out = f(entries of a, entries of z)`.
#[track_caller]
fn along<T: Real, A: Axes>(op: &'static str, dims: &Dims, axis: &A, a: &Tensor<T>, z: &Tensor<T>, f: impl Fn(T, T, T, T) -> T, by_z: bool) -> Vec<T> {
    let mut out = vec![T::ZERO; dims.numel()];
    let (a, z) = (a.as_slice(), z.as_slice());
    Lines::of(op, dims, axis).each(|start, step, n| {
        let at = |k: usize| start + k * step;
        let sum: T = (0..n).map(|k| a[at(k)]).sum();
        let weighted: T = (0..n).map(|k| a[at(k)] * if by_z { z[at(k)] } else { z[at(k)].exp() }).sum();
        for k in 0..n {
            out[at(k)] = f(a[at(k)], z[at(k)], sum, weighted);
        }
    });
    out
}

macro_rules! soft {
    ($($op:ident, $by_z:literal, |$g:ident, $z:ident, $sum:ident, $weighted:ident| $pull:expr, $push:expr;)*) => { $(
        impl<T: Real, A: Axes> Rule1<op::$op, (A,), Tensor<T>> for Tensor<T> {
            fn pull(x: Kept<Self>, (axis,): &(A,), z: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
                if z_bar.data.is_some() {
                    let part = along(stringify!($op), x.shape(), axis, z_bar, z.value(), |$g, $z, $sum, $weighted| $pull, $by_z);
                    x_bar.add_entries(x.shape(), part);
                }
            }
            fn push(x: Kept<Self>, (axis,): &(A,), z: Kept<Self>, x_dot: &Self) -> Self {
                if x_dot.data.is_none() {
                    return crate::differentiable::Tangent::zero();
                }
                Tensor::from_parts(*x.shape(), along(stringify!($op), x.shape(), axis, x_dot, z.value(), |$g, $z, $sum, $weighted| $push, $by_z))
            }
        }
    )* };
}
soft! {
    softmax, true, |g, z, _sum, weighted| z * (g - weighted), z * (g - weighted);
    log_softmax, false, |g, z, sum, weighted| { let _ = weighted; g - z.exp() * sum }, { let _ = (sum, z); g - weighted };
}
