//! Values that carry a gradient are compared for equality (a warning).
// message: FloatEquality
#![deny(deprecated)]
use pullback::prelude::*;

#[differentiable]
fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { x.sin() / x }
    //~^ x == 0.0
}

fn main() {
    sinc::grad(1.0);
}
