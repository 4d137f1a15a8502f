//! The attribute stands on the module's functions.

mod model {
    use pullback::prelude::*;

    #[differentiable]
    pub fn f(x: f64) -> f64 {
        x * x
    }
}

fn main() {
    assert_eq!(model::f::grad(1.0), 2.0);
}
