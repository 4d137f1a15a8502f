//! A swap of what is no place.
// message: MemoryCall
use pullback::prelude::*;

fn first(v: &mut [f64]) -> &mut f64 {
    &mut v[0]
}

#[differentiable]
fn f(x: f64, y: f64) -> f64 {
    let mut v = vec![x, x];
    let mut w = y;
    std::mem::swap(first(&mut v), &mut w);
    //~^ std::mem::swap(first(&mut v), &mut w)
    v[0] * w
}

fn main() {}
