//! The function is `unsafe`.
// message: UnsafeFunction
use pullback::prelude::*;

#[differentiable]
unsafe fn f(x: f64) -> f64 {
    //~^ unsafe
    x * x
}

fn main() {
    // SAFETY: there is nothing to promise
    unsafe { f(1.0) };
}
