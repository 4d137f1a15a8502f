//! A method of a `dyn`.
// message: DynCall
use pullback::prelude::*;

trait Model {
    fn at(&self, x: f64) -> f64;
}

#[differentiable]
fn f(#[constant] m: &dyn Model, x: f64) -> f64 {
    m.at(x) * x
    //~^ at
}

fn main() {}
