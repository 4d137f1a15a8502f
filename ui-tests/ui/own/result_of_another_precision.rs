//! The user's own mistake: `f32` in the place of `f64`, of elements of an array.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f32 {
    let mut a = [0.0; 3];
    a[1] = x[0] * x[1];
    a[0] + a[1] * a[2]
    //~^ a[0] + a[1] * a[2]
}

fn main() {
    f::grad(&[1.0]);
}
