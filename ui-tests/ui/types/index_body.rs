//! An index that leads to a place nobody can name.
// message: IndexBody
use pullback::prelude::*;
use std::ops::Index;

#[derive(Clone, Differentiable)]
struct Ring {
    data: Vec<f64>,
}

#[differentiable]
impl Index<usize> for Ring {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 { self.data.get(i).unwrap_or(&self.data[0]) }
    //~^ { self.data.get(i).unwrap_or(&self.data[0]) }
}

#[differentiable]
fn f(r: &Ring) -> f64 {
    r[0] * r[1]
}

fn main() {}
