//! An `async` block.
// message: Async
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let _later = async { x * x };
    //~^ async { x * x }
    x
}

fn main() {
    f::grad(1.0);
}
