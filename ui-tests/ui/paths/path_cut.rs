//! The only path of a parameter ends in a `detach`.
// message: PathCut
// message: CutHere
use pullback::prelude::*;

#[differentiable]
fn loss(w: f64, x: f64) -> f64 {
    //~^ w
    let target = w.detach() * 2.0;
    (x - target) * (x - target)
}

fn main() {
    loss::grad(1.0, 2.0);
}
