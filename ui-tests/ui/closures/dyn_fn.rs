//! A `dyn Fn` on an active path.
// message: FunctionValue
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, #[constant] g: &dyn Fn(f64) -> f64) -> f64 {
    g(x) * x
    //~^ g
}

fn main() {
    f::grad(1.0, &f64::sin);
}
