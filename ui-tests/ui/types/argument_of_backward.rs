//! An argument of `backward` is neither a value nor a parameter.
// says: `&str` can't be passed here to `backward`
use pullback::prelude::*;

#[differentiable]
fn f(w: f64, x: f64) -> f64 {
    w * x
}

fn main() {
    f::backward("w", 2.0);
    //~^ "w"
}
