//! A compound assignment that is the user's own.
use pullback::prelude::*;
use std::ops::AddAssign;

#[derive(Clone, Copy, Differentiable)]
struct LogProb(f64);

impl AddAssign for LogProb {
    fn add_assign(&mut self, o: LogProb) {
        self.0 = (self.0.exp() + o.0.exp()).ln();
    }
}

#[differentiable]
fn f(x: f64) -> f64 {
    let mut p = LogProb(x);
    p += LogProb(0.5);
    //~^ p
    p.0
}

fn main() {
    f::grad(1.0);
}
