//! A type parameter without a bound.
// message: UnboundParameter
use pullback::prelude::*;

#[differentiable]
fn same<T>(x: T) -> T {
    //~^ T
    x
}

fn main() {}
