//! Types and functions have the names that are usual for them.
use pullback::prelude::*;

struct Loss {
    value: f64,
}

#[differentiable]
fn loss(x: f64) -> f64 {
    x * x
}

fn main() {
    assert_eq!(Loss { value: loss::grad(1.0) }.value, 2.0);
}
