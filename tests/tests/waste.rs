//! No waste: what gradients allocate, counted.
//!
//! Input: functions of numbers, arrays and slices. Output: counts of heap allocations. Invariant: counts are of this thread, so that tests may run side by side.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use nalgebra::{Matrix2x3, Vector2, Vector3};
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

#[differentiable]
fn steps(x: &[f64]) -> f64 {
    x.windows(2).map(|w| (w[1] - w[0]) * (w[1] - w[0])).sum()
}

/// What is added to neighbours is carried along in variables.
#[test]
fn windows_take_the_gradient_alone() {
    let x: Vec<f64> = (0..100).map(|i| f64::from(i) * 0.1).collect();
    assert_eq!(taken(|| steps::grad(&x)), (1, 800));
}

#[differentiable]
fn of_squares(x: &[f64]) -> f64 {
    let mut y = vec![0.0; x.len()];
    for i in 0..x.len() {
        y[i] = x[i] * x[i];
    }
    let mut s = 0.0;
    for i in 0..x.len() {
        s += y[i] * y[i] * x[i];
    }
    s
}

/// A list that nobody changes any more is read where it stands: there are itself, its cotangent, the gradient.
#[test]
fn a_list_is_not_copied() {
    let x: Vec<f64> = (0..100).map(|i| f64::from(i) * 0.1).collect();
    assert_eq!(taken(|| of_squares::grad(&x)), (3, 2400));
}

#[differentiable]
fn weight(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// A pullback holds only what it can't compute: here the exponential.
#[test]
fn a_pullback_holds_one_number() {
    fn size<F: Fn(f64) -> f64>(_: &F) -> usize {
        size_of::<F>()
    }
    let (_, pullback) = weight::vjp(0.3);
    assert_eq!(size(&pullback), size_of::<f64>());
}

/// The tip of an arm with two joints.
#[differentiable]
fn tip(q: [f64; 3], l: [f64; 3]) -> [f64; 2] {
    let (mut angle, mut tip) = (0.0, [0.0; 2]);
    for k in 0..3 {
        angle += q[k];
        tip[0] += l[k] * angle.cos();
        tip[1] += l[k] * angle.sin();
    }
    tip
}

#[differentiable]
fn tip_by_matrices(q: &Vector3<f64>, l: &Vector3<f64>) -> Vector2<f64> {
    let (mut angle, mut tip) = (0.0, Vector2::new(0.0, 0.0));
    for k in 0..3 {
        angle += q[k];
        tip += Vector2::new(angle.cos(), angle.sin()) * l[k];
    }
    tip
}

#[test]
fn a_jacobian_row_by_row_allocates_nothing() {
    let (q, l) = ([0.3, -0.2, 0.5], [1.0, 0.8, 0.4]);
    let mut jacobian = [[0.0; 3]; 2];
    let of_arrays = taken(|| {
        let (_, pullback) = tip::vjp(q, l);
        for (k, row) in jacobian.iter_mut().enumerate() {
            let mut seed = [0.0; 2];
            seed[k] = 1.0;
            *row = pullback(seed).0;
        }
    });
    assert_eq!(of_arrays, (0, 0));
    let (q, l) = (Vector3::from(q), Vector3::from(l));
    let mut by_matrices = Matrix2x3::zeros();
    let of_matrices = taken(|| {
        let (_, pullback) = tip_by_matrices::vjp(&q, &l);
        for k in 0..2 {
            let mut seed = Vector2::zeros();
            seed[k] = 1.0;
            by_matrices.set_row(k, &pullback(seed).0.transpose());
        }
    });
    assert_eq!(of_matrices, (0, 0));
    for (i, row) in jacobian.iter().enumerate() {
        row.iter().enumerate().for_each(|(j, v)| pullback_tests::close("the Jacobian", *v, by_matrices[(i, j)], 1e-12));
    }
}
