//! The user's own mistake: a wrong type in a literal.
use pullback::prelude::*;

#[derive(Differentiable)]
struct Point {
    x: f64,
    y: [f64; 2],
}

#[differentiable]
fn f(x: f64) -> f64 {
    let p = Point { x, y: x };
    //~^ y: x
    p.x * p.y[0]
}

fn main() {
    f::grad(1.0);
}
