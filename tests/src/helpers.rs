//! Differentiable functions of another crate, for the corpus to call.

use pullback::prelude::*;

/// x²/2
#[differentiable]
pub fn half_square(x: f64) -> f64 {
    0.5 * x * x
}

/// Adds `by` to each entry, and multiplies by the one before.
#[differentiable]
pub fn shift(x: &mut [f64], by: f64) {
    x[0] += by;
    for i in 1..x.len() {
        x[i] = (x[i] + by) * x[i - 1];
    }
}

/// A factor.
#[derive(Clone, Differentiable)]
pub struct Scale {
    /// The factor.
    pub by: f64,
}

#[differentiable]
impl Scale {
    /// `by · x`
    pub fn of(&self, x: f64) -> f64 {
        self.by * x
    }
}

mod deep {
    use pullback::prelude::*;

    /// x³
    #[differentiable]
    pub fn cube(x: f64) -> f64 {
        x * x * x
    }
}

pub use deep::cube as reexported;

/// x + sin x, at any precision.
#[differentiable]
pub fn generic<T: Real>(x: T) -> T {
    x + x.sin()
}
