//! The result's type is known by a trait alone.
// message: OpaqueResult
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> impl PartialOrd {
    //~^ impl PartialOrd
    x * x
}

fn main() {
    let _ = f(1.0) < f(2.0);
}
