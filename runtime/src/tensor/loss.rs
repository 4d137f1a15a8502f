//! Losses: each the mean over entries, or over rows, as PyTorch's default.
//!
//! Input: predictions and targets. Output: a scalar. Invariant: a loss of logits never computes a probability that could round to 0 or 1;
//! softmax and cross-entropy are one operation with the adjoint (softmax − one-hot) / n.

use super::Tensor;
use super::construct::count;
use super::dims::{Dims, ShapeError, checked};
use crate::differentiable::Tangent;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1, Rule2};

/// Integer targets, or indices: `&[usize]`, `Vec<usize>`, `[usize; N]`, and references to them.
///
/// ```
/// # use pullback::prelude::*;
/// let logits: Tensor<f64> = tensor![[3.0, 0.0], [0.0, 3.0]];
/// let labels = vec![0, 1];
/// assert_eq!(logits.cross_entropy(&labels), logits.cross_entropy([0, 1]));
/// ```
pub trait Labels {
    /// As a slice.
    ///
    /// ```
    /// use pullback::tensor::Labels;
    /// assert_eq!(vec![2, 0].labels(), [2, 0]);
    /// ```
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
    ($($(#[doc = $doc:literal])* $op:ident $try_op:ident($($p:ident: $pt:ty),*), |$x:ident, $y:ident| $value:expr, $dx:expr, $dy:expr;)*) => { $(
        impl<T: Real> Tensor<T> {
            $(#[doc = $doc])*
            /// NaN for no entries.
            ///
            /// # Panics
            /// If the shapes differ.
            #[must_use]
            #[track_caller]
            pub fn $op(&self, target: &Tensor<T>, $($p: $pt),*) -> T {
                checked(self.$try_op(target, $($p),*))
            }

            $(#[doc = $doc])*
            /// NaN for no entries.
            ///
            /// # Errors
            /// If the shapes differ.
            pub fn $try_op(&self, target: &Tensor<T>, $($p: $pt),*) -> Result<T, ShapeError> {
                if self.dims() != target.dims() {
                    return Err(ShapeError::new(stringify!($op), &[self.dims(), target.dims()], "the shapes differ"));
                }
                Ok(pairs(self, target, |$x, $y| $value).sum::<T>() * share::<T>(self.numel()))
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
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let (x, y): (Tensor, Tensor) = (tensor![1.0, 2.0], tensor![1.0, 4.0]);
    /// assert_eq!(x.mse_loss(&y), 2.0);
    /// assert!(x.try_mse_loss(&Tensor::ones([3])).is_err());
    /// ```
    ///
    mse_loss try_mse_loss(), |x, y| (x - y) * (x - y), T::TWO * (x - y), T::TWO * (y - x);
    /// Binary cross-entropy of logits x with probabilities y, Σ (ln(1 + eˣ) − x y) / n, without overflow.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let (x, y): (Tensor<f64>, Tensor<f64>) = (tensor![0.0, 0.0], tensor![1.0, 0.0]);
    /// assert!((x.bce_with_logits(&y) - 2.0_f64.ln()).abs() < 1e-12);
    /// assert!(x.try_bce_with_logits(&Tensor::ones([3])).is_err());
    /// ```
    ///
    bce_with_logits try_bce_with_logits(), |x, y| x.softplus() - x * y, (x.sigmoid() - y), -x;
    /// Huber's loss, the mean of (x − y)² / 2 where |x − y| ≤ δ, else of δ (|x − y| − δ / 2).
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let (x, y): (Tensor, Tensor) = (tensor![0.0, 3.0], tensor![1.0, 0.0]);
    /// assert_eq!(x.huber_loss(&y, 1.0), 1.5);
    /// assert!(x.try_huber_loss(&Tensor::ones([3]), 1.0).is_err());
    /// ```
    ///
    huber_loss try_huber_loss(delta: T), |x, y| huber(x - y, delta), huber_slope(x - y, delta), huber_slope(y - x, delta);
}

fn huber<T: Real>(d: T, delta: T) -> T {
    let size = Real::abs(d);
    if size <= delta { T::HALF * d * d } else { delta * (size - T::HALF * delta) }
}

fn huber_slope<T: Real>(d: T, delta: T) -> T {
    if Real::abs(d) <= delta { d } else { delta * d.sign() }
}

/// The number of classes, once it is sure that there is one label below it for each row.
fn classes(op: &'static str, dims: &Dims, labels: &[usize]) -> Result<usize, ShapeError> {
    let wrong = |problem| Err(ShapeError::new(op, &[dims], problem));
    let &[rows, classes] = &dims[..] else { return wrong("a matrix [n, classes] is wanted".to_owned()) };
    if rows != labels.len() {
        return wrong(format!("{} labels for {rows} rows", labels.len()));
    }
    match labels.iter().find(|l| **l >= classes) {
        Some(label) => wrong(format!("label {label} of {classes} classes")),
        None => Ok(classes),
    }
}

/// The largest entry m of a row, and Σ exp(xᵢ − m).
fn exp_sum<T: Real>(row: &[T]) -> (T, T) {
    let most = row.iter().fold(T::NEG_INFINITY, |a, b| if a > *b || a.is_nan() { a } else { *b });
    (most, row.iter().map(|v| (*v - most).exp()).sum())
}

impl<T: Real> Tensor<T> {
    /// Cross-entropy of logits `[n, classes]` with integer targets: −Σ log_softmax(x)[i, labelᵢ] / n; NaN for no rows.
    ///
    /// # Panics
    /// If there is not one label below `classes` for each row.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let logits: Tensor<f64> = tensor![[0.0, 0.0]];
    /// assert!((logits.cross_entropy([1]) - 2.0_f64.ln()).abs() < 1e-12);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn cross_entropy<L: Labels>(&self, labels: L) -> T {
        checked(self.try_cross_entropy(labels))
    }

    /// Cross-entropy of logits `[n, classes]` with integer targets: −Σ log_softmax(x)[i, labelᵢ] / n; NaN for no rows.
    ///
    /// # Errors
    /// If there is not one label below `classes` for each row.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let logits: Tensor<f64> = Tensor::ones([2, 3]);
    /// assert_eq!(logits.try_cross_entropy([0, 3]).unwrap_err().to_string(), "cross_entropy: shape [2, 3]: label 3 of 3 classes");
    /// ```
    pub fn try_cross_entropy<L: Labels>(&self, labels: L) -> Result<T, ShapeError> {
        let labels = labels.labels();
        let classes = classes("cross_entropy", self.dims(), labels)?;
        let loss = |(row, label): (&[T], &usize)| {
            let (most, sum) = exp_sum(row);
            most + sum.ln() - row[*label]
        };
        Ok(self.as_slice().chunks_exact(classes.max(1)).zip(labels).map(loss).sum::<T>() * share::<T>(labels.len()))
    }

    /// The negative log-likelihood of log-probabilities `[n, classes]`: −Σ x[i, labelᵢ] / n; NaN for no rows.
    ///
    /// # Panics
    /// If there is not one label below `classes` for each row.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let log_p: Tensor<f64> = tensor![[-0.1, -2.0], [-3.0, -0.3]];
    /// assert!((log_p.nll_loss([0, 1]) - 0.2).abs() < 1e-12);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn nll_loss<L: Labels>(&self, labels: L) -> T {
        checked(self.try_nll_loss(labels))
    }

    /// The negative log-likelihood of log-probabilities `[n, classes]`: −Σ x[i, labelᵢ] / n; NaN for no rows.
    ///
    /// # Errors
    /// If there is not one label below `classes` for each row.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert!(Tensor::<f64>::ones([2, 3]).try_nll_loss([0]).is_err());
    /// ```
    pub fn try_nll_loss<L: Labels>(&self, labels: L) -> Result<T, ShapeError> {
        let labels = labels.labels();
        let classes = classes("nll_loss", self.dims(), labels)?;
        let sum: T = labels.iter().enumerate().map(|(i, label)| -self.as_slice()[i * classes + label]).sum();
        Ok(sum * share::<T>(labels.len()))
    }
}

impl<T: Real, L: Labels> Rule1<op::cross_entropy, (L,), T> for Tensor<T> {
    fn pull(x: Kept<Self>, (labels,): &(L,), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {
        let (x, labels) = (x.value(), labels.labels());
        let (g, classes) = (*z_bar * share::<T>(labels.len()), x.dims()[1].max(1));
        let (rows, bars) = (x.as_slice().chunks_exact(classes), x_bar.zeroed(x.dims()).chunks_exact_mut(classes));
        for ((row, bar), label) in rows.zip(bars).zip(labels) {
            let (most, sum) = exp_sum(row);
            let factor = g / sum;
            bar.iter_mut().zip(row).for_each(|(b, v)| *b += (*v - most).exp() * factor);
            bar[*label] -= g;
        }
    }
    fn push(x: Kept<Self>, p: &(L,), z: Kept<T>, x_dot: &Self) -> T {
        let mut gradient: Tensor<T> = Tangent::zero();
        <Self as Rule1<op::cross_entropy, (L,), T>>::pull(x, p, z, &T::ONE, &mut gradient);
        inner(&gradient, x_dot)
    }
}

impl<T: Real, L: Labels> Rule1<op::nll_loss, (L,), T> for Tensor<T> {
    fn pull(x: Kept<Self>, (labels,): &(L,), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {
        let (labels, dims) = (labels.labels(), x.shape());
        let (g, classes, bar) = (*z_bar * share::<T>(labels.len()), dims[1], x_bar.zeroed(dims));
        labels.iter().enumerate().for_each(|(i, label)| bar[i * classes + label] -= g);
    }
    fn push(_: Kept<Self>, (labels,): &(L,), _: Kept<T>, x_dot: &Self) -> T {
        if x_dot.is_zero() { T::ZERO } else { x_dot.nll_loss(labels.labels()) }
    }
}
