//! A range whose ends carry a gradient.
// message: ActiveRange
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let r = Some(0.0..x);
    //~^ 0.0..x
    drop(r);
    x
}

fn main() {
    f::grad(1.0);
}
