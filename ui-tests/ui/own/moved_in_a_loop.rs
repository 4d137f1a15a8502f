//! The user's own mistake: a value that is moved in a loop.
use pullback::prelude::*;

fn total(v: Vec<f64>) -> f64 {
    v.len() as f64
}

#[differentiable]
fn f(x: f64) -> f64 {
    let v = vec![1.0, 2.0];
    let mut s = x;
    for _ in 0..3 {
        s = s * total(v);
        //~^ v
    }
    s
}

fn main() {
    f::grad(1.0);
}
