//! The user's own mistake: a misspelled variable of a closure, beside others of a similar name.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let w = x[0];
    x.iter().map(|v| vv * w).sum()
    //~^ vv
}

fn main() {
    f::grad(&[1.0]);
}
