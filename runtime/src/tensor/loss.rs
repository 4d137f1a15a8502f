//! Losses: each the mean over entries, or over rows, as PyTorch's default.
//!
//! Input: predictions and targets. Output: a scalar. Invariant: a loss of logits never computes a probability that could round to 0 or 1;
//! softmax and cross-entropy are one operation with the adjoint (softmax − one-hot) / n.

use super::Tensor;
use super::construct::count;
use super::dims::{Dims, ShapeError, checked};
use super::reduce::{Reduction, logsumexp_of};
use crate::differentiable::Tangent;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1, Rule2};

/// Integer targets, or indices: `&[usize]`, `Vec<usize>`, `[usize; N]`, and references to them.
pub trait Labels {
    /// As a slice.
    fn labels(&self) -> &[usize];
}

impl<A: AsRef<[usize]> + ?Sized> Labels for A {
    fn labels(&self) -> &[usize] {
        self.as_ref()
    }
}

/// 1 / n; infinite for none, so that the mean of nothing is NaN.
fn share<T: Real>(n: usize) -> T {
    T::from_f64(count(n).recip())
}

/// ⟨g, ẋ⟩.
fn inner<T: Real>(gradient: &Tensor<T>, x_dot: &Tensor<T>) -> T {
    pairs(gradient, x_dot, |g, d| g * d).sum()
}

/// `f` of each pair of entries.
fn pairs<'a, T: Real>(x: &'a Tensor<T>, y: &'a Tensor<T>, f: impl Fn(T, T) -> T + 'a) -> impl Iterator<Item = T> + 'a {
    x.as_slice().iter().zip(y.as_slice()).map(move |(x, y)| f(*x, *y))
}

