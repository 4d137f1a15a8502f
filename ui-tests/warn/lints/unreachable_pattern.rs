//! A pattern that an earlier one covers.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, n: i32) -> f64 {
    match n {
        0..=5 => x,
        3..=4 => 2.0 * x,
        //~^ 3..=4
        _ => x * x,
    }
}

fn main() {
    f::grad(1.0, 2);
}
