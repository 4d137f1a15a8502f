//! The user's own mistake: the syntax.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y = x * ;
    //~^ ;
    y
}

fn main() {}
