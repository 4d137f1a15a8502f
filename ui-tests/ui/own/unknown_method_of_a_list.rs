//! The user's own mistake: an unknown method of a list.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let mut out = Vec::new();
    for v in x {
        out.pushh(v * v);
        //~^ pushh
    }
    out[0] + out[1]
}

fn main() {
    f::grad(&[1.0]);
}
