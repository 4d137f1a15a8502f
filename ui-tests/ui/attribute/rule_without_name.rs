//! A rule is given as something else than a name.
// message: RuleWithoutName
use pullback::prelude::*;

#[differentiable(vjp = "my_vjp")]
//~^ vjp = "my_vjp"
fn f(x: f64) -> f64 {
    x * x
}

fn main() {
    f::grad(1.0);
}
