//! `wrt` is given no names.
// message: WrtWithoutNames
use pullback::prelude::*;

#[differentiable(wrt = x)]
//~^ wrt = x
fn f(x: f64) -> f64 {
    x * x
}

fn main() {
    f::grad(1.0);
}
