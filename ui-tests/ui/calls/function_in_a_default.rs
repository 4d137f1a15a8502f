//! A function without a derivative, called in a method that a trait provides.
// message: NoDerivative
#![allow(dead_code)]
use pullback::prelude::*;

fn friction(x: f64) -> f64 {
    0.1 * x
}

#[differentiable]
trait Force {
    fn force(&self, x: f64) -> f64 {
        x * friction(x)
        //~^ friction
    }
}

#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
}

#[differentiable]
impl Force for Spring {}

fn main() {}
