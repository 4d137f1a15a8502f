//! A rule for forward mode, and none for reverse mode.
// message: JvpAlone
use pullback::prelude::*;

#[differentiable(jvp = f_jvp)]
//~^ f_jvp
fn f(x: f64) -> f64 {
    x * x
}

fn f_jvp(x: f64, x_dot: f64) -> (f64, f64) {
    (x * x, 2.0 * x * x_dot)
}

fn main() {
    f::grad(1.0);
}
