//! A write to a thread-local variable.
// message: Effect
use pullback::prelude::*;
use std::cell::Cell;

thread_local! {
    static SEEN: Cell<f64> = const { Cell::new(0.0) };
}

#[differentiable]
fn f(x: f64) -> f64 {
    SEEN.with(|s| s.set(x));
    //~^ with
    x * x
}

fn main() {
    f::grad(1.0);
}
