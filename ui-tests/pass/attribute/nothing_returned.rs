//! The function returns a value.
use pullback::prelude::*;

#[differentiable]
fn show(x: f64) -> f64 {
    println!("{x}");
    x
}

fn main() {
    assert_eq!(show::grad(1.0), 1.0);
}
