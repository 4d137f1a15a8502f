//! Without the option there is no report.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64], w: f64) -> f64 {
    let mut s = w;
    for v in x {
        s *= v.tanh();
    }
    s
}

fn main() {
    let _ = (f(&[1.0], 2.0), f::grad(&[1.0], 2.0));
}
