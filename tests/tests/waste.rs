//! No waste: what gradients allocate, counted.
//!
//! Input: functions of numbers, arrays and slices. Output: counts of heap allocations. Invariant: counts are of this thread, so that tests may run side by side.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came; the counters are plain cells without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        BYTES.set(BYTES.get() + layout.size());
        // SAFETY: the caller's promise is passed on
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations and bytes of one call.
fn heap<R>(f: impl FnOnce() -> R) -> (usize, usize) {
    let before = (COUNT.get(), BYTES.get());
    let result = f();
    let after = (COUNT.get(), BYTES.get());
    drop(result);
    (after.0 - before.0, after.1 - before.1)
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
    assert_eq!(heap(|| branches::grad(0.3, 0.7)), (0, 0));
    assert_eq!(heap(|| branches::grad(0.3, -0.7)), (0, 0));
    assert_eq!(heap(|| length::grad([1.0, 2.0, 3.0])), (0, 0));
}

#[test]
fn what_can_be_evaluated_again_is_not_saved() {
    for n in [10, 1000] {
        let x = vec![0.5; n];
        assert_eq!(heap(|| rosenbrock::grad(&x)), (1, 8 * n), "the gradient is all that is allocated");
    }
}

#[test]
fn records_are_reserved_and_linear() {
    for n in [100, 1000, 10_000] {
        let (count, bytes) = heap(|| logistic::grad(3.5, 0.3, n));
        assert!(count <= 1 && bytes <= 16 * n, "{count} allocations, {bytes} bytes for {n} iterations");
    }
}
