//! `signum` is flat almost everywhere.
// message: Flat
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    x * x.signum()
    //~^ signum
}

fn main() {
    f::grad(1.0);
}
