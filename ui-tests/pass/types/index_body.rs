//! A branch between places.
use pullback::prelude::*;
use std::ops::Index;

#[derive(Clone, Differentiable)]
struct Ring {
    data: Vec<f64>,
    len: usize,
}

#[differentiable]
impl Index<usize> for Ring {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        if i < self.len { &self.data[i] } else { &self.data[0] }
    }
}

#[differentiable]
fn f(r: &Ring) -> f64 {
    r[0] * r[1]
}

fn main() {
    f::grad(&Ring { data: vec![1.0, 2.0], len: 2 });
}
