//! The map leads to indices.
use pullback::prelude::*;
use std::collections::HashMap;

#[differentiable]
fn f(prices: &[f64], #[constant] at: &HashMap<u32, usize>) -> f64 {
    prices[at[&1]] * prices[at[&2]]
}

fn main() {
    f::grad(&[2.0, 3.0], &HashMap::from([(1, 0), (2, 1)]));
}
