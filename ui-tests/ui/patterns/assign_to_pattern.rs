//! An assignment to a pattern.
// message: AssignToPattern
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let (mut a, mut b) = (x, 2.0 * x);
    (a, b) = (b, a);
    //~^ (a, b)
    a * b
}

fn main() {
    f::grad(1.0);
}
