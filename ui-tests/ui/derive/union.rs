//! A union has no tangent.
// message: Union
use pullback::prelude::*;

#[derive(Differentiable)]
union Number {
    //~^ union
    single: f32,
    double: f64,
}

fn main() {
    let _ = Number { single: 1.0 };
}
