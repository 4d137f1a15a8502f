//! The user's own mistake: a method that the trait has and the impl has not.
use pullback::prelude::*;

#[differentiable]
trait Layer {
    fn apply(&self, x: f64) -> f64;
    fn norm(&self) -> f64;
}

#[derive(Clone, Differentiable)]
struct Scale {
    w: f64,
}

#[differentiable]
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
