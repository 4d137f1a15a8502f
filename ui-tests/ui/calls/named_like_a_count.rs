//! A method that is named like a count, but yields a value with a gradient.
use pullback::prelude::*;

#[derive(Clone, Differentiable)]
struct Arrow {
    x: f64,
    y: f64,
}

impl Arrow {
    fn len(&self) -> f64 {
        (self.x * self.x + self.y * self.y).sqrt()
    }
}

#[differentiable]
fn f(a: &Arrow) -> f64 {
    let n = a.len();
    //~^ a.len()
    n * a.x
}

fn main() {
    f::grad(&Arrow { x: 3.0, y: 4.0 });
}
