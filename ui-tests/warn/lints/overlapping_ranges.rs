//! Ranges of patterns that share an end.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, n: u8) -> f64 {
    match n {
        0..=5 => x,
        5..=9 => 2.0 * x,
        //~^ 5..=9
        _ => x * x,
    }
}

fn main() {
    f::grad(1.0, 2);
}
