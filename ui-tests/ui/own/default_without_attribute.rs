//! The user's own mistake: an impl without the attribute that overrides a method of a trait with it.
use pullback::prelude::*;

#[differentiable]
trait Measured {
    fn norm(&self, x: f64) -> f64 {
        x * x
    }
}

#[derive(Clone, Differentiable)]
struct Scale {
    w: f64,
}

impl Measured for Scale {
    //~^ impl Measured for Scale
    fn norm(&self, x: f64) -> f64 {
        self.w * x
    }
}

fn main() {
    let s = Scale { w: 1.0 };
    s.norm_grad(1.0);
}
