//! A field that is a tuple with something that has no tangent.
// says: `History` is not differentiable
#![allow(dead_code)]
use pullback::prelude::*;

#[derive(Clone)]
struct History {
    entries: Vec<String>,
}

#[derive(Clone, Differentiable)]
struct Model {
    weight: f64,
    best: (f64, History),
    //~^ (f64, History)
}

fn main() {}
