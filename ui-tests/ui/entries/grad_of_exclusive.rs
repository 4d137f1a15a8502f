//! `grad` of a function with a `&mut` parameter.
// says: `grad` is not offered for a function with `&mut` parameters: what they hold afterwards is a result, too
use pullback::prelude::*;

#[differentiable]
fn relax(x: &mut [f64], h: f64) -> f64 {
    x[0] *= h;
    x[0] * x[1]
}

fn main() {
    relax::grad(&mut [1.0, 2.0], 0.5);
    //~^ relax::grad(&mut [1.0, 2.0], 0.5)
}
