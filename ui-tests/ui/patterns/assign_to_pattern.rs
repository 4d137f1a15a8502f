//! An assignment to a pattern that leaves out what comes first.
// message: AssignToPattern
use pullback::prelude::*;

#[differentiable]
fn f(x: [f64; 3]) -> f64 {
    let last;
    [.., last] = x;
    //~^ ..
    last * last
}

fn main() {}
