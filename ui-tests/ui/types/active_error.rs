//! An error that holds a value with a gradient.
// message: ActiveError
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> Result<f64, f64> {
    if x < 0.0 { Err(x * x) } else { Ok(x.sqrt()) }
    //~^ Err(x * x)
}

fn main() {}
