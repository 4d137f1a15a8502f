//! The function has the name of a primitive type.
// message: PrimitiveName
use pullback::prelude::*;

#[differentiable]
fn u8(x: f64) -> f64 {
    //~^ u8
    x * x
}

fn main() {
    u8(1.0);
}
