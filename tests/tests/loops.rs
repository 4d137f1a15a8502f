//! The corpus: loops of every kind.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

#[differentiable]
fn labelled_block(x: f64) -> f64 {
    let y = 'found: {
        if x < 0.0 {
            break 'found x * x;
        }
        let s = x.sin();
        if s > 0.5 {
            break 'found s * 3.0;
        }
        s * s
    };
    y * x
}

#[differentiable]
fn labelled_block_in_a_loop(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for i in 0..x.len() {
        'skip: {
            if x[i] < 0.0 {
                s *= 1.5;
                break 'skip;
            }
            s = s * x[i] + 0.5;
            if s > 3.0 {
                break 'skip;
            }
            s += x[i];
        }
        s = s.sin() + x[i];
        if s > 5.0 {
            break;
        }
    }
    s
}

#[differentiable]
fn while_let_pop(x: &[f64]) -> f64 {
    let mut n = vec![1, 2, 3];
    let mut s = x[0];
    while let Some(k) = n.pop() {
        s = s * x[k % x.len()] + f64::from(k as u8);
        if s > 50.0 {
            break;
        }
    }
    s
}

#[differentiable]
fn reference_by_a_changing_index(x: &[f64]) -> f64 {
    let mut i = 0;
    let r = &x[i];
    i += 1;
    *r * x[i]
}
#[differentiable]
fn slices_by_a_changing_index(x: &[f64]) -> f64 {
    let mut i = 0;
    let mut s = 0.0;
    while i < x.len() {
        let r = &x[i..];
        i += 1;
        s += r[0] * r[r.len() - 1] * i as f64;
    }
    let y: Vec<f64> = x.iter().map(|v| v * s).collect();
    let r = &y[i - 1];
    i -= 1;
    s * r * x[i]
}
#[differentiable]
fn subtract(a: &[f64], b: &[f64], out: &mut [f64]) {
    for ((o, a), b) in out.iter_mut().zip(a).zip(b) {
        *o = a - b;
    }
}
#[differentiable(wrt(m))]
fn parts_of_a_constant(m: &[f64], x: &[f64]) -> f64 {
    let mut c = vec![0.0; m.len()];
    let mut s = 0.0;
    for p in x.chunks_exact(m.len()) {
        subtract(p, m, &mut c);
        s += c[0] * c[1];
    }
    s
}
#[differentiable]
fn axpy(l: &[f64], x: f64, out: &mut [f64]) {
    for (o, l) in out[1..].iter_mut().zip(l) {
        *o += l * x;
    }
}
#[differentiable]
fn through_a_part(l: &[f64]) -> f64 {
    let mut c = vec![0.0; l.len() + 1];
    axpy(l, l[0], &mut c);
    c[0] * c[1] + c[2]
}
#[differentiable]
fn row_sums(d: usize, icf: &[f64], sums: &mut [f64], qs: &mut [f64]) {
    for ((row, sum), diagonal) in icf.chunks_exact(d + 1).zip(sums).zip(qs.chunks_exact_mut(d)) {
        *sum = row[..d].iter().sum();
        for (q, l) in diagonal.iter_mut().zip(row) {
            *q = l.exp();
        }
    }
}
#[differentiable]
fn nested_mutable_parts(l: &[f64]) -> f64 {
    let mut c = vec![0.0; 2];
    let mut q = vec![0.0; 2];
    row_sums(1, l, &mut c, &mut q);
    c[0] * c[1] + q[0] * q[1]
}
#[differentiable]
fn with_constant(l: &[f64]) -> f64 {
    parts_of_a_constant(l, &[3.0, 5.0, 7.0, 9.0])
}

#[differentiable]
fn every_range(x: &[f64]) -> f64 {
    let n = x.len();
    let mut s = 1.0;
    for i in 0..n {
        s = s * x[i] + 1.0;
    }
    for i in (1..=n).rev() {
        s = s * 0.5 + x[i - 1] * i as f64;
    }
    for i in (0..n).step_by(2) {
        s = s * 0.5 + x[i].sin();
    }
    for i in (0..=n + 1).rev().step_by(3) {
        s = s * 0.5 + x[i % n];
    }
    for i in n..2 {
        s *= x[0] + i as f64;
    }
    for i in -1..=1_i32 {
        s = s * 0.7 + x[0].powi(i + 2);
    }
    s
}

/// Bounds and loop variables that change in the body.
#[differentiable]
fn changing_bounds(x: &[f64]) -> f64 {
    let mut n = x.len();
    let mut s = x[0];
    for i in 0..n {
        n -= 1;
        for mut j in i..n {
            j += 1;
            s = s * 0.5 + x[i] * x[j];
        }
    }
    let mut step = 1;
    for c in x.chunks(step) {
        step += 1;
        s += c[0] * step as f64 * s;
    }
    s
}

