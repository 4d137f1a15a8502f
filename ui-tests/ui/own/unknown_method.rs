//! The user's own mistake: an unknown method.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y = x.squared();
    //~^ squared
    y + x
}

fn main() {
    f::grad(1.0);
}
