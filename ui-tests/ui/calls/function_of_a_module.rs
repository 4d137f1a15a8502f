//! A call of a function of another module without a derivative.
// message: NoDerivative
use pullback::prelude::*;

mod physics {
    pub fn friction(v: f64) -> f64 {
        0.1 * v * v
    }
}

#[differentiable]
fn force(v: f64) -> f64 {
    v - physics::friction(v)
    //~^ physics::friction
}

fn main() {
    force::grad(1.0);
}
