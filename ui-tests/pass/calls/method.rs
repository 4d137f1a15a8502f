//! The method has the attribute.
use pullback::prelude::*;

#[derive(Differentiable)]
struct Ball {
    mass: f64,
}

#[differentiable]
impl Ball {
    fn energy(&self, v: f64) -> f64 {
        0.5 * self.mass * v * v
    }
}

#[differentiable]
fn cost(ball: &Ball, v: f64) -> f64 {
    2.0 * ball.energy(v)
}

fn main() {
    assert_eq!(cost::grad(&Ball { mass: 1.0 }, 2.0).1, 4.0);
}
