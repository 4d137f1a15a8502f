//! A struct borrows a value that carries a gradient.
// message: BorrowingStruct
use pullback::prelude::*;

#[derive(Clone, Copy, Differentiable)]
struct View<'a> {
    x: &'a [f64],
    k: f64,
}

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let v = View { x: &x[1..], k: 2.0 };
    //~^ x: &x[1..]
    v.x[0] * v.k
}

fn main() {
    f::grad(&[1.0, 2.0]);
}
