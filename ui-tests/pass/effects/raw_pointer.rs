//! No gradient is meant.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y = x * x;
    no_grad! {
        let p = &raw const y;
        println!("{p:?}");
    }
    y
}

fn main() {
    assert_eq!(f::grad(1.0), 2.0);
}
