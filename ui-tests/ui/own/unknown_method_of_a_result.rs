//! The user's own mistake: an unknown method of a result.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, text: &str) -> f64 {
    let parsed: Result<f64, String> = text.parse::<f64>().map_err(|e| e.to_string());
    parsed.unwrapp() * x
    //~^ unwrapp
}

fn main() {
    f::grad(1.0, "2");
}
