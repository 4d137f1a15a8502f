//! The attribute stands on a module.
// message: NotAFunction
use pullback::prelude::*;

#[differentiable]
mod model {
    //~^ mod
    pub fn f(x: f64) -> f64 {
        x * x
    }
}

fn main() {
    model::f(1.0);
}
