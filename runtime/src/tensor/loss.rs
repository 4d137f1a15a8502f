//! Losses: each the mean over entries, or over rows, as PyTorch's default.
//!
//! Input: predictions and targets. Output: a scalar. Invariant: those with integer targets take what `AsRef<[usize]>` does; softmax and
//! cross-entropy are one operation with the adjoint (softmax − one-hot) / n.

use super::construct::count;
use super::dims::Dims;
use super::Tensor;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1, Rule2};

/// Integer targets or indices.
pub trait Labels {
    /// As a slice.
    fn labels(&self) -> &[usize];
}
impl<A: AsRef<[usize]> + ?Sized> Labels for A {
    fn labels(&self) -> &[usize] {
        self.as_ref()
    }
}

#[track_caller]
fn paired<T: Real>(op: &str, x: &Tensor<T>, y: &Tensor<T>) -> T {
    assert!(x.dims() == y.dims(), "{op}: shape {:?} and {:?} differ", x.dims(), y.dims());
    T::from_f64(count(x.numel()))
}

#[track_caller]
fn rows<T: Real>(op: &str, x: &Tensor<T>, labels: &[usize]) -> usize {
    assert!(x.ndim() == 2 && x.dims()[0] == labels.len(), "{op}: shape {:?} and [{}]: one label for each row is wanted", x.dims(), labels.len());
    let classes = x.dims()[1];
    assert!(labels.iter().all(|l| *l < classes), "{op}: shape {:?}: a label is not below {classes}", x.dims());
    classes
}

