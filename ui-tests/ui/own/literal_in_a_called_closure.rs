//! The user's own mistake: an integer beside a float in a closure that is called.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let double = |v: f64| v * 2;
    //~^ *
    double(x)
}

fn main() {
    f::grad(1.0);
}
