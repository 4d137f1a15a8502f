//! The parameter of both carries no gradient.
#![allow(dead_code)]
use pullback::prelude::*;

#[differentiable]
fn at_one(#[constant] f: impl Fn(f64) -> f64, x: f64) -> f64 {
    x * f(1.0)
}

#[differentiable]
fn scaled(x: f64, #[constant] f: impl Fn(f64) -> f64) -> f64 {
    at_one(f, x)
}

fn main() {
    assert_eq!(scaled::grad(2.0, |v: f64| v + 1.0), 2.0);
}
