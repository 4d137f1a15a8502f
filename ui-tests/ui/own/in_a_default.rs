//! Mismatched types, in a method that a trait provides.
// says: cannot multiply `f64` by `i32`
#![allow(dead_code)]
use pullback::prelude::*;

#[differentiable]
trait Force {
    fn force(&self, x: f64) -> f64 {
        let n: i32 = 2;
        x * n
        //~^ *
    }
}

#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
}

#[differentiable]
impl Force for Spring {}

fn main() {}
