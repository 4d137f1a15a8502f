//! `push` on what has no name.
// message: PushHere
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut v = vec![vec![x]];
    v.last_mut().unwrap().push(x * x);
    //~^ v.last_mut().unwrap()
    v[0][1]
}

fn main() {
    f::grad(1.0);
}
