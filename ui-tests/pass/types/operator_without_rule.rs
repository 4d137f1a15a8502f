//! The attribute on the operator's `impl` gives the rule.
use pullback::prelude::*;
use std::ops::Mul;

#[derive(Clone, Copy, Differentiable)]
struct Meters {
    value: f64,
}

#[differentiable]
impl Mul for Meters {
    type Output = Meters;
    fn mul(self, other: Meters) -> Meters {
        Meters { value: self.value * other.value }
    }
}

#[differentiable]
fn area(a: Meters, b: Meters) -> Meters {
    a * b
}

fn main() {
    let _ = area(Meters { value: 1.0 }, Meters { value: 2.0 });
}