#[differentiable]
fn by_value(x: &[f64]) -> f64 {
    let a = [x[0], x[1] * 2.0, x[0] * x[1]];
    let v: Vec<f64> = x.to_vec();
    let mut s = 1.0;
    for e in a {
        s = s * e + 1.0;
    }
    for mut e in v {
        e *= s;
        s += e * e;
    }
    for e in [x[0], s] {
        s *= e;
    }
    for (k, e) in a.into_iter().enumerate().rev() {
        s = s * 0.5 + e * k as f64;
    }
    for e in vec![s, x[1]] {
        s = s * 0.5 + e;
    }
    s
}

#[differentiable]
fn by_reference(x: &[f64]) -> f64 {
    let v = vec![x[0] * x[0], x[1].sin()];
    let mut s = 1.0;
    for e in x {
        s = s * e + 1.0;
    }
    for e in &v {
        s = s * e + 1.0;
    }
    for &e in &v {
        s += e * s;
    }
    for (a, &b) in v.iter().zip(x) {
        s += a * b;
    }
    for (i, (a, b)) in x.iter().zip(&v).enumerate() {
        s = s * 0.5 + a * b * i as f64;
    }
    s
}

#[differentiable]
fn patterns_in_heads(x: &[f64]) -> f64 {
    let pairs = vec![(x[0], x[1]), (x[1] * x[0], 2.0)];
    let grid = [[x[0], 1.0], [x[1], x[0]]];
    let mut s = 0.5;
    for &(a, b) in pairs.iter() {
        s = s * a + b;
    }
    for (a, b) in &pairs {
        s = s * a + b;
    }
    for (i, (a, b)) in pairs.iter().enumerate() {
        s = s * 0.5 + a * b * i as f64;
    }
    for &[a, b] in &grid {
        s = s * 0.5 + a * b;
    }
    for [a, b] in grid.iter() {
        s = s * 0.5 + a * b;
    }
    for (_, [a, _]) in grid.iter().enumerate() {
        s = s * 0.5 + a;
    }
    for (a, b) in pairs {
        s = s * a + b;
    }
    s
}

#[derive(Clone, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiable]
fn structs_in_heads(x: &[f64]) -> f64 {
    let mut points = vec![Point { x: x[0], y: x[1] }, Point { x: x[1] * x[1], y: x[0].sin() }];
    let mut s = 0.5;
    for p in &points {
        s = s * p.x + p.y;
    }
    for Point { x, y } in points.iter() {
        s = s * x + y;
    }
    for p in points.iter_mut() {
        p.x *= s;
        p.y = p.x * p.y;
    }
    for Point { x, .. } in &points {
        s = s * 0.5 + x;
    }
    s += points.iter().map(|p| p.x * p.y).sum::<f64>();
    for p in points {
        s = s * 0.5 + p.y;
    }
    s
}

#[differentiable]
fn mutable_elements(x: &[f64]) -> f64 {
    let mut y = vec![0.0; x.len()];
    for (y, x) in y.iter_mut().zip(x) {
        *y = x * x;
    }
    for (i, v) in y.iter_mut().enumerate() {
        *v = v.sin() * i as f64 + *v;
    }
    for v in &mut y {
        *v *= x[0];
        if *v > 1.0 {
            continue;
        }
        *v = *v * *v;
    }
    for c in y.chunks_mut(2) {
        c[0] *= 1.5;
        for v in c {
            *v += x[0];
        }
    }
    let mut rows = vec![y.clone(), x.to_vec()];
    for row in rows.iter_mut() {
        for v in row.iter_mut() {
            *v = v.cos() + *v;
        }
        row[0] *= 2.0;
    }
    let mut s = 0.0;
    for row in &rows {
        for (i, v) in row.iter().enumerate() {
            s = s * 0.9 + v * (i + 1) as f64;
        }
    }
    s
}

#[differentiable]
fn parts(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for w in x.windows(2) {
        s = s * w[0] + w[1];
    }
    for c in x.chunks(2) {
        for v in c {
            s = s * 0.5 + v;
        }
        s *= c[c.len() - 1];
    }
    for (i, c) in x.chunks_exact(2).enumerate().rev() {
        s = s * 0.5 + c[0] * c[1] * i as f64;
    }
    let (left, right) = x.split_at(1);
    for (a, b) in left.iter().zip(right) {
        s += a * b;
    }
    s
}

#[differentiable]
fn split_mutably(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let mut n = 1;
    {
        let (left, right) = y.split_at_mut(n);
        n += 1;
        for (a, b) in left.iter_mut().zip(right.iter_mut()) {
            *a = *a * *b;
            *b += *a * x[0];
        }
        right[0] *= left[0];
    }
    y[0] * y[n - 1] + y[n - 1]
}

