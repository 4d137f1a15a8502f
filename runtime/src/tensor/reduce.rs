//! Reductions over all entries, or over given axes.
//!
//! Input: a tensor. Output: a scalar, or a tensor with fewer or shorter dimensions. Invariant: an axis reduction's result, with its axes
//! kept, broadcasts back to the operand's shape; every adjoint is `pull` along that broadcast.

use super::construct::count;
use super::dims::{Axes, Dims, MAX_DIMS, checked};
use super::view::View;
use super::Tensor;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1};

impl<T: Real> Tensor<T> {
    /// Σ xₖ; 0 for no entries.
    #[must_use]
    pub fn sum(&self) -> T {
        self.as_slice().iter().copied().sum()
    }
    /// Σ xₖ / n; NaN for no entries, as in PyTorch.
    #[must_use]
    pub fn mean(&self) -> T {
        self.sum() / T::from_f64(count(self.numel()))
    }
    /// Π xₖ; 1 for no entries.
    #[must_use]
    pub fn prod(&self) -> T {
        self.as_slice().iter().copied().product()
    }
    /// The largest entry. Its gradient is shared evenly among equals.
    ///
    /// # Panics
    /// If there is no entry.
    #[must_use]
    #[track_caller]
    pub fn max(&self) -> T {
        extreme("max", self, |a, b| a > b)
    }
    /// The smallest entry. Its gradient is shared evenly among equals.
    ///
    /// # Panics
    /// If there is no entry.
    #[must_use]
    #[track_caller]
    pub fn min(&self) -> T {
        extreme("min", self, |a, b| a < b)
    }
    /// The Euclidean norm, √Σ xₖ²; its gradient at 0 is 0.
    #[must_use]
    pub fn norm(&self) -> T {
        self.as_slice().iter().map(|v| *v * *v).sum::<T>().sqrt()
    }
    /// The unbiased variance, Σ (xₖ − x̄)² / (n − 1).
    #[must_use]
    pub fn var(&self) -> T {
        let mean = self.mean();
        let squares: T = self.as_slice().iter().map(|v| (*v - mean) * (*v - mean)).sum();
        squares / T::from_f64(count(self.numel()) - 1.0)
    }
    /// The square root of the unbiased variance.
    #[must_use]
    pub fn std(&self) -> T {
        self.var().sqrt()
    }
    /// Where the largest entry is, in row-major order. Not differentiable.
    ///
    /// # Panics
    /// If there is no entry.
    #[must_use]
    #[track_caller]
    pub fn argmax(&self) -> usize {
        position("argmax", self, |a, b| a > b)
    }
    /// Where the smallest entry is, in row-major order. Not differentiable.
    ///
    /// # Panics
    /// If there is no entry.
    #[must_use]
    #[track_caller]
    pub fn argmin(&self) -> usize {
        position("argmin", self, |a, b| a < b)
    }
    /// Where the largest entry of each run along an axis is. Not differentiable.
    ///
    /// # Panics
    /// If there is no such axis, or it is empty.
    #[must_use]
    #[track_caller]
    pub fn argmax_dim(&self, axis: isize) -> Vec<usize> {
        let axis = checked(self.dims().axis("argmax_dim", axis));
        let n = self.dims()[axis];
        let inner: usize = self.dims()[axis + 1..].iter().product();
        let outer: usize = self.dims()[..axis].iter().product();
        assert!(n > 0, "argmax_dim: shape {:?}: dimension {axis} is empty", self.dims());
        let at = |o: usize, k: usize, i: usize| self.as_slice()[(o * n + k) * inner + i];
        let best = |o, i| (1..n).fold(0, |best, k| if at(o, k, i) > at(o, best, i) { k } else { best });
        (0..outer).flat_map(|o| (0..inner).map(move |i| (o, i))).map(|(o, i)| best(o, i)).collect()
    }
}

#[track_caller]
fn position<T: Real>(op: &str, x: &Tensor<T>, better: impl Fn(T, T) -> bool) -> usize {
    assert!(x.numel() > 0, "{op}: shape {:?} has no entries", x.dims());
    let s = x.as_slice();
    (1..s.len()).fold(0, |best, k| if s[k].is_nan() && !s[best].is_nan() || better(s[k], s[best]) { k } else { best })
}

