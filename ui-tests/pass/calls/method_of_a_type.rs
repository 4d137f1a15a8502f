//! The associated function has the attribute.
use pullback::prelude::*;

struct Physics;

#[differentiable]
impl Physics {
    fn friction(v: f64) -> f64 {
        0.1 * v * v
    }
}

#[differentiable]
fn force(v: f64) -> f64 {
    v - Physics::friction(v)
}

fn main() {
    assert_eq!(force::grad(5.0), 0.0);
    let Physics = Physics;
}
