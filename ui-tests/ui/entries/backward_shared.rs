//! A parameter without `&mut`.
// says: `&pullback::Param<{float}>` can't be passed here to `backward`
use pullback::prelude::*;

#[differentiable]
fn area(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    let x = Param::new(1.0);
    area::backward(&x, 2.0);
    //~^ &x
}
