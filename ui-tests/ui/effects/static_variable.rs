//! A write to a static variable.
// message: Unsafe
use pullback::prelude::*;

static mut LAST: f64 = 0.0;

#[differentiable]
fn f(x: f64) -> f64 {
    unsafe { LAST = x };
    //~^ unsafe
    x * x
}

fn main() {
    f::grad(1.0);
}
