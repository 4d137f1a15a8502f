//! Mark the field.
#![allow(dead_code)]
use pullback::prelude::*;

#[derive(Clone)]
struct History {
    entries: Vec<String>,
}

#[derive(Clone, Differentiable)]
struct Model<T> {
    weight: T,
    #[constant]
    history: History,
}

fn main() {}
