//! An enum says which field holds a value.
use pullback::prelude::*;

#[derive(Differentiable)]
enum Number {
    Single(f32),
    Double(f64),
}

#[differentiable]
fn f(n: &Number) -> f64 {
    match n {
        Number::Single(x) => *x as f64,
        Number::Double(x) => *x,
    }
}

fn main() {
    f(&Number::Single(1.0));
    f::grad(&Number::Double(1.0));
}
