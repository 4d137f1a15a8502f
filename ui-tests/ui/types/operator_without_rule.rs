//! An operator on a type without a rule.
// says: this operation on `Meters` has no derivative rule
use pullback::prelude::*;
use std::ops::Mul;

#[derive(Clone, Copy, Differentiable)]
struct Meters {
    value: f64,
}

impl Mul for Meters {
    type Output = Meters;
    fn mul(self, other: Meters) -> Meters {
        Meters { value: self.value * other.value }
    }
}

#[differentiable]
fn area(a: Meters, b: Meters) -> Meters {
    a * b
    //~^ a * b
}

fn main() {
    area(Meters { value: 1.0 }, Meters { value: 2.0 });
}
