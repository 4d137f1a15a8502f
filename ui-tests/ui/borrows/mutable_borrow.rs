//! A mutable borrow that is stored.
// message: MutableBorrow
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut y = x * x;
    let both = [&mut y];
    //~^ &mut y
    drop(both);
    y
}

fn main() {
    f::grad(1.0);
}
