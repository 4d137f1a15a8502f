//! The user's own mistake: an unknown function of a struct.
use pullback::prelude::*;

#[derive(Clone, Differentiable)]
struct Ball {
    r: f64,
}

#[differentiable]
impl Ball {
    fn make(r: f64) -> Ball {
        Ball { r }
    }
}

#[differentiable]
fn f(x: f64) -> f64 {
    let b = Ball::mak(x);
    //~^ mak
    b.r * b.r
}

fn main() {
    f::grad(1.0);
}
