//! An iterator that is not known.
// message: Iterator
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for part in x.iter().filter(|v| **v > 0.0).cycle().take(4) {
        //~^ x.iter().filter(|v| **v > 0.0).cycle().take(4)
        s += part;
    }
    s
}

fn main() {
    f::grad(&[1.0]);
}
