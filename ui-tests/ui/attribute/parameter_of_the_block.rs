//! A method of a block with parameters has the attribute by itself.
// message: ParameterOfBlock
use pullback::prelude::*;

#[derive(Clone, Differentiable)]
struct Scale<T: Real> {
    w: T,
}

impl<T: Real> Scale<T> {
    #[differentiable]
    fn apply(&self, x: T) -> T {
        //~^ T
        self.w * x
    }
}

fn main() {}
