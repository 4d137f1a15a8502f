//! The user's own mistake: a borrow of what is not mut.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let v = vec![x, 1.0];
    v.push(x);
    //~^ v
    v[0] * v[2]
}

fn main() {
    f::grad(1.0);
}
