//! A result that may be of any differentiable type.
// message: ResultOfAnyType
use pullback::prelude::*;

#[differentiable]
fn last<T: Differentiable + Clone>(x: &[T]) -> T {
    //~^ -> T
    x[x.len() - 1].clone()
}

fn main() {}
