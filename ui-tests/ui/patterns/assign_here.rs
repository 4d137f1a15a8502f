//! An assignment to what is no place.
// message: AssignHere
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut v = vec![x, x];
    *v.iter_mut().next().unwrap() = x * x;
    //~^ *v.iter_mut().next().unwrap()
    v[0]
}

fn main() {
    f::grad(1.0);
}
