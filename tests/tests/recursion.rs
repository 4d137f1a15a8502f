//! The corpus: functions that call themselves, each other, over slices and trees.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{close, of_scalars, of_slices};

#[differentiable]
fn power(x: f64, n: u32) -> f64 {
    if n == 0 { 1.0 } else { x * power(x, n - 1) }
}

#[differentiable]
fn fast_power(x: f64, n: u32) -> f64 {
    if n == 0 {
        return 1.0;
    }
    let h = fast_power(x, n / 2);
    if n % 2 == 0 { h * h } else { h * h * x }
}

#[differentiable]
fn powers(x: f64) -> f64 {
    power(x, 5) + fast_power(x, 7) * 0.5
}

#[differentiable]
fn even(x: f64, n: u32) -> f64 {
    if n == 0 { x.sin() } else { x * odd(x + 0.1, n - 1) }
}

#[differentiable]
fn odd(x: f64, n: u32) -> f64 {
    if n == 0 { x.cos() } else { even(x * x, n - 1) + x }
}

#[differentiable]
fn mutual(x: f64) -> f64 {
    even(x, 4) * odd(x, 3)
}

mod apart {
    use super::*;
    /// The cycle is hidden behind another name.
    #[differentiable(recursive)]
    pub(super) fn there(x: f64, n: u32) -> f64 {
        if n == 0 { x } else { back(x.sin(), n - 1) }
    }
    use super::back_again as back;
}

#[differentiable]
fn back_again(x: f64, n: u32) -> f64 {
    if n == 0 { x * x } else { apart::there(x * 0.5, n - 1) * x }
}

#[differentiable]
fn renamed(x: f64) -> f64 {
    back_again(x, 5)
}

/// Horner's rule, over the rest of a slice.
#[differentiable]
fn horner(c: &[f64], x: f64) -> f64 {
    if c.is_empty() { 0.0 } else { c[0] + x * horner(&c[1..], x) }
}

#[differentiable]
fn sum_of_halves(x: &[f64]) -> f64 {
    match x.len() {
        0 => 0.0,
        1 => x[0] * x[0],
        n => sum_of_halves(&x[..n / 2]) * 2.0 + sum_of_halves(&x[n / 2..]),
    }
}

#[differentiable]
fn polynomial(x: &[f64]) -> f64 {
    horner(x, x[0] * 0.5) + sum_of_halves(x)
}

/// In place: each half, then both.
#[differentiable]
fn smooth(x: &mut [f64]) {
    let n = x.len();
    if n < 2 {
        return;
    }
    smooth(&mut x[..n / 2]);
    smooth(&mut x[n / 2..]);
    let m = x[n / 2 - 1] * x[n / 2];
    x[0] += m.sin();
    x[n - 1] *= m;
}

#[differentiable]
fn smoothed(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    smooth(&mut y);
    let mut s = 0.0;
    for v in y.iter() {
        s += v * v;
    }
    s
}

#[derive(Clone, Differentiable)]
enum Tree {
    Leaf(f64),
    Node(Box<Tree>, Box<Tree>),
}

#[differentiable]
fn total(t: &Tree) -> f64 {
    match t {
        Tree::Leaf(v) => v * v,
        Tree::Node(a, b) => total(a) * total(b) + total(a),
    }
}

#[derive(Clone, Differentiable)]
struct List {
    head: f64,
    tail: Option<Box<List>>,
}

#[differentiable]
impl List {
    fn weighted(&self, w: f64) -> f64 {
        match &self.tail {
            Some(rest) => self.head * w + rest.weighted(w * w),
            None => self.head,
        }
    }
}

#[differentiable]
fn generic_power<T: Real>(x: T, n: u32) -> T {
    if n == 0 { T::ONE } else { x * generic_power(x, n - 1) }
}

#[differentiable]
fn ackermann_like(x: f64, m: u32, n: u32) -> f64 {
    if m == 0 {
        x * 1.1
    } else if n == 0 {
        ackermann_like(x * x, m - 1, 1)
    } else {
        let inner = ackermann_like(x, m, n - 1);
        ackermann_like(inner.sin(), m - 1, 1)
    }
}

#[differentiable]
fn nested_recursion(x: f64) -> f64 {
    ackermann_like(x, 2, 2)
}

/// Inside a loop, the call's depth changing.
#[differentiable]
fn in_a_loop(x: f64) -> f64 {
    let mut s = x;
    for n in 0..5 {
        s = power(s, n) * 0.3 + x;
    }
    s
}

#[test]
fn trees() {
    let leaf = |v| Box::new(Tree::Leaf(v));
    let t = Tree::Node(leaf(2.0), Box::new(Tree::Node(leaf(3.0), leaf(0.5))));
    let (y, g) = total::value_and_grad(&t);
    assert_eq!(y, total(&t));
    let moved = |a: f64, b: f64, c: f64| total(&Tree::Node(leaf(a), Box::new(Tree::Node(leaf(b), leaf(c)))));
    let (y_again, y_dot) = total::jvp(&t, &g);
    assert_eq!(y_again, y);
    let d = [
        pullback_tests::difference(|v| moved(v, 3.0, 0.5), 2.0),
        pullback_tests::difference(|v| moved(2.0, v, 0.5), 3.0),
        pullback_tests::difference(|v| moved(2.0, 3.0, v), 0.5),
    ];
    close("forward against differences", y_dot, d.iter().map(|d| d * d).sum(), 1e-5);
    close("⟨g, g⟩", pullback::Tangent::dot(&g, &g), y_dot, 1e-10);
}

#[test]
fn lists() {
    let make = |a: f64, b: f64| List { head: a, tail: Some(Box::new(List { head: b, tail: None })) };
    let list = make(2.0, 3.0);
    let (y, (g, w)) = list.weighted_value_and_grad(0.5);
    assert_eq!(y, list.weighted(0.5));
    close("w", w, 2.0, 1e-14);
    assert_eq!(g.head, 0.5);
    assert_eq!(g.tail.unwrap().head, 1.0);
}

#[test]
fn generic_recursion() {
    assert_eq!(generic_power::grad(2.0_f64, 3), 12.0);
    assert_eq!(generic_power::grad(2.0_f32, 3), 12.0);
}

#[test]
fn gradients_in_place() {
    let mut x = [0.3, 0.5, 0.2, 0.9];
    let ((), pullback) = smooth::vjp(&mut x);
    let mut bar = [1.0; 4];
    pullback(&mut bar);
    let run = |x: &[f64]| {
        let mut y = x.to_vec();
        smooth(&mut y);
        y.iter().sum()
    };
    for (g, d) in bar.iter().zip(pullback_tests::differences(run, &[0.3, 0.5, 0.2, 0.9])) {
        close("smooth", *g, d, 1e-6);
    }
}

of_scalars! {
    powers at [0.7, -1.2, 0.0];
    mutual at [0.4, 1.1];
    renamed at [0.4, 1.1];
    nested_recursion at [0.4, 0.8];
    in_a_loop at [0.4, 0.9];
}

of_slices! {
    polynomial at [[0.5, -0.3, 1.2, 0.8], [1.0, 2.0, 0.5, -1.0]];
    smoothed at [[0.5, -0.3, 1.2, 0.8], [1.0, 2.0, 0.5, -1.0]];
}
