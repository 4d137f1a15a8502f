//! A closure that changes what is around it, in a condition with other parts.
// message: ChangedInside
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let mut total = 0.0;
    let mut add = |v: f64| -> bool {
        total += v * v;
        total > 1.0
    };
    let mut n = 0;
    while n < x.len() && !add(x[n]) {
        //~^ add(x[n])
        n += 1;
    }
    total * x[1]
}

fn main() {
    f::grad(&[1.0, 2.0]);
}
