//! A field's type has no tangent.
// says: `Thread` is not differentiable
use pullback::prelude::*;
use std::thread::Thread;

#[derive(Differentiable)]
struct Model {
    w: f64,
    worker: Thread,
    //~^ Thread
}

fn main() {
    let m = Model { w: 1.0, worker: std::thread::current() };
    let _ = (m.w, m.worker);
}
