//! The user's own mistake: an unknown variant as a value.
use pullback::prelude::*;

#[derive(Clone, Differentiable)]
enum Shape {
    Circle(f64),
    Square(f64),
}

#[differentiable]
fn area(s: &Shape) -> f64 {
    match s {
        Shape::Circle(r) => 3.14 * r * r,
        Shape::Square(a) => a * a,
    }
}

#[differentiable]
fn of(x: f64) -> f64 {
    let s = Shape::Cube(x);
    //~^ Cube
    area(&s)
}

fn main() {
    of::grad(1.0);
}
