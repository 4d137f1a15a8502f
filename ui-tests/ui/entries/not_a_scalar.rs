//! `grad` of a result that is no scalar.
// says: gradient can be created only for scalar outputs; reduce with `.sum()` or `.mean()`, or use `vjp` with a cotangent
use pullback::prelude::*;

#[differentiable]
fn double(x: &[f64]) -> Vec<f64> {
    x.iter().map(|v| 2.0 * v).collect()
}

fn main() {
    double::grad(&[1.0]);
    //~^ double::grad(&[1.0])
}
