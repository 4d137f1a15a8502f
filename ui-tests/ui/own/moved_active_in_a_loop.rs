//! The user's own mistake: an active value that is moved in a loop.
use pullback::prelude::*;

#[differentiable]
fn total(v: Vec<f64>) -> f64 {
    v[0] * v[1]
}

#[differentiable]
fn f(x: f64) -> f64 {
    let v = vec![x, 2.0];
    let mut s = 0.0;
    for _ in 0..3 {
        s += total(v);
        //~^ v
    }
    s
}

fn main() {
    f::grad(1.0);
}
