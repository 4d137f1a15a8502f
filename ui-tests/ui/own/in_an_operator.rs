//! A value used after a move, in an operator.
// says: borrow of moved value: `o.c`
#![allow(dead_code)]
use pullback::prelude::*;

#[derive(Clone, Differentiable)]
struct Series {
    c: Vec<f64>,
}

#[differentiable]
impl std::ops::Add for Series {
    type Output = Series;
    fn add(self, o: Series) -> Series {
        let c = o.c;
        Series { c: vec![c[0] + self.c[0], o.c[1]] }
        //~^ o.c
    }
}

fn main() {}
