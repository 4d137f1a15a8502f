//! The computation is a function of its own.
use pullback::prelude::*;

#[differentiable]
fn square(x: f64) -> f64 {
    x * x
}

async fn f(x: f64) -> f64 {
    square(x)
}

fn main() {
    assert_eq!(square::grad(1.0), 2.0);
    drop(f(1.0));
}
