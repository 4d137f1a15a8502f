//! The user's own mistake: an operator of a parameter without a bound.
use pullback::prelude::*;

#[differentiable]
fn f<T: Differentiable>(x: T, y: T) -> T {
    x * y
    //~^ *
}

fn main() {
    f::vjp(1.0, 2.0);
}
