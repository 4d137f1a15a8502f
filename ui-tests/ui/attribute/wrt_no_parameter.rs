//! `wrt` names what is no parameter.
// message: WrtNoParameter
use pullback::prelude::*;

#[differentiable(wrt(x, weights))]
//~^ weights
fn f(x: f64, w: f64) -> f64 {
    x * w
}

fn main() {
    f::grad(1.0, 2.0);
}
