//! An enum without a derive has no tangent.
// says: `Shape` is not differentiable
use pullback::prelude::*;

#[derive(Clone)]
enum Shape {
    Circle(f64),
    Square(f64),
}

#[differentiable]
fn area(s: &Shape) -> f64 {
    //~^ Shape
    match s {
        Shape::Circle(r) => 3.14 * r * r,
        Shape::Square(a) => a * a,
    }
}

fn main() {
    let _ = (Shape::Square(1.0), area);
}
