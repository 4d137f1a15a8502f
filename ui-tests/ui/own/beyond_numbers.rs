//! A function that does not exist, in one that is generic over a trait.
// says: cannot find function `half` in this scope
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
}

#[differentiable]
fn work<F: Force + Differentiable>(f: &F, x: f64) -> f64 {
    f.force(x) * half(x)
    //~^ half
}

fn main() {}
