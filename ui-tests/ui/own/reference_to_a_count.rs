//! The user's own mistake: a reference in the place of a count.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for (&i, v) in x.iter().enumerate() {
        //~^ &i
        s += v * i as f64;
    }
    s
}

fn main() {
    f::grad(&[1.0]);
}
