//! The user's own mistake: an unknown method of what began with a literal.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut r = x;
    loop {
        let next = 0.5 * (r + x / r);
        if (next - r).abz() < 1e-12 {
            //~^ abz
            break;
        }
        r = next;
    }
    r
}

fn main() {
    f::grad(1.0);
}
