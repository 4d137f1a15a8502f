//! The function is `async`.
// message: AsyncFunction
use pullback::prelude::*;

#[differentiable]
async fn f(x: f64) -> f64 {
    //~^ async
    x * x
}

fn main() {
    drop(f(1.0));
}
