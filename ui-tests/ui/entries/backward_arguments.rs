//! Too few arguments of `backward`.
// says: this function takes 2 arguments but 1 argument was supplied
use pullback::prelude::*;

#[differentiable]
fn area(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    let mut x = Param::new(1.0);
    area::backward(&mut x);
    //~^ area::backward
}
