//! The function returns nothing.
// message: NothingReturned
use pullback::prelude::*;

#[differentiable]
fn show(x: f64) {
    //~^ show
    println!("{x}");
}

fn main() {
    show(1.0);
}
