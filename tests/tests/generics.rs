//! The corpus: type and const parameters, lifetimes, `where` clauses, `mut` parameters and patterns in the list of parameters.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{close, of_slices};

#[differentiable]
fn norm<const N: usize>(x: &[f64; N]) -> f64 {
    let mut s = 0.0;
    for i in 0..N {
        s += x[i] * x[i];
    }
    s.sqrt()
}

#[differentiable]
fn logistic<T: Real>(x: T, k: T) -> T {
    T::ONE / (T::ONE + (-(x * k)).exp())
}

#[differentiable]
fn weighted<T>(x: &[T], w: T) -> T
where
    T: Real,
{
    let mut s = T::ZERO;
    for v in x {
        s += *v * w;
    }
    s * w
}

#[differentiable]
fn with_mut(mut x: f64, mut n: usize) -> f64 {
    while n > 0 {
        x = x * x + 0.1;
        n -= 1;
    }
    x
}

#[derive(Clone, Differentiable)]
struct Model {
    w: Vec<f64>,
    b: f64,
}

#[differentiable]
fn with_lifetimes<'a, 'b>(m: &'a Model, x: &'b [f64]) -> f64 {
    let mut s = m.b;
    for i in 0..x.len() {
        s += m.w[i] * x[i];
    }
    s * s
}

#[differentiable]
fn together(x: &[f64]) -> f64 {
    let m = Model { w: vec![x[0], x[1], 0.5], b: x[2] };
    norm(&[x[0], x[1], x[2]]) * norm(&[x[1], 1.0])
        + logistic(x[0], x[1])
        + weighted(x, x[2])
        + weighted::<f64>(&x[1..], 2.0)
        + with_mut(x[1] * 0.5, 3)
        - with_lifetimes(&m, x)
}

#[test]
fn both_precisions() {
    let (x, k) = logistic::grad(0.3_f32, 2.0_f32);
    let (x64, k64) = logistic::grad(0.3_f64, 2.0_f64);
    close("x", f64::from(x), x64, 1e-6);
    close("k", f64::from(k), k64, 1e-6);
    let g = norm::grad(&[3.0, 4.0]);
    close("norm", g[0], 0.6, 1e-14);
    close("norm", g[1], 0.8, 1e-14);
}

of_slices! {
    together at [[0.7, -0.3, 1.1], [0.2, 0.9, 0.6]];
}
