//! The user's own mistake: a result of another type.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f32 {
    x * x
    //~^ x * x
}

fn main() {
    f::grad(1.0);
}
