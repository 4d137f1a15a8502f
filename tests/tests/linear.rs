//! Adjoints of indexing cost one addition: what a gradient of a loop over n elements allocates, and how long it takes, grows as n does.
//!
//! Input: functions that read, or write, each element of a container in a loop. Output: bytes at n and 10 n, counted; times, the least of several, with
//! a generous bound. Invariant: an adjoint that made a container for each `x[i]` would need a hundred times as much of both.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use nalgebra::{DMatrix, DVector};
use pullback::prelude::*;
use pullback_tests::heap::{Counting, heap};
use std::hint::black_box;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The bytes that a call allocates, and the least of the times of fifteen.
fn cost<R>(f: impl Fn() -> R) -> (usize, Duration) {
    let bytes = heap(|| black_box(f())).bytes;
    let time = |_| {
        let start = Instant::now();
        drop(black_box(f()));
        start.elapsed()
    };
    (bytes, (0..15).map(time).min().unwrap_or_default())
}

/// Ten times the elements: some twelve times the bytes (`Vec`s grow by doubling), and nowhere near a hundred times the time.
fn linear<R, S>(what: &str, small: impl Fn() -> R, large: impl Fn() -> S) {
    let ((small_bytes, small_time), (large_bytes, large_time)) = (cost(small), cost(large));
    assert!(large_bytes <= 20 * small_bytes + 4096, "{what}: {small_bytes} bytes for n, {large_bytes} for 10 n");
    let bound = small_time * 45 + Duration::from_micros(500);
    assert!(large_time <= bound, "{what}: {small_time:?} for n, {large_time:?} for 10 n");
}

/// So few that ten times as many take less than a slice of the processor's time, and other programs do not disturb.
const N: usize = 500;

fn points(n: usize) -> Vec<f64> {
    (0..n).map(|k| 0.5 + (k % 7) as f64 * 0.1).collect()
}

#[differentiable]
fn of_slice(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * x[(i * 7) % x.len()].sin();
    }
    s
}

#[differentiable]
fn of_vec(x: Vec<f64>) -> f64 {
    let (mut s, mut i) = (0.0, 0);
    while i < x.len() {
        s += x[i] * x[i];
        i += 1;
    }
    s
}

#[differentiable]
fn of_array<const M: usize>(x: &[f64; M]) -> f64 {
    let mut s = 0.0;
    for i in 0..M {
        s += x[i] * x[i].cos();
    }
    s
}

#[differentiable]
fn overwritten(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    for i in 1..v.len() {
        v[i] = v[i] * v[i - 1].sin() + v[i];
    }
    v[v.len() - 1] + v[0]
}

#[differentiable]
fn pushed(x: &[f64]) -> f64 {
    let mut v = Vec::new();
    for i in 0..x.len() {
        v.push(x[i] * x[i]);
    }
    let mut s = 0.0;
    for i in 0..v.len() {
        s += v[i] * x[i];
    }
    s
}

#[differentiable]
fn pair(x: &[f64], i: usize) -> f64 {
    x[i] * x[i + 1]
}

/// A part of the slice is lent to a callee in each round.
#[differentiable]
fn of_callee(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() - 1 {
        s += pair(x, i) + pair(&x[i..], 0);
    }
    s
}

#[differentiable]
fn of_vector(x: &DVector<f64>) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * x[i].sin();
    }
    s
}

#[differentiable]
fn of_matrix(m: &DMatrix<f64>) -> f64 {
    let mut s = 0.0;
    for j in 0..m.ncols() {
        for i in 0..m.nrows() {
            s += m[(i, j)] * m[(i, j)];
        }
    }
    s
}

#[differentiable]
fn of_tensor(x: &Tensor<f64>) -> f64 {
    let mut s = 0.0;
    for i in 0..x.numel() {
        s += x[i] * x[i].sin();
    }
    s
}

#[derive(Clone, Differentiable)]
struct Grid {
    data: Vec<f64>,
    columns: usize,
}

#[differentiable]
impl std::ops::Index<(usize, usize)> for Grid {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.data[i * self.columns + j]
    }
}

#[differentiable]
fn of_grid(g: &Grid) -> f64 {
    let mut s = 0.0;
    for i in 0..g.data.len() / g.columns {
        for j in 0..g.columns {
            s += g[(i, j)] * g.data[i];
        }
    }
    s
}

/// Recursion over halves: what a call is lent of a slice is no copy.
#[differentiable]
fn halved(x: &[f64]) -> f64 {
    let n = x.len();
    if n == 1 { x[0] * x[0] } else { halved(&x[..n / 2]) + halved(&x[n / 2..]) }
}

/// Recursion that hands on the whole slice, or all but its first element.
#[differentiable]
fn summed_from(x: &[f64], i: usize) -> f64 {
    if i == x.len() { 0.0 } else { x[i] * x[i] + summed_from(x, i + 1) }
}

#[differentiable]
fn rest(x: &[f64]) -> f64 {
    if x.is_empty() { 0.0 } else { x[0] * x[0] + rest(&x[1..]) }
}

#[test]
fn forward_mode_lends_parts() {
    let (small, large) = (points(N), points(10 * N));
    linear("halves", || halved::jvp(&small, &small[..]), || halved::jvp(&large, &large[..]));
    linear("a whole slice", || summed_from::jvp((&small[..], 0), &small[..]), || summed_from::jvp((&large[..], 0), &large[..]));
    linear("all but one", || rest::jvp(&small, &small[..]), || rest::jvp(&large, &large[..]));
}

#[test]
fn slices() {
    let (a, b) = (points(N), points(10 * N));
    linear("x[i] of a slice", || of_slice::grad(&a), || of_slice::grad(&b));
    linear("x[i] = …", || overwritten::grad(&a), || overwritten::grad(&b));
    linear("push", || pushed::grad(&a), || pushed::grad(&b));
    linear("a callee", || of_callee::grad(&a), || of_callee::grad(&b));
}

#[test]
fn vectors_and_arrays() {
    let (a, b) = (points(N), points(10 * N));
    linear("x[i] of a Vec", || of_vec::grad(a.clone()), || of_vec::grad(b.clone()));
    let (a, b) = (Box::new([0.5; N]), Box::new([0.5; 10 * N]));
    linear("x[i] of an array", || of_array::grad(&a), || of_array::grad(&b));
}

#[test]
fn matrices() {
    let (a, b) = (DVector::from_vec(points(N)), DVector::from_vec(points(10 * N)));
    linear("x[i] of a vector", || of_vector::grad(&a), || of_vector::grad(&b));
    let (a, b) = (DMatrix::from_element(10, 50, 0.5), DMatrix::from_element(100, 50, 0.5));
    linear("m[(i, j)]", || of_matrix::grad(&a), || of_matrix::grad(&b));
}

#[test]
fn tensors_and_own_types() {
    let (a, b) = (Tensor::new(points(N), [N]), Tensor::new(points(10 * N), [10 * N]));
    linear("x[i] of a tensor", || of_tensor::grad(&a), || of_tensor::grad(&b));
    let (a, b) = (Grid { data: points(N), columns: 10 }, Grid { data: points(10 * N), columns: 10 });
    linear("an index of the user's", || of_grid::grad(&a), || of_grid::grad(&b));
}
