//! A macro's own variable has the name of one that it is given.
// message: TwoOfOneName
use pullback::prelude::*;

macro_rules! doubled {
    ($name:ident, $x:ident) => {
        #[differentiable]
        fn $name($x: f64) -> f64 {
            let x = 2.0;
            //~^ x
            x * $x
        }
    };
}
doubled!(f, x);

fn main() {
    f::grad(1.0);
}
