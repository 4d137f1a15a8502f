//! Struct update syntax.
// message: StructUpdate
use pullback::prelude::*;

#[derive(Clone, Copy, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiable]
fn f(x: f64, p: Point) -> f64 {
    let q = Point { x: 2.0 * x, ..p };
    //~^ Point { x: 2.0 * x, ..p }
    q.x * q.y
}

fn main() {
    f::grad(1.0, Point { x: 1.0, y: 2.0 });
}
