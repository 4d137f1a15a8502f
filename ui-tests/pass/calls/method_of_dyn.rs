//! The function is generic.
use pullback::prelude::*;

#[differentiable]
trait Model {
    fn at(&self, x: f64) -> f64;
}

#[derive(Clone, Differentiable)]
struct Cubic;

#[differentiable]
impl Model for Cubic {
    fn at(&self, x: f64) -> f64 {
        x * x * x
    }
}

#[differentiable]
fn f(#[constant] m: &(impl Model + Differentiable), x: f64) -> f64 {
    m.at(x) * x
}

fn main() {
    f(&Cubic, 1.0);
    f::grad(&Cubic, 1.0);
}
