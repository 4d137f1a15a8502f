//! A rule that does not exist.
// says: unresolved import `cube_vpj`
use pullback::prelude::*;

#[differentiable(vjp = cube_vpj)]
//~^ cube_vpj
fn cube(x: f64) -> f64 {
    x * x * x
}

fn main() {}
