//! A `&mut` borrow through what may be a reference to another variable.
// message: BorrowThroughReference
use pullback::prelude::*;

#[differentiable]
fn scale(x: &mut f64) {
    *x *= 2.0;
}

#[differentiable]
fn f(x: f64) -> f64 {
    let mut a = vec![x, 2.0 * x];
    let rest = a.chunks_mut(2).next().unwrap();
    scale(&mut rest[0]);
    //~^ &mut rest[0]
    a[1]
}

fn main() {
    f::grad(1.0);
}
