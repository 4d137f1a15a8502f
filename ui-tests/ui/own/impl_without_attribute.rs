//! The user's own mistake: an impl without the attribute of a trait with it.
use pullback::prelude::*;

#[differentiable]
trait Layer {
    fn apply(&self, x: f64) -> f64;
}

#[derive(Clone, Differentiable)]
struct Scale {
    w: f64,
}

impl Layer for Scale {
    //~^ impl Layer for Scale
    fn apply(&self, x: f64) -> f64 {
        self.w * x
    }
}

fn main() {
    let s = Scale { w: 1.0 };
    s.apply_grad(1.0);
}
