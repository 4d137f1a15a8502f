//! `?` on a value that carries a gradient.
// message: Question
use pullback::prelude::*;

#[differentiable]
fn f(x: Option<f64>) -> Option<f64> {
    let v = x?;
    //~^ ?
    Some(v * v)
}

fn main() {
    f::vjp(Some(1.0));
}
