//! The user's own mistake: a semicolon behind the result.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f32]) -> f64 {
    //~^ f64
    let Some(first) = x.first() else { return 0.0 };
    x[1] * first;
}

fn main() {
    f::grad(&[1.0]);
}
