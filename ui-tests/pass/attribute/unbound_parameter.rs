//! Ask for what a number has.
use pullback::prelude::*;

#[differentiable]
fn same<T: Real>(x: T) -> T {
    x
}

fn main() {
    let _ = same::grad(1.0_f64);
}
