//! A closure that calls another of its name, which lends what is around it, in a condition with other parts.
// message: ChangedInside
use pullback::prelude::*;

#[differentiable]
fn step(total: &mut f64, v: f64) -> bool {
    *total += v;
    *total > 1.0
}

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let mut total = 0.0;
    let mut add = |v: f64| step(&mut total, v);
    let mut add = |v: f64| add(2.0 * v);
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
