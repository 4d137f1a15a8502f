//! A map of values.
// message: NoTangent
use pullback::prelude::*;
use std::collections::HashMap;

#[differentiable]
fn f(prices: &HashMap<u32, f64>) -> f64 {
    //~^ &HashMap<u32, f64>
    prices[&1] * prices[&2]
}

fn main() {}
