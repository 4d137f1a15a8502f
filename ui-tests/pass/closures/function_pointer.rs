//! Its calls carry no gradient, if that is meant.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, #[constant] g: fn(f64) -> f64) -> f64 {
    no_grad!(g(x)) * x
}

fn main() {
    let _ = (f(1.0, f64::sin), f::grad(1.0, f64::sin));
}
