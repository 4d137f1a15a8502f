//! The user's own mistake: an operator that a struct does not have.
use pullback::prelude::*;

#[derive(Clone, Differentiable)]
struct Ball {
    r: f64,
}

#[differentiable]
fn f(b: &Ball, x: f64) -> f64 {
    let c = b * x;
    //~^ *
    c.r
}

fn main() {
    f::grad(&Ball { r: 1.0 }, 2.0);
}