/// A loss of pairs of entries: its value and its derivatives in both.
macro_rules! pairwise {
    ($($op:ident($($p:ident: $pt:ty),*), $doc:literal, |$x:ident, $y:ident| $value:expr, $dx:expr, $dy:expr;)*) => { $(
        impl<T: Real> Tensor<T> {
            #[doc = concat!($doc, "\n\n# Panics\nIf the shapes differ.")]
            #[must_use]
            #[track_caller]
            pub fn $op(&self, target: &Tensor<T>, $($p: $pt),*) -> T {
                let n = paired(stringify!($op), self, target);
                let each = self.as_slice().iter().zip(target.as_slice()).map(|($x, $y)| { let ($x, $y) = (*$x, *$y); $value });
                each.sum::<T>() / n
            }
        }
        impl<T: Real> Rule2<op::$op, ($($pt,)*), Tensor<T>, T> for Tensor<T> {
            fn pull_lhs(x: Kept<Self>, y: Kept<Self>, p: &($($pt,)*), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {
                let ($($p,)*) = *p;
                let g = *z_bar / T::from_f64(count(x.shape().numel()));
                let each = x.value().as_slice().iter().zip(y.value().as_slice()).map(|($x, $y)| { let ($x, $y) = (*$x, *$y); g * $dx });
                x_bar.add_entries(x.shape(), each.collect());
            }
            fn pull_rhs(x: Kept<Self>, y: Kept<Self>, p: &($($pt,)*), _: Kept<T>, z_bar: &T, y_bar: &mut Self) {
                let ($($p,)*) = *p;
                let g = *z_bar / T::from_f64(count(x.shape().numel()));
                let each = x.value().as_slice().iter().zip(y.value().as_slice()).map(|($x, $y)| { let ($x, $y) = (*$x, *$y); g * $dy });
                y_bar.add_entries(y.shape(), each.collect());
            }
            fn push_lhs(x: Kept<Self>, y: Kept<Self>, p: &($($pt,)*), z: Kept<T>, x_dot: &Self) -> T {
                let mut bar = crate::differentiable::Tangent::zero();
                <Self as Rule2<op::$op, ($($pt,)*), Tensor<T>, T>>::pull_lhs(x, y, p, z, &T::ONE, &mut bar);
                T::from_f64(crate::differentiable::Tangent::dot(&bar, x_dot))
            }
            fn push_rhs(x: Kept<Self>, y: Kept<Self>, p: &($($pt,)*), z: Kept<T>, y_dot: &Self) -> T {
                let mut bar = crate::differentiable::Tangent::zero();
                <Self as Rule2<op::$op, ($($pt,)*), Tensor<T>, T>>::pull_rhs(x, y, p, z, &T::ONE, &mut bar);
                T::from_f64(crate::differentiable::Tangent::dot(&bar, y_dot))
            }
        }
    )* };
}
pairwise! {
    mse_loss(), "The mean squared error, Σ (x − y)² / n.", |x, y| (x - y) * (x - y), T::TWO * (x - y), T::TWO * (y - x);
    bce_with_logits(), "Binary cross-entropy of logits, Σ (ln(1 + eˣ) − x y) / n, without overflow.",
        |x, y| x.softplus() - x * y, { x.sigmoid() - y }, { let _ = y; -x };
    huber_loss(delta: T), "Huber's loss: (x − y)² / 2 where |x − y| ≤ δ, else δ (|x − y| − δ / 2); the mean.",
        |x, y| { let d = Real::abs(x - y); if d <= delta { T::HALF * d * d } else { delta * (d - T::HALF * delta) } },
        { let d = x - y; if Real::abs(d) <= delta { d } else { delta * d.sign() } },
        { let d = y - x; if Real::abs(d) <= delta { d } else { delta * d.sign() } };
}

impl<T: Real> Tensor<T> {
    /// Cross-entropy of logits `[n, classes]` with integer targets: −Σ log_softmax(x)[i, labelᵢ] / n.
    ///
    /// # Panics
    /// If there is not one label below `classes` for each row.
    #[must_use]
    #[track_caller]
    pub fn cross_entropy<L: Labels>(&self, labels: L) -> T {
        rows("cross_entropy", self, labels.labels());
        self.log_softmax(1).nll_loss(labels)
    }

    /// The negative log-likelihood of log-probabilities `[n, classes]`: −Σ x[i, labelᵢ] / n.
    ///
    /// # Panics
    /// If there is not one label below `classes` for each row.
    #[must_use]
    #[track_caller]
    pub fn nll_loss<L: Labels>(&self, labels: L) -> T {
        let labels = labels.labels();
        let classes = rows("nll_loss", self, labels);
        let sum: T = labels.iter().enumerate().map(|(i, l)| self.as_slice()[i * classes + l]).sum();
        -sum / T::from_f64(count(labels.len()))
    }
}


fn cross_entropy_gradient<T: Real>(x: &Tensor<T>, labels: &[usize], g: T) -> Vec<T> {
    let classes = x.dims()[1];
    let mut out: Vec<T> = x.softmax(1).into_data();
    let g = g / T::from_f64(count(labels.len()));
    out.iter_mut().for_each(|v| *v *= g);
    labels.iter().enumerate().for_each(|(i, l)| out[i * classes + l] -= g);
    out
}

fn nll_gradient<T: Real>(dims: &Dims, labels: &[usize], g: T) -> Vec<T> {
    let mut out = vec![T::ZERO; dims.numel()];
    let g = g / T::from_f64(count(labels.len()));
    labels.iter().enumerate().for_each(|(i, l)| out[i * dims[1] + l] -= g);
    out
}

impl<T: Real, L: Labels> Rule1<op::cross_entropy, (L,), T> for Tensor<T> {
    fn pull(x: Kept<Self>, (labels,): &(L,), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {

        x_bar.add_entries(x.shape(), cross_entropy_gradient(x.value(), labels.labels(), *z_bar));
    }
    fn push(x: Kept<Self>, (labels,): &(L,), _: Kept<T>, x_dot: &Self) -> T {
        cross_entropy_gradient(x.value(), labels.labels(), T::ONE).iter().zip(x_dot.as_slice()).map(|(g, d)| *g * *d).sum()
    }
}

impl<T: Real, L: Labels> Rule1<op::nll_loss, (L,), T> for Tensor<T> {
    fn pull(x: Kept<Self>, (labels,): &(L,), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {
        x_bar.add_entries(x.shape(), nll_gradient(x.shape(), labels.labels(), *z_bar));
    }
    fn push(x: Kept<Self>, (labels,): &(L,), _: Kept<T>, x_dot: &Self) -> T {
        nll_gradient(x.shape(), labels.labels(), T::ONE).iter().zip(x_dot.as_slice()).map(|(g, d)| *g * *d).sum()
    }
}
