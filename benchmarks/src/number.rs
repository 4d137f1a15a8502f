//! What the number types of other crates have in common. Input: one of them. Output: the arithmetic that the generic cases use.
//! Invariant: no case needs a constant made out of nothing, which some tapes can't give.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number that records or carries derivatives.
pub trait Number:
    Clone + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self> + Sized
{
    /// `self + c`.
    fn plus(self, c: f64) -> Self;
    /// `self · c`.
    fn times(self, c: f64) -> Self;
    /// The exponential.
    fn exp(self) -> Self;
    /// The natural logarithm.
    fn ln(self) -> Self;
    /// The hyperbolic tangent.
    fn tanh(self) -> Self;
    /// 1 / x.
    fn recip(self) -> Self;
    /// The square root.
    fn sqrt(self) -> Self;
    /// The sine.
    fn sin(self) -> Self;
    /// The cosine.
    fn cos(self) -> Self;
    /// Without derivatives.
    fn value(&self) -> f64;

    /// The square.
    fn squared(self) -> Self {
        self.clone() * self
    }

    /// 1 / (1 + exp −x).
    fn sigmoid(self) -> Self {
        (-self).exp().plus(1.0).recip()
    }
}

/// The sum of one or more numbers.
///
/// # Panics
/// If there are none.
pub fn sum<T: Number>(numbers: impl IntoIterator<Item = T>) -> T {
    numbers.into_iter().reduce(|a, b| a + b).expect("at least one number")
}

/// ln Σ exp xᵢ, without overflow.
pub fn log_sum_exp<T: Number>(x: &[T]) -> T {
    let largest = x.iter().map(Number::value).fold(f64::NEG_INFINITY, f64::max);
    sum(x.iter().map(|v| v.clone().plus(-largest).exp())).ln().plus(largest)
}

/// A function of many variables with one value.
pub trait Program: Clone + 'static {
    /// Where it is differentiated.
    fn point(&self) -> Vec<f64>;
    /// Its value.
    fn value<T: Number>(&self, x: &[T]) -> T;
}

/// A function of `N` variables with `M` values.
pub trait Map<const N: usize, const M: usize> {
    /// Its values.
    fn values<T: Number>(&self, x: &[T; N]) -> [T; M];
}
