//! A closure that is left early becomes part of the function.
// message: ReturnHere
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, y: Option<f64>) -> f64 {
    y.map_or(0.0, |v| if v > 1.0 { return 1.0 } else { v * x })
    //~^ return
}

fn main() {}
