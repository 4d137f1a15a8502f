//! `cfg!` in the body, conditions on whole functions.
#![allow(dead_code)]
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let s = x * x;
    if cfg!(debug_assertions) { s * 3.0 } else { s }
}

#[differentiable]
#[cfg(not(any()))]
#[inline]
fn g(x: f64) -> f64 {
    x * f(x)
}

#[differentiable]
#[cfg(any())]
fn g(x: f64) -> f64 {
    nowhere(x)
}

#[derive(Differentiable)]
struct Ball {
    mass: f64,
}

#[differentiable]
impl Ball {
    #[cfg(any())]
    fn energy(&self, v: f64) -> f64 {
        nowhere(self, v)
    }

    #[cfg(not(any()))]
    fn energy(&self, v: f64) -> f64 {
        g(v) * self.mass
    }
}

fn main() {
    let _ = g::grad(1.0);
    let _ = Ball { mass: 1.0 }.energy_grad(2.0);
}
