//! The caller lends the struct.
use pullback::prelude::*;

#[derive(Clone, Copy, Differentiable)]
struct View<'a> {
    x: &'a [f64],
    k: f64,
}

#[differentiable]
fn f(v: &View) -> f64 {
    v.x[0] * v.k
}

fn main() {
    f::grad(&View { x: &[1.0, 2.0], k: 2.0 });
}
