//! An assignment to what is no place.
// message: AssignHere
use pullback::prelude::*;

fn first(v: &mut [f64]) -> &mut f64 {
    &mut v[0]
}

#[differentiable]
fn f(x: f64) -> f64 {
    let mut v = vec![x, x];
    *first(&mut v) = x * x;
    //~^ *first(&mut v)
    v[0]
}

fn main() {
    f::grad(1.0);
}
