//! The reductions themselves: of each, its value and its derivative.
//!
//! Input: a [`Reduction`] and the operand's entries. Output: the results; or each entry's derivative, ∂zₖ/∂xᵢ. Invariant: sums are
//! added pairwise along a contiguous run, so that the rounding error of long ones stays small.

use super::super::dims::{Dims, ShapeError};
use super::super::storage::Buffer;
use super::Reduction;
use crate::real::Real;

/// One reduction.
pub(super) trait Kernel<T: Real> {
    /// Whether the derivative reads the operand.
    const READS_X: bool = true;
    /// Whether the derivative reads the results.
    const READS_Z: bool = false;

    /// Whether a result needs an entry.
    const CHOOSES: bool = false;

    /// The results.
    fn values(r: &Reduction, x: &[T]) -> Buffer<T>;

    /// The derivative, if it is the same everywhere.
    fn constant(_: &Reduction) -> Option<T> {
        None
    }

    /// Calls `f(i, k, ∂zₖ/∂xᵢ)` for each entry.
    fn derivatives(r: &Reduction, x: &[T], z: &[T], f: impl FnMut(usize, usize, T));
}

/// The sum of `f` of a run of entries, pairwise.
fn pairwise<T: Real>(x: &[T], f: &impl Fn(T) -> T) -> T {
    const LANES: usize = 8;
    if x.len() > 64 * LANES {
        let (left, right) = x.split_at(x.len() / 2 / LANES * LANES);
        return pairwise(left, f) + pairwise(right, f);
    }
    let (chunks, rest) = x.as_chunks::<LANES>();
    let mut sums = [T::ZERO; LANES];
    for chunk in chunks {
        sums.iter_mut().zip(chunk).for_each(|(s, v)| *s += f(*v));
    }
    sums.into_iter().sum::<T>() + rest.iter().map(|v| f(*v)).sum::<T>()
}

/// `Σ f(xᵢ, k)` for each result k.
pub(in super::super) fn sums<T: Real>(r: &Reduction, x: &[T], f: impl Fn(T, usize) -> T) -> Buffer<T> {
    let mut out = Buffer::filled(r.results, T::ZERO);
    r.view.runs(|at, from, stride, run| {
        let part = &x[at..at + run];
        match stride {
            0 => out[from] += pairwise(part, &|v| f(v, from)),
            1 => out[from..from + run].iter_mut().zip(part).enumerate().for_each(|(j, (o, v))| *o += f(*v, from + j)),
            _ => part.iter().enumerate().for_each(|(j, v)| out[from + j * stride] += f(*v, from + j * stride)),
        }
    });
    out
}

/// Combines the entries of each result, in order.
fn fold<T: Real>(r: &Reduction, x: &[T], first: T, f: impl Fn(T, T) -> T) -> Buffer<T> {
    let mut out = Buffer::filled(r.results, first);
    r.each(|i, k| out[k] = f(out[k], x[i]));
    out
}

/// # Errors
/// If there is a result to which no entry goes.
pub(super) fn require_entries(op: &'static str, dims: &Dims, r: &Reduction) -> Result<(), ShapeError> {
    if r.entries > 0 || r.results == 0 { Ok(()) } else { Err(ShapeError::new(op, &[dims], "there are no entries to choose from")) }
}

pub(super) struct Sum;
impl<T: Real> Kernel<T> for Sum {
    const READS_X: bool = false;
    fn values(r: &Reduction, x: &[T]) -> Buffer<T> {
        sums(r, x, |v, _| v)
    }
    fn constant(_: &Reduction) -> Option<T> {
        Some(T::ONE)
    }
    fn derivatives(r: &Reduction, _: &[T], _: &[T], mut f: impl FnMut(usize, usize, T)) {
        r.each(|i, k| f(i, k, T::ONE));
    }
}

pub(super) struct Mean;
impl<T: Real> Kernel<T> for Mean {
    const READS_X: bool = false;
    fn values(r: &Reduction, x: &[T]) -> Buffer<T> {
        let mut out = sums(r, x, |v, _| v);
        let n = r.n::<T>();
        out.iter_mut().for_each(|z| *z /= n);
        out
    }
    fn constant(r: &Reduction) -> Option<T> {
        Some(r.n::<T>().recip())
    }
    fn derivatives(r: &Reduction, _: &[T], _: &[T], mut f: impl FnMut(usize, usize, T)) {
        let share = r.n::<T>().recip();
        r.each(|i, k| f(i, k, share));
    }
}

pub(super) struct Prod;
impl<T: Real> Kernel<T> for Prod {
    fn values(r: &Reduction, x: &[T]) -> Buffer<T> {
        fold(r, x, T::ONE, |a, b| a * b)
    }
    /// The product of all before times the product of all after, which needs no division.
    fn derivatives(r: &Reduction, x: &[T], _: &[T], mut f: impl FnMut(usize, usize, T)) {
        let (mut before, mut product) = (Buffer::filled(x.len(), T::ONE), Buffer::filled(r.results, T::ONE));
        r.each(|i, k| {
            before[i] = product[k];
            product[k] *= x[i];
        });
        let mut after = Buffer::filled(r.results, T::ONE);
        for i in (0..x.len()).rev() {
            let k = r.view.entry(i);
            f(i, k, before[i] * after[k]);
            after[k] *= x[i];
        }
    }
}

