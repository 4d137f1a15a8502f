//! The user's own mistake: a reference to a local.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> &[f64] {
    let v = vec![x[0], x[1]];
    &v
    //~^ &v
}

fn main() {
    f::vjp(&[1.0, 2.0]);
}
