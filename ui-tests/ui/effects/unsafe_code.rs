//! `unsafe` code on an active path.
// message: Unsafe
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    unsafe { *x.get_unchecked(0) }
    //~^ unsafe
}

fn main() {
    f::grad(&[1.0]);
}
