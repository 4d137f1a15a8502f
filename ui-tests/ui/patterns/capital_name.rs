//! A name in a pattern that may be a constant.
// message: CapitalName
use pullback::prelude::*;

const LIMIT: f64 = 1.0;

#[differentiable]
fn f(x: f64) -> f64 {
    match x {
        LIMIT => LIMIT * 2.0,
        //~^ LIMIT
        v => v * v,
    }
}

fn main() {}
