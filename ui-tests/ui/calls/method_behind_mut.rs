//! A call of a method without a derivative through a `&mut` reference.
// says: no method named `derivative_of_energy` found for mutable reference `&mut Ball` in the current scope
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
fn cost(ball: &mut Ball, v: f64) -> f64 {
    ball.mass *= 2.0;
    2.0 * ball.energy(v)
    //~^ energy
}

fn main() {
    cost::vjp(&mut Ball { mass: 1.0 }, 2.0);
}
