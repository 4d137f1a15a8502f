//! The user's own mistake: a pattern that is not exhaustive.
use pullback::prelude::*;

#[derive(Clone, Differentiable)]
enum Shape {
    Circle(f64),
    Square(f64),
}

#[differentiable]
fn area(s: &Shape) -> f64 {
    match s {
        //~^ s
        Shape::Circle(r) => 3.14 * r * r,
    }
}

fn main() {
    area::grad(&Shape::Circle(1.0));
}
