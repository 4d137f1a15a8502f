//! A value that carries a gradient is changed inside `no_grad!`.
// message: LostInNoGrad
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut y = x * x;
    no_grad! {
        y += 1.0;
        //~^ y
    }
    y * x
}

fn main() {
    f::grad(1.0);
}
