//! Loops fused with their adjoints: right where a test fails, too, and no memory that grows with the number of iterations.
//!
//! Input: functions that end in a sum over a loop. Output: gradients against differences and forward mode; heap in use, counted. Invariant: what a test refuses costs
//! time alone.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::heap::{Counting, heap};
use pullback_tests::*;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[differentiable]
fn centre(p: &[f64], m: &[f64], out: &mut [f64]) {
    for ((o, p), m) in out.iter_mut().zip(p).zip(m) {
        *o = p - m;
    }
}

#[differentiable]
fn norm(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum::<f64>().exp()
}

/// Each iteration writes the scratch before it reads it, in another function.
#[differentiable(wrt(m))]
fn likelihood(points: &[f64], m: &[f64]) -> f64 {
    let mut centred = vec![0.0; m.len()];
    let mut total = 0.0;
    for p in points.chunks_exact(m.len()) {
        centre(p, m, &mut centred);
        total += norm(&centred).ln_1p();
    }
    3.0 + total * 0.5 - norm(m)
}

#[differentiable]
fn step(state: &mut [f64], by: f64) {
    for s in state.iter_mut() {
        *s = (*s * by).sin() + by;
    }
}

/// The scratch is state: a value passes from one iteration to the next.
#[differentiable]
fn walk(x: &[f64]) -> f64 {
    let mut state = vec![0.3; x.len()];
    let mut total = 0.0;
    for k in 0..3 {
        step(&mut state, x[k % 2]);
        total += norm(&state) * x[0];
    }
    total
}

/// Shorter than the scratch: what is left of the point before is read.
#[differentiable]
fn leftovers(x: &[f64]) -> f64 {
    let mut scratch = vec![1.0; 2];
    let mut total = 0.0;
    for n in 0..x.len() {
        centre(&x[n..], &x[..1], &mut scratch);
        centre(&x[..2 - n % 2], &x[..2 - n % 2], &mut scratch);
        total += norm(&scratch);
    }
    total
}

/// What the loop reads is written afterwards.
#[differentiable]
fn overwritten(x: &[f64]) -> f64 {
    let mut v = vec![x[0] * 2.0, x[1]];
    let mut total = 0.0;
    for _ in 0..2 {
        let t = v[0].exp() * v[1];
        total += t.sin();
    }
    v[0] = x[1] * x[0];
    total + v[0] * v[1]
}

/// The sum is read in the loop, is used twice, or has no constant factor.
#[differentiable]
fn read_sum(x: &[f64]) -> f64 {
    let mut total = x[0];
    for v in x {
        let e = (v * total).exp();
        total += e.ln_1p();
    }
    total
}

#[differentiable]
fn used_twice(x: &[f64]) -> f64 {
    let mut total = 0.0;
    for v in x {
        let e = v.exp();
        total += e * e.sin();
    }
    total * total + total
}

#[differentiable]
fn mean(x: &[f64]) -> f64 {
    let mut total = 0.0;
    for v in x {
        let e = v.exp();
        total -= e * e.sin();
    }
    let n = x.len() as f64;
    -(total / n) * 2.0
}

/// An index that each iteration moves on.
#[differentiable]
fn triangle(l: &[f64], x: &[f64]) -> f64 {
    let mut out = vec![0.0; x.len()];
    let mut start = 0;
    for i in 0..x.len() {
        let column = &l[start..start + x.len() - i];
        for (o, l) in out[i..].iter_mut().zip(column) {
            *o += l * x[i];
        }
        start += column.len();
    }
    let (mut k, mut s) = (l.len(), 0.0);
    for i in 0..x.len() {
        k -= 1;
        s += l[k] * out[i].sin();
        k -= i % 2;
    }
    s + norm(&out)
}

of_slices! {
    walk at [vec![0.3, -0.7], vec![0.0, 1.5]];
    leftovers at [vec![0.3, -0.7, 0.2], vec![0.1, 0.4]];
    overwritten at [vec![0.3, -0.7], vec![0.0, 1.5]];
    read_sum at [vec![0.3, -0.7, 0.2], vec![0.1]];
    used_twice at [vec![0.3, -0.7, 0.2], vec![]];
    mean at [vec![0.3, -0.7, 0.2], vec![0.1]];
    triangle_of_itself at [vec![0.3, -0.7, 0.2, 0.5, 0.8, -0.1], vec![0.3, -0.7, 0.2]];
}

#[differentiable]
fn triangle_of_itself(x: &[f64]) -> f64 {
    let n = if x.len() > 3 { 3 } else { 2 };
    triangle(x, &x[..n])
}

#[test]
fn fused_is_what_vjp_gives() {
    let points: Vec<f64> = (0..60).map(|k| f64::from(k % 7) * 0.1 - 0.3).collect();
    let m = [0.1, -0.2, 0.4];
    let (value, fused) = likelihood::value_and_grad(&points, &m);
    let (again, pullback) = likelihood::vjp(&points, &m);
    assert_eq!(value.to_bits(), again.to_bits());
    agree("likelihood", &fused, &pullback(1.0), 0.0_f64.max(fused.iter().map(|g| g * g).sum()));
    let differences = differences(|m| likelihood(&points, m), &m);
    agree("likelihood", &fused, &differences, fused.iter().map(|g| g * g).sum());
}

#[test]
fn memory_does_not_grow_with_the_number_of_iterations() {
    let m = vec![0.1; 10];
    let used = [10, 1000].map(|n| {
        let points = vec![0.2; 10 * n];
        heap(|| likelihood::grad(&points, &m)).peak
    });
    assert_eq!(used[0], used[1], "bytes for 10 and for 1000 points");
}

#[test]
fn an_index_that_moves_on_is_not_kept() {
    for n in [10_usize, 100] {
        let (l, x) = (vec![0.01; n * (n + 1) / 2], vec![0.1; n]);
        let bytes = heap(|| triangle::grad(&l, &x)).peak;
        // records lie in chunks, up to half of which may be free
        assert!(bytes <= 8 * (l.len() + 12 * n + 80), "{bytes} bytes for {n} columns");
    }
}
