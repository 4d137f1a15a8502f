//! A closure that captures a value carrying a gradient is stored.
// message: Closure
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let scales = [|v: f64| v * x];
    //~^ |v: f64| v * x
    x + scales.len() as f64
}

fn main() {
    f::grad(1.0);
}
