//! The user's own mistake: an assignment to a variable that is not `mut`.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y = x * x;
    y += 1.0;
    //~^ y += 1.0
    y
}

fn main() {
    f::grad(1.0);
}
