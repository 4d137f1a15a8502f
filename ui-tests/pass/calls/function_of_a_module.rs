//! No gradient is meant.
use pullback::prelude::*;

mod physics {
    pub fn friction(v: f64) -> f64 {
        0.1 * v * v
    }
}

#[differentiable]
fn force(v: f64) -> f64 {
    v - no_grad!(physics::friction(v))
}

fn main() {
    assert_eq!(force::grad(5.0), 1.0);
}
