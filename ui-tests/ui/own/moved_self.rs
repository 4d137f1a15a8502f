//! The user's own mistake: a receiver by value that is used again.
use pullback::prelude::*;

#[derive(Clone, Differentiable)]
struct Ball {
    r: Vec<f64>,
}

#[differentiable]
impl Ball {
    fn energy(self) -> f64 {
        self.r[0] * self.r[0]
    }
}

#[differentiable]
fn f(b: Ball) -> f64 {
    let e = b.energy();
    e + b.energy()
    //~^ b
}

fn main() {
    f::grad(Ball { r: vec![1.0] });
}
