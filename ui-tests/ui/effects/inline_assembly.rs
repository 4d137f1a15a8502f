//! Inline assembly.
// message: Unsafe
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y = x * x;
    unsafe { std::arch::asm!("/* {0} */", in(xmm_reg) y) };
    //~^ unsafe
    y
}

fn main() {
    f::grad(1.0);
}
