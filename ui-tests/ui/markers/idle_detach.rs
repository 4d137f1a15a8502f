//! A `detach` cuts nothing off (a warning).
// message: DetachOfConstant
#![deny(deprecated)]
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, #[constant] scale: f64) -> f64 {
    x * scale.detach()
    //~^ detach
}

fn main() {
    f::grad(1.0, 2.0);
}
