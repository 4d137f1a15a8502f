//! A report on request: loops that change what says how often they run, or an index.
// message: Report
#![deny(deprecated)]
use pullback::prelude::*;

#[differentiable(report)]
fn searched(x: &[f64], first: usize) -> f64 {
    //~^ searched
    let mut s = x[0];
    let mut k = first;
    while k > 0 {
        s *= x[k];
        k /= 2;
    }
    let mut n = 3;
    for i in 0..n {
        s += x[i] * s;
        n = 2;
    }
    loop {
        s = s * 0.5 + x[k];
        if s < 1.0 {
            break;
        }
    }
    s + n as f64
}

fn main() {
    searched::grad(&[1.0], 0);
}
