//! Second order is asked for.
// message: SecondOrder
use pullback::prelude::*;

#[differentiable(order = 2)]
//~^ order = 2
fn f(x: f64) -> f64 {
    x * x
}

fn main() {
    f::grad(1.0);
}
