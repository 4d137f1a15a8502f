//! A method that returns a `&mut` reference.
// message: ExclusiveResult
use pullback::prelude::*;

#[derive(Clone, Differentiable)]
struct Sum {
    total: f64,
}

#[differentiable]
impl Sum {
    fn add(&mut self, x: f64) -> &mut Self {
        //~^ &mut Self
        self.total += x;
        self
    }
}

fn main() {}
