//! A method of a slice that has no derivative.
// message: MethodWithoutDerivative
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for part in x.split(|v| *v > 1.0).rev() {
        //~^ split
        s = s * 0.5 + part[0];
    }
    s
}

fn main() {}
