//! Call the closure where it is.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let scale = move |v: f64| v * x;
    x + scale(2.0)
}

fn main() {
    let _ = (f(1.0), f::grad(1.0));
}
