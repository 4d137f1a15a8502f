//! A `&mut` parameter is turned to another place.
// message: TurnedParameter
use pullback::prelude::*;

#[differentiable]
fn f<'a>(mut x: &'a mut [f64], n: usize) -> f64 {
    x = &mut x[n..];
    //~^ x
    x[0] *= 2.0;
    x[0]
}

fn main() {
    f::vjp(&mut [1.0, 2.0], 1);
}
