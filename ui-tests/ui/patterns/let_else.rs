//! `let … else`.
// message: LetElse
use pullback::prelude::*;

#[differentiable]
fn f(x: Option<f64>) -> f64 {
    let Some(v) = x else { return 0.0 };
    //~^ let Some(v) = x else { return 0.0 };
    v * v
}

fn main() {
    f::grad(Some(1.0));
}
