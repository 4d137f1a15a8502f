//! A call of a method without a derivative.
// message: MethodWithoutDerivative
use pullback::prelude::*;

#[derive(Differentiable)]
struct Ball {
    mass: f64,
}

impl Ball {
    fn energy(&self, v: f64) -> f64 {
        0.5 * self.mass * v * v
    }
}

#[differentiable]
fn cost(ball: &Ball, v: f64) -> f64 {
    2.0 * ball.energy(v)
    //~^ energy
}

fn main() {
    cost::grad(&Ball { mass: 1.0 }, 2.0);
}
