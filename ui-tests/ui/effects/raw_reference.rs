//! A raw pointer to a value that carries a gradient.
// message: RawPointer
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let p = &raw const x;
    //~^ &raw const x
    if p.is_null() { 0.0 } else { x * x }
}

fn main() {}
