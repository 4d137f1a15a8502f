//! A user's method that is called as one of ours: its derivative is not ours.
// says: multiple applicable items in scope
#![allow(dead_code)]
use pullback::differentiable;

trait Activation {
    fn sigmoid(self) -> f64;
}
impl Activation for f64 {
    fn sigmoid(self) -> f64 {
        self / (1.0 + self.abs())
    }
}

#[differentiable]
fn f(x: f64) -> f64 {
    x.sigmoid()
    //~^ sigmoid
}

fn main() {}
