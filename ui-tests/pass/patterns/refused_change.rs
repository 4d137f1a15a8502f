//! A loop over the elements.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut v = vec![x, x];
    for e in v.iter_mut() {
        *e = x * 2.0;
    }
    v[0] * v[1]
}

fn main() {
    let _ = (f(1.0), f::grad(1.0));
}
