//! The user's own mistake: an unknown variant in a pattern.
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
        Shape::Cube(a) => a * a,
        //~^ Cube
    }
}

fn main() {
    area::grad(&Shape::Circle(1.0));
}
