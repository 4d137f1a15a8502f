//! An exit inside an expression that carries no gradient.
// message: HiddenExit
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64], n: Option<usize>) -> f64 {
    x[if let Some(n) = n { n } else { return x[0] }] * 2.0
    //~^ return
}

fn main() {
    f::grad(&[1.0], None);
}
