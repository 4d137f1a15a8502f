//! The user's own mistake: a list that a loop took.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let v = vec![x, 2.0];
    let mut s = 0.0;
    for e in v {
        s += e;
    }
    for e in v {
        //~^ v
        s += e * e;
    }
    s
}

fn main() {
    f::grad(1.0);
}
