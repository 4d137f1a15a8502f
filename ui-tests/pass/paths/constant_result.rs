//! The result depends on a parameter.
use pullback::prelude::*;

#[differentiable]
fn loss(w: f64, #[constant] x: f64) -> f64 {
    let scale = if w > x { 1.0 } else { 2.0 };
    scale * w
}

fn main() {
    assert_eq!(loss::grad(1.0, 2.0), 2.0);
}
