//! No waste: what gradients allocate, counted.
//!
//! Input: functions of numbers, arrays and slices. Output: counts of heap allocations. Invariant: counts are of this thread, so that tests may run side by side.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::heap::{Counting, Heap, heap};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations and bytes of one call.
fn taken<R>(f: impl FnOnce() -> R) -> (usize, usize) {
    let Heap { allocations, bytes, .. } = heap(f);
    (allocations, bytes)
}

#[differentiable]
fn branches(x: f64, y: f64) -> f64 {
    let u = (x * y).sin();
    let v = if u > 0.0 { u.exp() * x } else { u / y };
    v * v + u.tanh()
}

#[differentiable]
fn length(v: [f64; 3]) -> f64 {
    let mut s = 0.0;
    for i in 0..3 {
        s += v[i] * v[i];
    }
    s.sqrt()
}

#[differentiable]
fn rosenbrock(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() - 1 {
        let a = 1.0 - x[i];
        let b = x[i + 1] - x[i] * x[i];
        s += a * a + 100.0 * b * b;
    }
    s
}

/// What an iteration changes is saved, once.
#[differentiable]
fn logistic(r: f64, x: f64, #[constant] n: usize) -> f64 {
    let mut x = x;
    for _ in 0..n {
        x = r * x * (1.0 - x);
    }
    x
}

#[test]
fn numbers_and_arrays_allocate_nothing() {
    assert_eq!(taken(|| branches::grad(0.3, 0.7)), (0, 0));
    assert_eq!(taken(|| branches::grad(0.3, -0.7)), (0, 0));
    assert_eq!(taken(|| length::grad([1.0, 2.0, 3.0])), (0, 0));
}

#[test]
fn what_can_be_evaluated_again_is_not_saved() {
    for n in [10, 1000] {
        let x = vec![0.5; n];
        assert_eq!(taken(|| rosenbrock::grad(&x)), (1, 8 * n), "the gradient is all that is allocated");
    }
}

#[test]
fn records_are_reserved_and_linear() {
    for n in [100, 1000, 10_000] {
        let (count, bytes) = taken(|| logistic::grad(3.5, 0.3, n));
        assert!(count <= 1 && bytes <= 16 * n, "{count} allocations, {bytes} bytes for {n} iterations");
    }
}
