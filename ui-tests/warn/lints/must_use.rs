//! A value that is not used.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    x.sin();
    //~^ x.sin()
    x * x
}

fn main() {
    f::grad(1.0);
}
