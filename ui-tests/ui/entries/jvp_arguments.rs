//! `jvp` takes the arguments together, then their tangents.
// says: this function takes 2 arguments but 4 arguments were supplied
use pullback::prelude::*;

#[differentiable]
fn area(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    let _ = area::jvp(1.0, 2.0, 1.0, 0.0);
    //~^ area::jvp
}
