//! A comparator changes what has carried no gradient so far.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let mut total = 0.0;
    let mut v = x.to_vec();
    v.sort_by(|a, b| {
        total += a * b;
        //~^ total
        a.total_cmp(b)
    });
    total * v[0]
}

fn main() {
    f::grad(&[1.0, 2.0]);
}
