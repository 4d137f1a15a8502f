//! softmax and log_softmax along an axis.
//!
//! Input: a tensor, an axis. Output: a tensor of the same shape. Invariant: the largest entry of a line is subtracted before `exp`, so that
//! nothing overflows; an adjoint reads the result alone, and takes one `exp` an entry at most.

use super::Tensor;
use super::dims::{Axes, Dims, ShapeError, checked, single};
use super::reduce::{Reduction, line_maxima, logsumexp_of, sums};
use super::storage::Buffer;
use crate::differentiable::Tangent;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1};

/// The lines along one axis.
#[track_caller]
fn lines(op: &'static str, dims: &Dims, axis: &impl Axes) -> Result<Reduction, ShapeError> {
    Reduction::over(op, dims, &single(op, axis), true)
}

impl<T: Real> Tensor<T> {
    /// `exp xᵢ / Σ exp xⱼ` along an axis.
    ///
    /// # Panics
    /// If there is no such axis.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor<f64> = tensor![[0.0, 0.0], [1000.0, 0.0]];
    /// assert_eq!(x.softmax(1), tensor![[0.5, 0.5], [1.0, 0.0]]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn softmax(&self, axis: impl Axes) -> Self {
        checked(self.try_softmax(axis))
    }

    /// `exp xᵢ / Σ exp xⱼ` along an axis.
    ///
    /// # Errors
    /// If there is no such axis.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert!(Tensor::<f64>::ones([2]).try_softmax(1).is_err());
    /// ```
    #[track_caller]
    pub fn try_softmax(&self, axis: impl Axes) -> Result<Self, ShapeError> {
        let r = lines("softmax", self.dims(), &axis)?;
        let (x, most) = (self.as_slice(), line_maxima(&r, self.as_slice()));
        let mut out = Buffer::from(x);
        r.each(|i, k| out[i] = (x[i] - most[k]).exp());
        let sum = sums(&r, &out, |v, _| v);
        r.each(|i, k| out[i] /= sum[k]);
        Ok(Tensor::from_parts(*self.dims(), out))
    }

    /// `xᵢ − ln Σ exp xⱼ` along an axis, without overflow.
    ///
    /// # Panics
    /// If there is no such axis.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor<f64> = tensor![[1000.0, 0.0]];
    /// assert_eq!(x.log_softmax(1), tensor![[0.0, -1000.0]]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn log_softmax(&self, axis: impl Axes) -> Self {
        checked(self.try_log_softmax(axis))
    }

    /// `xᵢ − ln Σ exp xⱼ` along an axis.
    ///
    /// # Errors
    /// If there is no such axis.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert!(Tensor::<f64>::ones([2]).try_log_softmax(1).is_err());
    /// ```
    #[track_caller]
    pub fn try_log_softmax(&self, axis: impl Axes) -> Result<Self, ShapeError> {
        let r = lines("log_softmax", self.dims(), &axis)?;
        let (mut out, total) = (Buffer::from(self.as_slice()), logsumexp_of(&r, self.as_slice()));
        r.each(|i, k| out[i] -= total[k]);
        Ok(Tensor::from_parts(*self.dims(), out))
    }
}

/// `f(aᵢ, zᵢ, Σ g(aⱼ, zⱼ))`, the sum along the line of i.
fn combine<T: Real>(r: &Reduction, a: &[T], z: &[T], g: impl Fn(T, T) -> T, f: impl Fn(T, T, T) -> T) -> Buffer<T> {
    let (mut sum, mut out) = (Buffer::filled(r.results, T::ZERO), Buffer::from(a));
    r.each(|i, k| sum[k] += g(a[i], z[i]));
    r.each(|i, k| out[i] = f(a[i], z[i], sum[k]));
    out
}

/// The two linear maps of each: of the cotangent `a`, and of the tangent `a`; first what is summed along a line, then the result.
macro_rules! rules {
    ($($op:ident: pull |$a:ident, $z:ident, $sum:ident| $g:expr => $f:expr, push $h:expr => $p:expr;)*) => { $(
        #[allow(unused_variables, reason = "each reads what it needs")]
        impl<T: Real, A: Axes> Rule1<op::$op, (A,), Tensor<T>> for Tensor<T> {
            fn pull(x: Kept<Self>, (axis,): &(A,), z: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
                if !z_bar.is_zero() {
                    let r = checked(lines(stringify!($op), x.shape(), axis));
                    let part = combine(&r, z_bar.as_slice(), z.value().as_slice(), |$a, $z| $g, |$a, $z, $sum| $f);
                    x_bar.add_entries(x.shape(), part);
                }
            }
            fn push(x: Kept<Self>, (axis,): &(A,), z: Kept<Self>, x_dot: &Self) -> Self {
                if x_dot.is_zero() {
                    return Tangent::zero();
                }
                let r = checked(lines(stringify!($op), x.shape(), axis));
                let part = combine(&r, x_dot.as_slice(), z.value().as_slice(), |$a, $z| $h, |$a, $z, $sum| $p);
                Tensor::from_parts(**x.shape(), part)
            }
        }
    )* };
}
rules! {
    softmax: pull |a, z, sum| a * z => z * (a - sum), push a * z => z * (a - sum);
    log_softmax: pull |a, z, sum| a => a - z.exp() * sum, push a * z.exp() => a - sum;
}
