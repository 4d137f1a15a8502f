//! A pattern that is not known.
// message: Pattern
use pullback::prelude::*;

#[differentiable]
fn f(x: [f64; 3]) -> f64 {
    let [first, middle @ .., last] = x;
    //~^ [first, middle @ .., last]
    first * last * middle[0]
}

fn main() {
    f::grad([1.0, 2.0, 3.0]);
}
