//! A closure of a chain that has no adjoint changes what has carried no gradient so far.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let mut total = 0.0;
    let hit = x.iter().any(|v| {
        total += v * v;
        //~^ total
        total > 1.0
    });
    if hit { total * x[1] } else { total * x[0] }
}

fn main() {
    f::grad(&[1.0, 2.0]);
}
