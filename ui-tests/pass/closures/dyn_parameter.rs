//! Take any function, which is compiled for each that is handed on.
use pullback::prelude::*;

#[differentiable]
fn f(g: impl Fn(f64) -> f64, x: f64) -> f64 {
    g(x) * x
}

#[differentiable]
fn h(x: f64) -> f64 {
    f(|v| v.sin(), x)
}

fn main() {
    let _ = (h(1.0), h::grad(1.0));
}
