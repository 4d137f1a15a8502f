//! A pattern without a value.
// message: PatternWithoutValue
use pullback::prelude::*;

struct Pair {
    a: f64,
    b: f64,
}

#[differentiable]
fn f(x: f64) -> f64 {
    let Pair { a, b };
    //~^ Pair { a, b }
    a = x * 2.0;
    b = x * x;
    a * b
}

fn main() {}
