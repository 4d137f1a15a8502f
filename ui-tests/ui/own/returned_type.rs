//! The user's own mistake: a return of another type.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    if x < 0.0 {
        return 0;
        //~^ 0
    }
    x * x
}

fn main() {
    f::grad(1.0);
}
