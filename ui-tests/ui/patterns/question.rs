//! A closure with a question mark becomes part of the function.
// message: Question
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, y: Option<f64>, z: Option<f64>) -> f64 {
    y.and_then(|v| Some(v * z? * x)).unwrap_or(x)
    //~^ ?
}

fn main() {}