/// A loss of pairs of entries: its value and its derivatives in both.
macro_rules! pairwise {
    ($($(#[doc = $doc:literal])* $op:ident($($p:ident: $pt:ty),*), |$x:ident, $y:ident| $value:expr, $dx:expr, $dy:expr;)*) => { $(
        impl<T: Real> Tensor<T> {
            $(#[doc = $doc])*
            /// NaN for no entries.
            ///
            /// # Panics
            /// If the shapes differ.
            #[must_use]
            #[track_caller]
            pub fn $op(&self, target: &Tensor<T>, $($p: $pt),*) -> T {
                if self.dims() != target.dims() {
                    return checked(Err(ShapeError::new(stringify!($op), &[self.dims(), target.dims()], "the shapes differ")));
                }
                pairs(self, target, |$x, $y| $value).sum::<T>() * share::<T>(self.numel())
            }
        }

        #[allow(unused_variables, reason = "a derivative reads what its row keeps")]
        impl<T: Real> Rule2<op::$op, ($($pt,)*), Tensor<T>, T> for Tensor<T> {
            fn pull_lhs(x: Kept<Self>, y: Kept<Self>, p: &($($pt,)*), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {
                let (($($p,)*), g) = (*p, *z_bar * share::<T>(x.shape().numel()));
                x_bar.add_entries(x.shape(), pairs(x.value(), y.value(), |$x, $y| g * $dx).collect());
            }
            fn pull_rhs(x: Kept<Self>, y: Kept<Self>, p: &($($pt,)*), _: Kept<T>, z_bar: &T, y_bar: &mut Self) {
                let (($($p,)*), g) = (*p, *z_bar * share::<T>(x.shape().numel()));
                y_bar.add_entries(y.shape(), pairs(x.value(), y.value(), |$x, $y| g * $dy).collect());
            }
            fn push_lhs(x: Kept<Self>, y: Kept<Self>, p: &($($pt,)*), z: Kept<T>, x_dot: &Self) -> T {
                let mut gradient: Tensor<T> = Tangent::zero();
                <Self as Rule2<op::$op, ($($pt,)*), Tensor<T>, T>>::pull_lhs(x, y, p, z, &T::ONE, &mut gradient);
                inner(&gradient, x_dot)
            }
            fn push_rhs(x: Kept<Self>, y: Kept<Self>, p: &($($pt,)*), z: Kept<T>, y_dot: &Self) -> T {
                let mut gradient: Tensor<T> = Tangent::zero();
                <Self as Rule2<op::$op, ($($pt,)*), Tensor<T>, T>>::pull_rhs(x, y, p, z, &T::ONE, &mut gradient);
                inner(&gradient, y_dot)
            }
        }
    )* };
}
pairwise! {
    /// The mean squared error, Σ (x − y)² / n.
    mse_loss(), |x, y| (x - y) * (x - y), T::TWO * (x - y), T::TWO * (y - x);
    /// Binary cross-entropy of logits x with probabilities y, Σ (ln(1 + eˣ) − x y) / n, without overflow.
    bce_with_logits(), |x, y| x.softplus() - x * y, (x.sigmoid() - y), -x;
    /// Huber's loss, the mean of (x − y)² / 2 where |x − y| ≤ δ, else of δ (|x − y| − δ / 2).
    huber_loss(delta: T), |x, y| huber(x - y, delta), huber_slope(x - y, delta), huber_slope(y - x, delta);
}

fn huber<T: Real>(d: T, delta: T) -> T {
    let size = Real::abs(d);
    if size <= delta { T::HALF * d * d } else { delta * (size - T::HALF * delta) }
}

fn huber_slope<T: Real>(d: T, delta: T) -> T {
    if Real::abs(d) <= delta { d } else { delta * d.sign() }
}

/// Checks that there is one label for each row, and returns where in the entries each one points.
fn targets(op: &'static str, dims: &Dims, labels: &[usize]) -> Result<Vec<usize>, ShapeError> {
    let wrong = |problem| Err(ShapeError::new(op, &[dims], problem));
    let &[rows, classes] = &dims[..] else { return wrong("a matrix [n, classes] is wanted".to_owned()) };
    if rows != labels.len() {
        return wrong(format!("{} labels for {rows} rows", labels.len()));
    }
    match labels.iter().find(|l| **l >= classes) {
        Some(label) => wrong(format!("label {label} of {classes} classes")),
        None => Ok(labels.iter().enumerate().map(|(i, l)| i * classes + l).collect()),
    }
}

/// The lines of a matrix.
fn rows(op: &'static str, dims: &Dims) -> Reduction {
    checked(Reduction::over(op, dims, &1, false))
}

impl<T: Real> Tensor<T> {
    /// Cross-entropy of logits `[n, classes]` with integer targets: −Σ log_softmax(x)[i, labelᵢ] / n; NaN for no rows.
    ///
    /// # Panics
    /// If there is not one label below `classes` for each row.
    #[must_use]
    #[track_caller]
    pub fn cross_entropy<L: Labels>(&self, labels: L) -> T {
        let at = checked(targets("cross_entropy", self.dims(), labels.labels()));
        let total = logsumexp_of(&rows("cross_entropy", self.dims()), self.as_slice());
        let sum: T = at.iter().zip(total).map(|(k, total)| total - self.as_slice()[*k]).sum();
        sum * share::<T>(at.len())
    }

    /// The negative log-likelihood of log-probabilities `[n, classes]`: −Σ x[i, labelᵢ] / n; NaN for no rows.
    ///
    /// # Panics
    /// If there is not one label below `classes` for each row.
    #[must_use]
    #[track_caller]
    pub fn nll_loss<L: Labels>(&self, labels: L) -> T {
        let at = checked(targets("nll_loss", self.dims(), labels.labels()));
        let sum: T = at.iter().map(|k| -self.as_slice()[*k]).sum();
        sum * share::<T>(at.len())
    }
}

impl<T: Real, L: Labels> Rule1<op::cross_entropy, (L,), T> for Tensor<T> {
    fn pull(x: Kept<Self>, (labels,): &(L,), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {
        let g = *z_bar * share::<T>(labels.labels().len());
        let mut part = x.value().softmax(1).into_data();
        part.iter_mut().for_each(|p| *p *= g);
        for k in checked(targets("cross_entropy", x.shape(), labels.labels())) {
            part[k] -= g;
        }
        x_bar.add_entries(x.shape(), part);
    }
    fn push(x: Kept<Self>, p: &(L,), z: Kept<T>, x_dot: &Self) -> T {
        let mut gradient: Tensor<T> = Tangent::zero();
        <Self as Rule1<op::cross_entropy, (L,), T>>::pull(x, p, z, &T::ONE, &mut gradient);
        inner(&gradient, x_dot)
    }
}

impl<T: Real, L: Labels> Rule1<op::nll_loss, (L,), T> for Tensor<T> {
    fn pull(x: Kept<Self>, (labels,): &(L,), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {
        let g = *z_bar * share::<T>(labels.labels().len());
        let at = checked(targets("nll_loss", x.shape(), labels.labels()));
        let bar = x_bar.zeroed(x.shape());
        at.into_iter().for_each(|k| bar[k] -= g);
    }
    fn push(x: Kept<Self>, (labels,): &(L,), _: Kept<T>, x_dot: &Self) -> T {
        if x_dot.is_zero() {
            return T::ZERO;
        }
        let at = checked(targets("nll_loss", x.shape(), labels.labels()));
        let sum: T = at.iter().map(|k| -x_dot.as_slice()[*k]).sum();
        sum * share::<T>(at.len())
    }
}
