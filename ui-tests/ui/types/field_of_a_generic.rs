//! A field of a generic struct whose type has no tangent.
// says: `History` is not differentiable
#![allow(dead_code)]
use pullback::prelude::*;

#[derive(Clone)]
struct History {
    entries: Vec<String>,
}

#[derive(Clone, Differentiable)]
struct Model<T> {
    weight: T,
    history: History,
    //~^ History
}

fn main() {}
