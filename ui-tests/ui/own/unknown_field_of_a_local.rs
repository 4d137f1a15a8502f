//! The user's own mistake: an unknown field of a struct made in the function.
use pullback::prelude::*;

#[derive(Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiable]
fn f(x: f64) -> f64 {
    let p = Point { x, y: x * x };
    p.x * p.z
    //~^ z
}

fn main() {
    f::grad(1.0);
}
