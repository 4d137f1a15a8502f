//! A report on request (a warning).
// message: Report
use pullback::prelude::*;

#[differentiable]
fn scaled(x: f64, k: f64) -> f64 {
    x * k
}

#[differentiable(report)]
fn f(x: &[f64], w: f64, n: usize) -> f64 {
    //~^ f
    let start = (w * w).detach();
    let mut s = w;
    for i in 0..n {
        s = s * s.sin() + scaled(x[i], 2.0);
    }
    s * start
}

fn main() {
    f::grad(&[1.0], 2.0, 1);
}
