//! The user's own mistake: an argument too few for a function that is declared in the body.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    #[differentiable]
    fn damp(z: &mut f64, k: f64) {
        *z *= k;
    }
    let mut z = x[0];
    damp(&mut z);
    //~^ damp(&mut z)
    z * x[1]
}

fn main() {
    f::grad(&[1.0, 2.0]);
}
