//! A method without a derivative, called in a method that has the attribute by itself.
// message: MethodWithoutDerivative
#![allow(dead_code)]
use pullback::prelude::*;

#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
}

impl Spring {
    fn stretch(&self, x: f64) -> f64 {
        self.k * x
    }
    #[differentiable]
    fn force(&self, x: f64) -> f64 {
        -self.stretch(x)
        //~^ stretch
    }
}

fn main() {}
