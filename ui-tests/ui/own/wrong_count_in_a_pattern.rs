//! The user's own mistake: a tuple pattern with too many names.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let (a, b, c) = (x, x * x);
    //~^ (a, b, c)
    a * b * c
}

fn main() {
    f::grad(1.0);
}
