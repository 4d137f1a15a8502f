//! The user's own mistake: an assignment to what is not mut.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let s = x;
    s += x * x;
    //~^ s += x * x
    s
}

fn main() {
    f::grad(1.0);
}
