//! The function has the attribute.
use pullback::prelude::*;

#[differentiable]
fn friction(v: f64) -> f64 {
    0.1 * v * v
}

#[differentiable]
fn force(v: f64) -> f64 {
    v - friction(v)
}

fn main() {
    assert_eq!(force::grad(5.0), 0.0);
}
