//! A closure bound to a name is stored.
// message: Closure
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let scaled = |v: f64| v * x;
    let pair = (scaled, x);
    //~^ scaled
    pair.1 + scaled(1.0)
}

fn main() {
    f::grad(1.0);
}