#[track_caller]
fn extreme<T: Real>(op: &str, x: &Tensor<T>, better: impl Fn(T, T) -> bool) -> T {
    x.as_slice()[position(op, x, better)]
}

/// The share of each entry in an extreme value: evenly among equals.
fn shares<T: Real>(x: &[T], z: T) -> Vec<T> {
    let equal: Vec<bool> = x.iter().map(|v| *v == z || (v.is_nan() && z.is_nan())).collect();
    let share = T::from_f64(count(equal.iter().filter(|e| **e).count()).max(1.0)).recip();
    equal.into_iter().map(|e| if e { share } else { T::ZERO }).collect()
}

/// ∂/∂xₖ of a product: the product of all others, exact with zeros among them.
fn products<T: Real>(x: &[T]) -> Vec<T> {
    let mut after = vec![T::ONE; x.len() + 1];
    for k in (0..x.len()).rev() {
        after[k] = after[k + 1] * x[k];
    }
    let mut before = T::ONE;
    x.iter()
        .zip(&after[1..])
        .map(|(v, a)| {
            let d = before * *a;
            before *= *v;
            d
        })
        .collect()
}

fn deviations<T: Real>(x: &[T], factor: T) -> Vec<T> {
    let mean = x.iter().copied().sum::<T>() / T::from_f64(count(x.len()));
    x.iter().map(|v| factor * (*v - mean)).collect()
}

/// The gradient of each reduction of a run of entries, given the run and its result.
macro_rules! reductions {
    ($($op:ident $dim:ident, $doc:literal, |$x:ident, $z:ident, $n:ident| $gradient:expr;)*) => { $(
        impl<T: Real> Rule1<op::$op, (), T> for Tensor<T> {
            fn pull(x: Kept<Self>, (): &(), z: Kept<T>, z_bar: &T, x_bar: &mut Self) {
                let dims = *x.shape();
                let g = gradient::$op(&x, &z, dims.numel());
                x_bar.add_entries(&dims, g.into_iter().map(|g| g * *z_bar).collect());
            }
            fn push(x: Kept<Self>, (): &(), z: Kept<T>, x_dot: &Self) -> T {
                let g = gradient::$op(&x, &z, x.shape().numel());
                g.iter().zip(x_dot.as_slice()).map(|(g, d)| *g * *d).sum()
            }
        }
        impl<T: Real> Tensor<T> {
            #[doc = concat!($doc, " over these axes; no axis stands for all of them. `keepdim` keeps them with size 1.\n\n# Panics\nIf there is no such axis.")]
            #[must_use]
            #[track_caller]
            pub fn $dim(&self, axes: impl Axes, keepdim: bool) -> Self {
                let r = Runs::of(stringify!($dim), self.dims(), &axes);
                let data = r.runs(self.as_slice()).map(|run| Tensor::from_parts(Dims::new(&[run.len()]), run).$op()).collect();
                Tensor::from_parts(if keepdim { r.kept } else { r.dropped }, data)
            }
        }
        impl<T: Real, A: Axes> Rule1<op::$dim, (A, bool), Tensor<T>> for Tensor<T> {
            fn pull(x: Kept<Self>, (axes, _): &(A, bool), z: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
                if z_bar.data.is_none() {
                    return;
                }
                let r = Runs::of(stringify!($dim), x.shape(), axes);
                let g = r.gradient(&x, &z, |x, z, n| gradient::$op(x, z, n));
                let scaled: Vec<T> = g.iter().enumerate().map(|(k, g)| *g * z_bar.as_slice()[k / r.length.max(1)]).collect();
                r.back.scatter(&scaled, x_bar.zeroed(x.shape()));
            }
            fn push(x: Kept<Self>, (axes, _): &(A, bool), z: Kept<Self>, x_dot: &Self) -> Self {
                let r = Runs::of(stringify!($dim), x.shape(), axes);
                if x_dot.data.is_none() {
                    return crate::differentiable::Tangent::zero();
                }
                let (g, d) = (r.gradient(&x, &z, |x, z, n| gradient::$op(x, z, n)), r.back.gather(x_dot.as_slice()));
                let sums = (0..r.dropped.numel()).map(|k| (k * r.length..(k + 1) * r.length).map(|j| g[j] * d[j]).sum());
                Tensor::from_parts(*z.shape(), sums.collect())
            }
        }
    )*
    mod gradient {
        use super::{Operand, Outcome, Real, count, deviations, products, shares};
        $(
            #[allow(unused_variables, reason = "a gradient reads what its row keeps")]
            pub(super) fn $op<T: Real, X: Operand<T>, Z: Outcome<T>>(x: &X, z: &Z, n: usize) -> Vec<T> {
                let $x = || x.entries();
                let $z = || z.outcome();
                let $n = T::from_f64(count(n));
                let g: Vec<T> = ($gradient)(n);
                g
            }
        )*
    } };
}

