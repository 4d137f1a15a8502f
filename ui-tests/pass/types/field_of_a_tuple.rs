//! Mark the field.
#![allow(dead_code)]
use pullback::prelude::*;

#[derive(Clone)]
struct History {
    entries: Vec<String>,
}

#[derive(Clone, Differentiable)]
struct Model {
    weight: f64,
    #[constant]
    best: (f64, History),
}

fn main() {}
