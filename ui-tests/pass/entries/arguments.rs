//! What each function of a companion takes.
use pullback::prelude::*;

#[differentiable]
fn area(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    let (_, pullback) = area::vjp(1.0, 2.0);
    let mut x = Param::new(1.0);
    let _ = (pullback(1.0), area::jvp((1.0, 2.0), (1.0, 0.0)), area::backward(&mut x, 2.0));
}