/// A reduced operand's entries.
trait Operand<T: Real> {
    fn entries(&self) -> &[T];
}
impl<T: Real> Operand<T> for Kept<'_, Tensor<T>> {
    fn entries(&self) -> &[T] {
        self.value().as_slice()
    }
}
impl<T: Real> Operand<T> for [T] {
    fn entries(&self) -> &[T] {
        self
    }
}
impl<T: Real> Operand<T> for &[T] {
    fn entries(&self) -> &[T] {
        self
    }
}

/// A reduction's result.
trait Outcome<T: Real> {
    fn outcome(&self) -> T;
}
impl<T: Real> Outcome<T> for Kept<'_, T> {
    fn outcome(&self) -> T {
        *self.value()
    }
}
impl<T: Real> Outcome<T> for T {
    fn outcome(&self) -> T {
        *self
    }
}

/// Entries grouped by what a reduction puts together.
struct Runs {
    /// The operand, its reduced axes last.
    back: View,
    /// The number of entries of a run.
    length: usize,
    kept: Dims,
    dropped: Dims,
}

impl Runs {
    #[track_caller]
    fn of(op: &'static str, dims: &Dims, axes: &impl Axes) -> Runs {
        let named: [bool; MAX_DIMS] = checked(dims.mark(op, axes));
        let all = axes.entries().is_empty();
        let reduced = |k: &usize| all || named[*k];
        let order: Vec<usize> = (0..dims.len()).filter(|k| !reduced(k)).chain((0..dims.len()).filter(reduced)).collect();
        let kept: Vec<usize> = (0..dims.len()).map(|k| if reduced(&k) { 1 } else { dims[k] }).collect();
        let dropped: Vec<usize> = (0..dims.len()).filter(|k| !reduced(k)).map(|k| dims[k]).collect();
        let length = (0..dims.len()).filter(reduced).map(|k| dims[k]).product();
        Runs { back: View::of(dims).permute(&order), length, kept: Dims::new(&kept), dropped: Dims::new(&dropped) }
    }

    fn runs<T: Real>(&self, entries: &[T]) -> impl Iterator<Item = Vec<T>> {
        let grouped = self.back.gather(entries);
        let length = self.length;
        (0..self.dropped.numel()).map(move |k| grouped[k * length..(k + 1) * length].to_vec())
    }

    /// The gradients of all runs, grouped.
    fn gradient<T: Real>(&self, x: &Kept<Tensor<T>>, z: &Kept<Tensor<T>>, g: impl Fn(&&[T], &T, usize) -> Vec<T>) -> Vec<T> {
        let grouped = self.back.gather(x.value().as_slice());
        let z = z.value().as_slice();
        (0..self.dropped.numel()).flat_map(|k| g(&&grouped[k * self.length..(k + 1) * self.length], &z[k], self.length)).collect()
    }
}

reductions! {
    sum sum_dim, "The sum", |x, z, n| |len| vec![T::ONE; len];
    mean mean_dim, "The mean", |x, z, n| |len| vec![n.recip(); len];
    prod prod_dim, "The product", |x, z, n| |_| products(x());
    max max_dim, "The largest entries", |x, z, n| |_| shares(x(), z());
    min min_dim, "The smallest entries", |x, z, n| |_| shares(x(), z());
    norm norm_dim, "The Euclidean norm", |x, z, n| |_| x().iter().map(|v| if z() == T::ZERO { T::ZERO } else { *v / z() }).collect();
    var var_dim, "The unbiased variance", |x, z, n| |_| deviations(x(), T::TWO / (n - T::ONE));
    std std_dim, "The unbiased standard deviation", |x, z, n| |_| deviations(x(), ((n - T::ONE) * z()).recip());
    logsumexp logsumexp_dim, "ln Σ exp xₖ, without overflow,", |x, z, n| |_| x().iter().map(|v| (*v - z()).exp()).collect();
}
