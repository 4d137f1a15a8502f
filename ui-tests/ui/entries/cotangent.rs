//! A cotangent of another type.
// says: mismatched types
use pullback::prelude::*;

#[differentiable]
fn area(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    let (_, pullback) = area::vjp(1.0, 2.0);
    let _ = pullback("1");
    //~^ "1"
}
