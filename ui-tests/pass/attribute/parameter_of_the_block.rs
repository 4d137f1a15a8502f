//! The attribute stands on the block.
use pullback::prelude::*;

#[derive(Clone, Differentiable)]
struct Scale<T: Real> {
    w: T,
}

#[differentiable]
impl<T: Real> Scale<T> {
    fn apply(&self, x: T) -> T {
        self.w * x
    }
}

fn main() {
    let s = Scale { w: 2.0 };
    assert_eq!(s.apply(3.0), 6.0);
    assert_eq!(s.apply_grad(3.0).1, 2.0);
}
