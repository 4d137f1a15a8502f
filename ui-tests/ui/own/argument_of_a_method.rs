//! The user's own mistake: an argument of another type.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    x.powi(2.5) * x
    //~^ 2.5
}

fn main() {
    f::grad(1.0);
}
