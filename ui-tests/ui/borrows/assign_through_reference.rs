//! An assignment through what may be a reference to another variable.
// message: AssignThroughReference
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut a = [x, 2.0 * x];
    let (first, _) = a.split_first_mut().unwrap();
    *first = x * x;
    //~^ *first
    a[0]
}

fn main() {
    f::grad(1.0);
}
