//! A change of a container whose derivative nobody has written.
// message: RefusedChange
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut v = vec![x, x];
    v.fill_with(|| x * 2.0);
    //~^ fill_with
    v[0] * v[1]
}

fn main() {}
