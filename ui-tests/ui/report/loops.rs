//! A report on request: what loops keep.
// message: Report
#![deny(deprecated)]
use pullback::prelude::*;

#[differentiable]
fn scaled(x: f64, k: f64) -> f64 {
    x * x * k
}

#[differentiable(report)]
fn f(x: &[f64], w: f64, n: usize) -> f64 {
    //~^ f
    let start = (w * w).detach();
    let weights = vec![w, w * 2.0];
    let mut s = w;
    let mut k = n;
    while s < 100.0 && k > 0 {
        s = s * s.sin() + scaled(x[k], 2.0);
        k /= 2;
    }
    for i in 0..n {
        if x[i] > 0.0 {
            s *= x[i].tanh() * weights[0];
        }
    }
    s * start
}

fn main() {
    f::grad(&[1.0], 2.0, 1);
}
