//! A value that carries a gradient is changed inside an expression that has none.
// message: ChangedInside
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut y = x * x;
    let steps = {
        y += 1.0;
        //~^ y
        3
    };
    y * f64::from(steps)
}

fn main() {
    f::grad(1.0);
}
