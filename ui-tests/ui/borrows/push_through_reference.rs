//! `push` through what may be a reference.
// message: PushThroughReference
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut v = vec![vec![x]];
    let last = v.iter_mut().nth(0).unwrap();
    last.push(x * x);
    //~^ last
    v[0][1]
}

fn main() {
    f::grad(1.0);
}
