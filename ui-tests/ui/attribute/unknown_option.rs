//! The attribute has no such option.
// message: UnknownOption
use pullback::prelude::*;

#[differentiable(vectorize)]
//~^ vectorize
fn f(x: f64) -> f64 {
    x * x
}

fn main() {
    f::grad(1.0);
}
