//! A method that the trait does not have.
// says: method `energy` is not a member of trait `Force`
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
        -self.k * x
    }
    fn energy(&self, x: f64) -> f64 { self.k * x * x }
    //~^ fn energy(&self, x: f64) -> f64 { self.k * x * x }
}

fn main() {}
