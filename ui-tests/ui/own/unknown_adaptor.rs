//! The user's own mistake: an unknown method in a chain of iterators.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64], y: &mut [f64]) {
    for (a, b) in y.iter_mut().zipp(x.iter().rev()) {
        //~^ zipp
        *a += *b;
    }
}

fn main() {
    f::vjp(&[1.0], &mut [2.0]);
}
