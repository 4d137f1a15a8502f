//! The user's own mistake: an unknown method of a struct.
use pullback::prelude::*;

#[derive(Clone, Differentiable)]
struct Ball {
    r: f64,
}

#[differentiable]
impl Ball {
    fn energy(&self) -> f64 {
        self.r * self.r
    }
}

#[differentiable]
fn f(b: &Ball) -> f64 {
    b.enrgy() * b.r
    //~^ enrgy
}

fn main() {
    f::grad(&Ball { r: 1.0 });
}
