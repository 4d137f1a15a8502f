//! A raw pointer to a value that carries a gradient.
// message: RawPointer
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y = x * x;
    let p = &raw const y;
    //~^ &raw const y
    println!("{p:?}");
    y
}

fn main() {
    f::grad(1.0);
}
