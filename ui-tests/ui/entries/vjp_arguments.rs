//! Too few arguments of `vjp`.
// says: this function takes 2 arguments but 1 argument was supplied
use pullback::prelude::*;

#[differentiable]
fn area(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    let _ = area::vjp(1.0);
    //~^ area::vjp
}
