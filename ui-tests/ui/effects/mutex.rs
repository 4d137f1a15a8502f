//! A write through a `Mutex`.
// message: Effect
use pullback::prelude::*;
use std::sync::Mutex;

#[differentiable]
fn f(x: f64, #[constant] seen: &Mutex<f64>) -> f64 {
    *seen.lock().unwrap() = x;
    //~^ *seen.lock().unwrap()
    x * x
}

fn main() {
    f::grad(1.0, &Mutex::new(0.0));
}
