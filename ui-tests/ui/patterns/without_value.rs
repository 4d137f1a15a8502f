//! A pattern without a value.
// errors: 3
// message: PatternWithoutValue
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let (a, b);
    //~^ let (a, b);
    a = x;
    b = x * x;
    a * b
}

fn main() {
    f::grad(1.0);
}
