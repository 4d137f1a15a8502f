//! The corpus: loops over slices, which the compiler writes as kernels: stencils, parts of one slice, tests taken out of loops.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{agree, differences, of_slices};

#[differentiable]
fn pairs(x: &[f64]) -> f64 {
    x.windows(2).map(|w| (w[1] - w[0] * w[0]) * w[1]).sum()
}

#[differentiable]
fn triples(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for w in x.windows(3) {
        let bend = w[0] - 2.0 * w[1] + w[2] * w[0];
        s += bend * bend;
    }
    s
}

#[differentiable]
fn neighbours(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() - 2 {
        s += (x[i + 2] - x[i]) * x[1 + i] + x[i].sin();
    }
    s
}

/// The part in the middle is not read.
#[differentiable]
fn far_neighbours(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() - 3 {
        s += x[i + 3] * x[i] - x[i + 1];
    }
    s
}

#[differentiable]
fn too_far(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len().saturating_sub(5) {
        s += x[i + 5] * x[i];
    }
    s
}

/// Only under a condition.
#[differentiable]
fn sometimes(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() - 1 {
        if x[i] > 0.0 {
            s += x[i + 1] * x[i];
        } else {
            s -= x[i];
        }
    }
    s
}

#[differentiable]
fn with_state(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for i in 0..x.len() - 1 {
        s = s * x[i] + x[i + 1] * x[i];
    }
    s
}

#[differentiable]
fn from_the_middle(x: &[f64]) -> f64 {
    let (n, mut s) = (x.len() / 2, 0.0);
    for i in 0..n {
        s += x[i] * x[n + i] + x[n + i].exp();
    }
    s
}

/// The parts overlap.
#[differentiable]
fn shifted(x: &[f64], shift: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() - shift {
        s += x[i] * x[i] * x[shift + i] + x[i + shift];
    }
    s
}

#[differentiable]
fn by_one(x: &[f64]) -> f64 {
    shifted(x, 1)
}

#[differentiable]
fn by_three(x: &[f64]) -> f64 {
    shifted(x, 3)
}

/// Where the part starts changes.
#[differentiable]
fn strides(x: &[f64]) -> f64 {
    let (mut start, mut s) = (0, 0.0);
    for i in 0..(x.len() + 1) / 2 {
        s += x[start + i] * x[start + i];
        start += 1;
    }
    s
}

#[differentiable]
fn into_neighbours(x: &[f64]) -> f64 {
    let mut y = vec![0.0; x.len()];
    for i in 0..x.len() - 1 {
        y[i + 1] += x[i] * x[i + 1];
        y[i] -= x[i].sin();
    }
    let mut s = 0.0;
    for i in 0..y.len() {
        s += y[i] * y[i];
    }
    s
}

#[differentiable]
fn rows(w: &[f64], x: &[f64], out: &mut [f64]) {
    let n = x.len();
    for i in 0..n {
        let a = x[i] * w[i] + w[n + i];
        out[i] = a.tanh() * w[2 * n + i];
    }
}

#[differentiable]
fn gated(x: &[f64]) -> f64 {
    let n = x.len() / 4;
    let mut out = vec![0.0; n];
    rows(&x[n..], &x[..n], &mut out);
    let mut s = 0.0;
    for o in &out {
        s += o * o;
    }
    s
}

