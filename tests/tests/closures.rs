//! The corpus: closures.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

/// Called often, with active and with constant arguments.
#[differentiable]
fn called_many_times(x: f64) -> f64 {
    let w = x * x;
    let n = 3;
    let f = |v: f64| v * w + f64::from(n);
    f(x) * f(2.0) - f(f(x))
}

/// The closure captures nothing active.
#[differentiable]
fn inactive_capture(x: f64) -> f64 {
    let k = 2.5;
    let f = |v| v * k + 1.0;
    let c = f(1.0);
    f(x) * c
}

#[differentiable]
fn blocks_and_returns(x: f64) -> f64 {
    let soft = |v: f64, scale: f64| {
        if v < 0.0 {
            return 0.1 * v * scale;
        }
        let e = (-v).exp();
        if e < 0.2 {
            return v + e;
        }
        e * scale
    };
    soft(x, 2.0) + soft(-x, x) * soft(3.0 * x, 1.0)
}

/// The body names what is shadowed at the call, and a parameter what is captured elsewhere.
#[differentiable]
fn lexical_scope(x: f64) -> f64 {
    let w = x.sin();
    let f = |v: f64| v * w;
    let w = x * 10.0;
    let v = 2.0 * x;
    let g = |w: f64| f(w) + v;
    g(v) * w
}

#[differentiable]
fn mutated_captures(x: f64) -> f64 {
    let mut total = x;
    let mut calls = 0;
    let mut add = |v: f64| {
        total += v * v;
        calls += 1;
        total
    };
    let a = add(x.sin());
    let b = add(a * 0.5);
    total * b + f64::from(calls)
}

/// A `move` closure's copies are those at its definition.
#[differentiable]
fn moved_copies(x: f64) -> f64 {
    let mut c = x;
    let f = move |v: f64| v * c;
    c = 5.0 * x;
    let mut state = c;
    let mut step = move |v: f64| {
        state = state * 0.5 + v;
        state
    };
    let a = step(x);
    let b = step(a);
    state += 1.0;
    f(2.0) + c * b + state
}

#[differentiable]
fn nested_closures(x: f64) -> f64 {
    let square = |v: f64| v * v;
    let poly = |v: f64| {
        let inner = |u: f64| square(u) + x;
        inner(v) * inner(1.0)
    };
    poly(x) + (|v: f64| v.cos() * x)(2.0)
}

#[differentiable]
fn patterns_in_parameters(x: f64) -> f64 {
    let dot = |(a, b): (f64, f64), c: [f64; 2]| a * c[0] + b * c[1];
    let first = |&(a, _): &(f64, f64)| a * a;
    let pair = (x, x * x);
    dot(pair, [x.sin(), 2.0]) + first(&pair) + dot((1.0, x), [x, x])
}

#[differentiable]
fn by_reference(x: &[f64]) -> f64 {
    let norm = |v: &[f64]| v.iter().map(|a| a * a).sum::<f64>();
    let last = |v: &[f64]| v[v.len() - 1];
    let y = [x[0] * 2.0, x[1]];
    norm(x) * norm(&y) + last(&y) * last(&x[..2])
}

fn square(v: f64) -> f64 {
    v * v
}

mod functions {
    use super::*;
    #[differentiable]
    pub(super) fn cube(v: f64) -> f64 {
        v * v * v
    }
    #[differentiable]
    pub(super) fn scaled(v: f64, k: f64) -> f64 {
        v.sin() * k
    }
}
use functions::{cube, scaled};

#[differentiable]
fn functions_by_name(x: &[f64]) -> f64 {
    let f = cube;
    let k = square(2.0);
    x.iter().copied().map(cube).sum::<f64>()
        + f(x[0])
        + x.iter().map(|v| scaled(*v, x[1])).sum::<f64>() * k
        + x.iter().copied().map(f64::sin).product::<f64>()
        + x.iter().copied().fold(0.5, f64::max)
}

#[differentiable]
fn in_loops(x: &[f64]) -> f64 {
    let w = x[0];
    let act = |v: f64| if v > 0.0 { v * w } else { v * 0.1 };
    let mut s = 0.0;
    for i in 0..x.len() {
        let bump = |v: f64| v + x[i] * s;
        s = act(bump(x[i]));
        if s > 4.0 {
            break;
        }
    }
    s
}

of_scalars! {
    called_many_times at [-0.7, 0.4, 1.3];
    inactive_capture at [-0.7, 1.3];
    blocks_and_returns at [-0.7, 0.3, 1.3];
    lexical_scope at [-0.7, 1.3];
    mutated_captures at [-0.7, 1.3];
    moved_copies at [-0.7, 1.3];
    nested_closures at [-0.7, 1.3];
    patterns_in_parameters at [-0.7, 1.3];
}
of_slices! {
    by_reference at [vec![0.3, -0.7, 1.1]];
    functions_by_name at [vec![0.3, -0.7, 1.1], vec![0.9, 1.4]];
    in_loops at [vec![0.3, -0.7, 1.1], vec![1.4, 2.0, 1.5, 0.2]];
}
