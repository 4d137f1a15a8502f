//! A pullback takes one cotangent.
// says: this function takes 1 argument but 2 arguments were supplied
use pullback::prelude::*;

#[differentiable]
fn area(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    let (_, pullback) = area::vjp(1.0, 2.0);
    let _ = pullback(1.0, 1.0);
    //~^ pullback
}
