//! An error that holds a value carrying a gradient.
// message: ActiveError
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, y: Option<f64>) -> Result<f64, f64> {
    let v = y.ok_or(x * 2.0)?;
    //~^ x * 2.0
    Ok(v * x)
}

fn main() {}
