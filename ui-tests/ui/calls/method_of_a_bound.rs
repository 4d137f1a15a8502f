//! A method of a trait without the attribute.
// says: no method named `derivatives_of_force` found for reference `&F` in the current scope
#![allow(dead_code)]
use pullback::prelude::*;

trait Force {
    fn force(&self, x: f64) -> f64;
}

#[differentiable]
fn work<F: Force>(#[constant] f: &F, x: f64) -> f64 {
    f.force(x) * x
    //~^ force
}

fn main() {}
