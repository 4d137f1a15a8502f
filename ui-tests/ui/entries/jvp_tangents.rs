//! A tangent is missing.
// says: mismatched types
use pullback::prelude::*;

#[differentiable]
fn area(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    let _ = area::jvp((1.0, 2.0), 0.5);
    //~^ 0.5
}