/// The derivative of an extreme value: evenly shared among the entries equal to it.
fn shares<T: Real>(r: &Reduction, x: &[T], z: &[T], mut f: impl FnMut(usize, usize, T)) {
    let equal = |i: usize, k: usize| x[i] == z[k] || (x[i].is_nan() && z[k].is_nan());
    let mut ties = Buffer::filled(r.results, T::ZERO);
    r.each(|i, k| ties[k] += if equal(i, k) { T::ONE } else { T::ZERO });
    r.each(|i, k| f(i, k, if equal(i, k) { ties[k].recip() } else { T::ZERO }));
}

macro_rules! extremes {
    ($($kernel:ident from $first:ident, |$a:ident, $b:ident| $keep:expr;)*) => { $(
        pub(super) struct $kernel;
        impl<T: Real> Kernel<T> for $kernel {
            const READS_Z: bool = true;
            const CHOOSES: bool = true;
            fn values(r: &Reduction, x: &[T]) -> Buffer<T> {
                fold(r, x, T::$first, |$a, $b| if $keep || $a.is_nan() { $a } else { $b })
            }
            fn derivatives(r: &Reduction, x: &[T], z: &[T], f: impl FnMut(usize, usize, T)) {
                shares(r, x, z, f);
            }
        }
    )* };
}
extremes! {
    Max from NEG_INFINITY, |a, b| a > b;
    Min from INFINITY, |a, b| a < b;
}

pub(super) struct Norm;
impl<T: Real> Kernel<T> for Norm {
    const READS_Z: bool = true;
    fn values(r: &Reduction, x: &[T]) -> Buffer<T> {
        let mut out = sums(r, x, |v, _| v * v);
        out.iter_mut().for_each(|z| *z = z.sqrt());
        out
    }
    fn derivatives(r: &Reduction, x: &[T], z: &[T], mut f: impl FnMut(usize, usize, T)) {
        r.each(|i, k| f(i, k, if z[k] == T::ZERO { T::ZERO } else { x[i] / z[k] }));
    }
}

fn means<T: Real>(r: &Reduction, x: &[T]) -> Buffer<T> {
    Mean::values(r, x)
}

/// n − 1; zero for fewer, so that a variance is 0/0.
fn degrees_of_freedom<T: Real>(r: &Reduction) -> T {
    (r.n::<T>() - T::ONE).relu()
}

pub(super) struct Var;
impl<T: Real> Kernel<T> for Var {
    fn values(r: &Reduction, x: &[T]) -> Buffer<T> {
        let mean = means(r, x);
        let mut out = sums(r, x, |v, k| (v - mean[k]) * (v - mean[k]));
        let freedom = degrees_of_freedom::<T>(r);
        out.iter_mut().for_each(|z| *z /= freedom);
        out
    }
    fn derivatives(r: &Reduction, x: &[T], _: &[T], mut f: impl FnMut(usize, usize, T)) {
        let (mean, freedom) = (means(r, x), degrees_of_freedom::<T>(r));
        r.each(|i, k| f(i, k, T::TWO * (x[i] - mean[k]) / freedom));
    }
}

pub(super) struct Std;
impl<T: Real> Kernel<T> for Std {
    const READS_Z: bool = true;
    fn values(r: &Reduction, x: &[T]) -> Buffer<T> {
        let mut out = Var::values(r, x);
        out.iter_mut().for_each(|z| *z = z.sqrt());
        out
    }
    fn derivatives(r: &Reduction, x: &[T], z: &[T], mut f: impl FnMut(usize, usize, T)) {
        let (mean, freedom) = (means(r, x), degrees_of_freedom::<T>(r));
        r.each(|i, k| f(i, k, if z[k] == T::ZERO { T::ZERO } else { (x[i] - mean[k]) / (freedom * z[k]) }));
    }
}

/// The largest entry of each result; −∞ for none.
pub(in super::super) fn line_maxima<T: Real>(r: &Reduction, x: &[T]) -> Buffer<T> {
    fold(r, x, T::NEG_INFINITY, |a, b| if a > b || a.is_nan() { a } else { b })
}

/// ln Σ exp xᵢ for each result.
pub(in super::super) fn logsumexp_of<T: Real>(r: &Reduction, x: &[T]) -> Buffer<T> {
    let most = line_maxima(r, x);
    let sum = sums(r, x, |v, k| (v - most[k]).exp());
    most.iter().zip(sum.iter()).map(|(m, s)| if m.is_finite() { *m + s.ln() } else { *m }).collect()
}

pub(super) struct LogSumExp;
impl<T: Real> Kernel<T> for LogSumExp {
    const READS_Z: bool = true;
    fn values(r: &Reduction, x: &[T]) -> Buffer<T> {
        logsumexp_of(r, x)
    }
    fn derivatives(r: &Reduction, x: &[T], z: &[T], mut f: impl FnMut(usize, usize, T)) {
        r.each(|i, k| f(i, k, (x[i] - z[k]).exp()));
    }
}
