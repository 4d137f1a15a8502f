//! A closure that carries a gradient is boxed among others.
// message: Closure
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let scales: Vec<Box<dyn Fn(f64) -> f64>> = vec![Box::new(move |v| v * x)];
    //~^ move |v| v * x
    x + scales.len() as f64
}

fn main() {
    f::grad(1.0);
}
