//! The user's own mistake: a move out of a slice.
use pullback::prelude::*;

#[derive(Differentiable)]
struct Ball {
    r: f64,
}

#[differentiable]
fn f(v: &[Ball]) -> f64 {
    let b = v[0];
    //~^ v[0]
    b.r * b.r
}

fn main() {
    f::grad(&[Ball { r: 1.0 }]);
}
