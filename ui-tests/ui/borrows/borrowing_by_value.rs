//! A parameter that holds references is taken by value, and passed on.
// message: BorrowedValue
use pullback::prelude::*;

#[derive(Clone, Copy, Differentiable)]
struct View<'a> {
    x: &'a [f64],
    k: f64,
}

#[differentiable]
fn scaled(v: &View, by: f64) -> f64 {
    v.x[0] * v.k * by
}

#[differentiable]
fn f<'a>(v: View<'a>) -> f64 {
    scaled(&v, 2.0)
    //~^ &v
}

fn main() {
    f::grad(View { x: &[1.0, 2.0], k: 2.0 });
}
