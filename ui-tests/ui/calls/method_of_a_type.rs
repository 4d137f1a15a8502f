//! A call of an associated function without a derivative.
// message: MethodWithoutDerivative
use pullback::prelude::*;

struct Physics;

impl Physics {
    fn friction(v: f64) -> f64 {
        0.1 * v * v
    }
}

#[differentiable]
fn force(v: f64) -> f64 {
    v - Physics::friction(v)
    //~^ Physics::friction
}

fn main() {
    force::grad(1.0);
}
