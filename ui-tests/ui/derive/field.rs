//! A field's type has no tangent.
use pullback::prelude::*;
use std::time::Duration;

#[derive(Differentiable)]
struct Model {
    w: f64,
    timeout: Duration,
    //~^ Duration
}

fn main() {
    let m = Model { w: 1.0, timeout: Duration::ZERO };
    let _ = (m.w, m.timeout);
}
