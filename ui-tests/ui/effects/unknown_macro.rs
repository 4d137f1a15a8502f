//! A macro that nobody knows mentions a value that carries a gradient.
// message: UnknownMacro
use pullback::prelude::*;

macro_rules! square {
    ($x:expr) => {
        $x * $x
    };
}

#[differentiable]
fn f(x: f64) -> f64 {
    square!(x) + x
    //~^ square
}

fn main() {
    f::grad(1.0);
}
