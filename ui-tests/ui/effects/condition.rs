//! A condition on a statement.
// message: Condition
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let s = x * x;
    #[cfg(debug_assertions)]
    //~^ cfg(debug_assertions)
    let s = s * 3.0;
    s
}

fn main() {
    f::grad(1.0);
}
