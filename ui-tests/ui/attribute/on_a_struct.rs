//! The attribute stands on something else.
// message: NotAFunction
use pullback::prelude::*;

#[differentiable]
struct Weights {
    //~^ struct
    w: f64,
}

fn main() {
    let _ = Weights { w: 1.0 }.w;
}
