//! A variable that is not used, in a method with the attribute on it.
use pullback::prelude::*;

#[derive(Differentiable)]
struct Ball {
    mass: f64,
}

impl Ball {
    #[differentiable]
    fn energy(&self, v: f64) -> f64 {
        let half = 0.5;
        //~^ half
        self.mass * v * v
    }
}

fn main() {
    Ball { mass: 1.0 }.energy_grad(2.0);
}
