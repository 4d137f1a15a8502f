//! A macro of the function's own takes a value from around it.
// message: MacroCapture
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    macro_rules! tripled {
        () => { x * 3.0 };
        //~^ x
    }
    x + tripled!()
}

fn main() {
    f::grad(1.0);
}
