//! A method that does not exist, in an `impl` of a trait.
// says: no method named `squared` found for type `f64` in the current scope
#![allow(dead_code)]
use pullback::prelude::*;

#[differentiable]
trait Force {
    fn force(&self, x: f64) -> f64;
}

#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
}

#[differentiable]
impl Force for Spring {
    fn force(&self, x: f64) -> f64 {
        self.k * x.squared()
        //~^ squared
    }
}

fn main() {}
