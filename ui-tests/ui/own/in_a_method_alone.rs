//! Mismatched types, in a method that has the attribute by itself.
// says: mismatched types
#![allow(dead_code)]
use pullback::prelude::*;

#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
}

impl Spring {
    #[differentiable]
    fn force(&self, x: f64) -> f64 {
        let y: f32 = x;
        //~^ x
        self.k * f64::from(y)
    }
}

fn main() {}
