//! A function without a derivative, called in a method that has the attribute by itself.
// message: NoDerivative
#![allow(dead_code)]
use pullback::prelude::*;

fn friction(x: f64) -> f64 {
    0.1 * x
}

#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
}

impl Spring {
    #[differentiable]
    fn force(&self, x: f64) -> f64 {
        self.k * friction(x)
        //~^ friction
    }
}

fn main() {}
