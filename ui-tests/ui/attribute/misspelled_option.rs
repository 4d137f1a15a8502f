//! An option of the attribute is misspelled.
// message: MisspelledOption
use pullback::prelude::*;

#[differentiable(wtr(x))]
//~^ wtr
fn f(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    f::grad(1.0, 2.0);
}
