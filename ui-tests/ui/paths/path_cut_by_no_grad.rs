//! The only path of a parameter ends in a `no_grad!`.
// message: PathCut
use pullback::prelude::*;

#[differentiable]
fn loss(w: f64, x: f64) -> f64 {
    //~^ w
    let target = no_grad! { w * 2.0 };
    (x - target) * (x - target)
}

fn main() {
    loss::grad(1.0, 2.0);
}
