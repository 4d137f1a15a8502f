//! The user's own mistake: an index that is a float.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64], k: f64) -> f64 {
    x[k] * k
    //~^ k
}

fn main() {
    f::grad(&[1.0], 0.0);
}
