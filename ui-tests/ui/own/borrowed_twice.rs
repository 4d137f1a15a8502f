//! The user's own mistake: two exclusive borrows.
use pullback::prelude::*;

#[differentiable]
fn fill(a: &mut [f64], b: &[f64]) {
    for i in 0..a.len() {
        a[i] = b[i] * b[i];
    }
}

#[differentiable]
fn f(x: f64) -> f64 {
    let mut v = [x, 1.0];
    fill(&mut v, &v);
    //~^ &v
    v[0]
}

fn main() {
    f::grad(1.0);
}
