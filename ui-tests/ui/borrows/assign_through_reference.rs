//! An assignment through what may be a reference to another variable.
// message: AssignThroughReference
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut v = vec![x, x];
    let r = v.chunks_mut(2).next().unwrap();
    r[0] = x * x;
    //~^ r[0]
    v[1]
}

fn main() {}
