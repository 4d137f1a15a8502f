//! The user's own mistake: a reference in the place of a number, of a variable that a loop's pattern takes out.
use pullback::prelude::*;

fn keep(x: f64) -> bool {
    x > 0.0
}

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for &v in x {
        if keep(&v) {
            //~^ &v
            s += v * v;
        }
    }
    s
}

fn main() {
    f::grad(&[1.0]);
}
