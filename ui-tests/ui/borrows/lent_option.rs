//! A walk through a list by a reference that moves on.
// message: LentOption
use pullback::prelude::*;

#[derive(Clone, Differentiable)]
struct Node {
    value: f64,
    next: Option<Box<Node>>,
}

#[differentiable]
fn total(list: &Node) -> f64 {
    let (mut sum, mut at) = (list.value, list.next.as_deref());
    //~^ as_deref
    while let Some(node) = at {
        sum += node.value;
        at = node.next.as_deref();
    }
    sum
}

fn main() {}