of_slices! {
    pairs at [vec![0.3, -0.7, 1.1, 0.4, 2.0], vec![0.3, 0.9], vec![1.0], vec![]];
    triples at [vec![0.3, -0.7, 1.1, 0.4, 2.0, 0.1], vec![0.3, 0.9, 1.2], vec![1.0, 2.0]];
    neighbours at [vec![0.3, -0.7, 1.1, 0.4, 2.0, 0.1], vec![0.3, 0.9, 1.2], vec![1.0, 2.0]];
    far_neighbours at [vec![0.3, -0.7, 1.1, 0.4, 2.0, 0.1], vec![0.3, 0.9, 1.2, 0.4], vec![1.0, 2.0, 0.5]];
    too_far at [vec![0.3, -0.7, 1.1, 0.4, 2.0, 0.1, 0.9], vec![0.3, 0.9, 1.2, 0.4]];
    sometimes at [vec![0.3, -0.7, 1.1, 0.4, 2.0, -0.1], vec![0.3]];
    with_state at [vec![0.3, -0.7, 1.1, 0.4, 2.0, -0.1], vec![0.3]];
    from_the_middle at [vec![0.3, -0.7, 1.1, 0.4, 2.0, -0.1], vec![0.3], vec![]];
    by_one at [vec![0.3, -0.7, 1.1, 0.4, 2.0, -0.1], vec![0.3]];
    by_three at [vec![0.3, -0.7, 1.1, 0.4, 2.0, -0.1, 0.5], vec![0.3, 0.4, 0.5, 0.6]];
    strides at [vec![0.3, -0.7, 1.1, 0.4, 2.0], vec![0.3]];
    into_neighbours at [vec![0.3, -0.7, 1.1, 0.4, 2.0, -0.1], vec![0.3]];
    gated at [vec![0.3, -0.7, 1.1, 0.4, 2.0, -0.1, 0.5, 0.9, 1.3, 0.2, 0.1, 0.6], vec![0.3, 0.4, 0.5, 0.6], vec![]];
}

#[differentiable]
fn of_two(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() - 1 {
        s += (x[i + 1] - x[i]) * y[i] * y[i + 1];
    }
    s
}

/// One of two is a constant: its cotangent has no entries.
#[test]
fn neighbours_of_a_constant() {
    let (x, y) = (vec![0.3, -0.7, 1.1, 0.4], vec![2.0, 0.5, -1.0, 0.25]);
    let (g, h) = of_two::grad(&x, &y);
    agree("x", &g, &differences(|x| of_two(x, &y), &x), g.iter().map(|g| g * g).sum());
    agree("y", &h, &differences(|y| of_two(&x, y), &y), h.iter().map(|g| g * g).sum());
    let (mut px, mut py) = (Param::new(x.clone()), Param::new(y.clone()));
    of_two::backward(&mut px, &y[..]);
    of_two::backward(&x[..], &mut py);
    assert_eq!((px.grad(), py.grad()), (Some(&g), Some(&h)));
}

#[differentiable]
fn triangle(l: &[f64], x: &[f64], out: &mut [f64]) {
    let d = x.len();
    let mut start = 0;
    for i in 0..d {
        let column = &l[start..start + d - i];
        for (o, l) in out[i..].iter_mut().zip(column) {
            *o += l * x[i];
        }
        start += column.len();
    }
}

#[differentiable]
fn first_of_triangle(l: &[f64], x: &[f64]) -> f64 {
    let mut out = vec![0.0; x.len()];
    triangle(l, x, &mut out);
    out[0]
}

/// What is not used adds nothing, even where its derivative is infinite.
#[test]
fn unused_and_infinite() {
    let (l, x) = ([1.0, f64::INFINITY, 3.0, 4.0, 5.0, 6.0], [0.5, f64::INFINITY, 2.0]);
    let (l_bar, x_bar) = first_of_triangle::grad(&l, &x);
    assert_eq!(l_bar, [0.5, 0.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(x_bar, [1.0, 0.0, 0.0]);
}

#[differentiable]
fn narrow(x: &[f32]) -> f32 {
    let mut s = 0.0;
    for w in x.windows(2) {
        s += w[0] * w[0] * w[1];
    }
    s
}

#[test]
fn numbers_of_32_bits() {
    assert_eq!(narrow::grad(&[1.0, 2.0, 3.0]), [4.0, 13.0, 4.0]);
}

/// What is scaled in place.
#[differentiable]
fn scaled(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for i in 0..y.len() {
        y[i] *= 2.0;
    }
    for i in 0..y.len() {
        y[i] /= x[i];
    }
    let mut s = 0.0;
    for i in 0..y.len() {
        s += y[i] * x[i];
    }
    s
}

#[test]
fn scaled_in_place() {
    let x = [0.5, 2.0, -3.0];
    agree("scaled", &scaled::grad(&x), &differences(scaled, &x), 12.0);
}
