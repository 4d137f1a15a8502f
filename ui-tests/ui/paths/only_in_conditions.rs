//! A value that carries a gradient decides conditions alone (a warning).
// message: OnlyInConditions
#![deny(deprecated)]
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, y: f64) -> f64 {
    let distance = x - y;
    //~^ distance
    if distance > 1.0 { x } else { x * y }
}

fn main() {
    f::grad(1.0, 2.0);
}
