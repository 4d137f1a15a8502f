//! The user's own mistake: a list behind a shared reference is changed, and nothing is returned.
use pullback::prelude::*;

#[differentiable]
fn scale(x: &[f64], k: f64) {
    for v in x.iter_mut() {
        //~^ x
        *v *= k;
    }
}

fn main() {
    scale(&[1.0], 2.0);
}
