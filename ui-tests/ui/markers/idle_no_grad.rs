//! A `no_grad!` cuts nothing off (a warning).
// message: NoGradOfConstant
#![deny(deprecated)]
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, n: usize) -> f64 {
    let scale = no_grad!(n as f64 / 2.0);
    //~^ no_grad
    x * scale
}

fn main() {
    f::grad(1.0, 2);
}
