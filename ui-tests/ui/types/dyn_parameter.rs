//! A parameter is known by a trait alone, at run time.
// message: DynValue
use pullback::prelude::*;

trait Model {
    fn at(&self, x: f64) -> f64;
}

#[differentiable]
fn f(m: &dyn Model, x: f64) -> f64 {
    //~^ &dyn Model
    m.at(x)
}

fn main() {}
