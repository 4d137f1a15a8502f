//! A loop over elements by value that changes their container.
// message: ChangedContainer
use pullback::prelude::*;

#[differentiable]
fn f(x: [f64; 2]) -> f64 {
    let mut a = x;
    for v in a {
        //~^ a
        a[0] += v * v;
    }
    a[0]
}

fn main() {
    f::grad([1.0, 2.0]);
}
