//! The user's own mistake: mismatched types.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y: f64 = x * x;
    let n: usize = "two";
    //~^ "two"
    y * n as f64
}

fn main() {
    f::grad(1.0);
}
