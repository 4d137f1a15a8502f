//! A comparison that is always true.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, n: u8) -> f64 {
    if n >= 0 { x * x } else { x }
    //~^ n >= 0
}

fn main() {
    f::grad(1.0, 2);
}
