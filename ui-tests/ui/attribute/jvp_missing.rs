//! A rule for reverse mode alone, of a function with a `&mut` parameter.
// message: JvpMissing
use pullback::prelude::*;

#[differentiable(vjp = f_vjp)]
//~^ f_vjp
fn f(x: &mut f64) {
    *x *= *x;
}

fn f_vjp(x: &mut f64) -> ((), impl Fn(&mut f64) + use<>) {
    let kept = *x;
    f(x);
    ((), move |x_bar: &mut f64| *x_bar *= 2.0 * kept)
}

fn main() {
    f::vjp(&mut 1.0);
}
