//! The user's own mistake: a missing field in a literal.
use pullback::prelude::*;

#[derive(Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiable]
fn f(x: f64) -> f64 {
    let p = Point { x };
    //~^ Point
    p.x * p.y
}

fn main() {
    f::grad(1.0);
}
