//! An operator that is not known.
// message: Operator
use pullback::prelude::*;
use std::ops::Shl;

#[derive(Clone, Copy, Differentiable)]
struct Signal {
    level: f64,
}

impl Shl<u32> for Signal {
    type Output = Signal;
    fn shl(self, octaves: u32) -> Signal {
        Signal { level: self.level * f64::from(1 << octaves) }
    }
}

#[differentiable]
fn f(s: Signal) -> f64 {
    (s << 1).level
    //~^ <<
}

fn main() {
    f::grad(Signal { level: 1.0 });
}