/// Over an arbitrary iterator of what carries no gradient.
#[differentiable]
fn inactive_iterators(x: &[f64]) -> f64 {
    let weights: std::collections::BTreeMap<usize, f64> = [(0, 2.0), (1, 0.5)].into_iter().collect();
    let words = ["a", "bb"];
    let mut s = 1.0;
    for (i, w) in &weights {
        s = s * x[*i] + w;
    }
    for (k, word) in words.iter().map(|w| w.len()).enumerate().filter(|(k, _)| *k < 5) {
        s += x[k % x.len()] * word as f64;
    }
    for c in "ab".chars().rev() {
        s = s * 0.5 + if c == 'a' { x[0] } else { s * s };
    }
    s
}

#[differentiable]
fn loops_over_chains(x: &[f64]) -> f64 {
    let w = x[0];
    let mut s = 1.0;
    'all: for v in x.iter().map(|v| v * w).filter(|v| *v < 2.0).chain([w, 1.0]) {
        if v < -1.0 {
            continue;
        }
        for u in x.iter().take_while(|u| **u < 2.5).skip(1) {
            s = s * 0.5 + u * v;
            if s > 6.0 {
                break 'all;
            }
            if s < -3.0 {
                continue 'all;
            }
        }
        s += v;
    }
    for v in x.iter().filter(|v| **v > 0.0).take(2) {
        if *v > 1.0 {
            continue;
        }
        s += v * w;
    }
    for v in x.iter().flat_map(|v| [v * 1.0, v * v]) {
        s = s * 0.9 + v;
        if s > 20.0 {
            break;
        }
    }
    s
}

#[differentiable]
fn early_return_from_chains(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x.iter().chain(x).map(|v| v * x[0]) {
        if v > 1.0 {
            return v * s;
        }
        s += v;
    }
    s * s
}

#[differentiable]
fn while_with_state(x: &[f64]) -> f64 {
    let mut stack = vec![x[0], x[0] * 0.5];
    let (mut s, mut k) = (0.0, 0);
    while k < 3 && s < 10.0 {
        stack.push(s + x[k % x.len()]);
        s = s * 0.5 + stack[stack.len() - 1] * stack[k];
        k += 1;
    }
    let total = loop {
        s += 0.1 * x[0];
        if k == 0 {
            break s * 2.0;
        }
        k -= 1;
    };
    total
}

/// An array of the iteration's own, read at one place.
#[differentiable]
fn own_array(x: &[f64]) -> f64 {
    let mut s = x[0];
    for _ in 0..2_usize {
        let v: [f64; 3] = [x[1] * s; 3];
        s = v[2].sin();
        if s > 0.5 {
            continue;
        }
        s += 0.25;
    }
    s * x[1]
}

/// The inner loop has no adjoint, so that its bound, which changes, is not kept either.
#[differentiable]
fn loop_without_adjoint(x: f64) -> f64 {
    let mut s = x;
    let mut k = 0_usize;
    while k < 3 {
        k += 1;
        for i in 0..k % 4 {
            let mut a = [x, s];
            a[i % 2] /= 2.0;
            if a[0] > 0.2 {
                continue;
            }
            let _unused = a[1].sin();
        }
        s = s.sin() * x;
    }
    s
}

of_scalars! {
    loop_without_adjoint at [-0.6, 0.2, 1.0];
    labelled_block at [-0.6, 0.2, 1.0];
}
of_slices! {
    own_array at [vec![0.3, -0.7], vec![0.9, 1.7]];
    with_constant at [vec![2.0, 3.0]];
    through_a_part at [vec![2.0, 3.0]];
    nested_mutable_parts at [vec![2.0, 3.0, 0.5, 0.7]];
    every_range at [vec![0.3, -0.7, 1.1], vec![2.0]];
    changing_bounds at [vec![0.3, -0.7, 1.1, 0.4], vec![2.0]];
    by_value at [vec![0.3, -0.7]];
    by_reference at [vec![0.3, -0.7]];
    patterns_in_heads at [vec![0.3, -0.7]];
    structs_in_heads at [vec![0.3, -0.7]];
    mutable_elements at [vec![0.3, -0.7, 1.1], vec![2.0]];
    parts at [vec![0.3, -0.7, 1.1, 0.4, 2.0], vec![0.3, -0.7]];
    split_mutably at [vec![0.3, -0.7, 1.1]];
    inactive_iterators at [vec![0.3, -0.7]];
    loops_over_chains at [vec![0.3, -0.7, 1.1, 0.4, 2.0], vec![0.3, -0.7], vec![3.0, 0.5, 1.0, 2.6, 0.4]];
    early_return_from_chains at [vec![0.3, -0.7, 1.1], vec![0.6, 0.5, 2.0]];
    while_with_state at [vec![0.3, -0.7, 1.1], vec![1.7]];
    reference_by_a_changing_index at [vec![2.0, 3.0]];
    slices_by_a_changing_index at [vec![2.0, 3.0, 0.5]];
    labelled_block_in_a_loop at [vec![0.3, -0.7, 1.1, 2.5], vec![], vec![2.0]];
    while_let_pop at [vec![0.3, -0.7, 1.1, 2.5], vec![2.0]];
}
