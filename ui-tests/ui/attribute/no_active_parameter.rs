//! No parameter could carry a gradient.
// message: NoActiveParameter
use pullback::prelude::*;

#[differentiable]
fn f(n: usize) -> f64 {
    //~^ f
    n as f64 * 0.5
}

fn main() {
    f(1);
}
