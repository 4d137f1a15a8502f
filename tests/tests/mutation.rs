//! The corpus: assignments to variables, elements and fields; loops over elements; iterator chains.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

#[differentiable]
fn compound(x: f64) -> f64 {
    let mut a = x;
    a += x * x;
    a -= 0.5;
    a *= x;
    a /= 1.0 + x * x;
    a %= 10.0;
    a
}

/// The cotangent of an overwritten element is taken, not left.
#[differentiable]
fn overwritten_element(x: &[f64]) -> f64 {
    let mut a = [x[0], x[1], 1.0];
    a[0] = a[1] * a[0];
    a[1] = 2.0;
    a[1] = a[0] * x[1];
    a[2] = a[2] * a[2];
    a[0] + a[1] * a[2]
}

#[differentiable]
fn overwritten_many_times(x: &[f64]) -> f64 {
    let mut a = vec![0.0; 3];
    for k in 0..6 {
        a[k % 3] = a[(k + 1) % 3] * x[k % x.len()] + x[0];
    }
    a[0] * a[1] + a[2]
}

/// Two indices that may be equal.
#[differentiable]
fn self_referential(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    for i in 0..a.len() {
        for j in 0..a.len() {
            a[i] = a[i] * a[j] + 0.1;
        }
    }
    let mut s = 0.0;
    for v in a.iter() {
        s += v;
    }
    s
}

#[differentiable]
fn matrices(x: &[f64]) -> f64 {
    let mut m = [[0.0; 2]; 2];
    m[0][0] = x[0];
    m[0][1] = x[1] * x[0];
    m[1][0] += m[0][1];
    m[1][1] = m[1][0] * m[0][0];
    m[1][0] *= x[1];
    m[0][0] * m[1][1] - m[0][1] * m[1][0]
}

#[differentiable]
fn swapped(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let n = a.len();
    for i in 0..n / 2 {
        let t = a[i];
        a[i] = a[n - 1 - i];
        a[n - 1 - i] = t;
    }
    let mut s = 0.0;
    let mut w = 1.0;
    for i in 0..n {
        s += w * a[i] * a[i];
        w *= 2.0;
    }
    s
}

#[differentiable]
fn element_loops(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += v * v;
    }
    for (i, v) in x.iter().enumerate() {
        s += v.sin() * i as f64;
    }
    for (a, b) in x.iter().zip(x.iter().skip(1)) {
        s += a * b;
    }
    for &v in x.iter().rev().take(2) {
        s = s * v + 1.0;
    }
    for w in x.windows(2) {
        s += w[0] / (2.0 + w[1] * w[1]);
    }
    for c in x.chunks(2) {
        s *= 1.0 + 0.1 * c[0];
    }
    for v in x.iter().step_by(2).copied() {
        s -= v;
    }
    s
}

#[differentiable]
fn written_through_elements(x: &[f64]) -> f64 {
    let mut y = vec![0.0; x.len()];
    for (i, v) in x.iter().enumerate() {
        y[i] = v * v;
    }
    for v in y.iter_mut() {
        *v = *v * 2.0 + 1.0;
    }
    for (v, w) in y.iter_mut().zip(x) {
        *v *= w;
    }
    for v in &mut y {
        *v += 0.5;
    }
    let mut s = 0.0;
    for i in 1..y.len() {
        y[i] = y[i] * y[i - 1];
        s += y[i];
    }
    s
}

#[differentiable]
fn chains(x: &[f64]) -> f64 {
    let k = x[0];
    x.iter().map(|v| v * v * k).sum::<f64>()
        + x.iter().enumerate().map(|(i, v)| v * i as f64).fold(1.0, |a, v| a * (1.0 + v))
        + x.iter().zip(x.iter().rev()).map(|(a, b)| a * b).sum::<f64>()
        + x.iter().filter(|v| **v > 0.0).map(|v| v.exp()).sum::<f64>()
        + x.iter().map(|v| 1.0 + v * 0.1).product::<f64>()
        + (0..3).map(|i| k * f64::from(i)).sum::<f64>()
}

#[differentiable]
fn collected(x: &[f64]) -> f64 {
    let y: Vec<f64> = x.iter().rev().map(|v| v.exp()).filter(|v| *v > 0.9).collect();
    let mut z = Vec::new();
    for v in &y {
        z.push(v * v);
        z.push(v + 1.0);
    }
    let mut p = 1.0;
    for w in z.windows(2) {
        p += w[0] * w[1];
    }
    p
}

#[differentiable]
fn scratch(x: &[f64]) -> f64 {
    let mut work = vec![0.0; 2];
    let mut total = 0.0;
    for i in 0..x.len() {
        work[0] = x[i] * x[i];
        work[1] = work[0].sin() + x[i];
        total += work[0] * work[1];
    }
    total
}

#[differentiable]
fn recurrence(x: f64) -> f64 {
    let mut f = [0.0; 8];
    f[0] = x;
    f[1] = x * x;
    for i in 2..8 {
        f[i] = f[i - 1] * 0.5 + f[i - 2] * x;
    }
    f[7]
}

#[differentiable]
fn moved_entries(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.swap(0, 2);
    v.reverse();
    v[0] *= v[1];
    v.rotate_left(1);
    v[2] += v[0] * v[1];
    v.insert(1, x[0] * x[1]);
    v.truncate(3);
    let r = v.remove(0);
    v.resize(4, r * x[2]);
    v.extend_from_slice(&x[1..]);
    let p = v.pop().unwrap_or(0.0);
    let q = v.swap_remove(0);
    v.copy_within(0..2, 2);
    let f = v[1] * p;
    v.fill(f);
    v.extend(x);
    let tail = v.split_off(2);
    let mut s = p * q + r;
    let mut w = 1.0;
    for a in v.iter() {
        s += a * a * w;
        w += 0.5;
    }
    for a in tail.iter() {
        s += a * w;
        w += 0.5;
    }
    s
}

#[differentiable]
fn sorted(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.sort_by(|a, b| b.partial_cmp(a).unwrap());
    let mut s = 0.0;
    for i in 0..v.len() {
        s += v[i] * v[i] * i as f64;
    }
    s
}

#[differentiable]
fn in_memory(x: f64) -> f64 {
    let (mut a, mut b) = (vec![x, x * x], vec![1.0, x.sin()]);
    std::mem::swap(&mut a, &mut b);
    let old = std::mem::replace(&mut a[0], x * 3.0);
    let c = std::mem::take(&mut b);
    b.push(x);
    std::mem::swap(&mut a[1], &mut b[0]);
    let mut o = Some(x * x);
    let taken = o.take();
    a[0] * a[1] + old * c[0] + c[1] * b[0] + taken.unwrap_or(0.0) + o.unwrap_or(x)
}

#[differentiable]
fn copied_slices(x: &[f64]) -> f64 {
    let mut v = vec![1.0; 4];
    v[1..3].copy_from_slice(&x[..2]);
    v[..2].clone_from_slice(&x[1..3]);
    v[2..].fill(x[0]);
    v[1..].reverse();
    *v.last_mut().unwrap() *= x[1];
    if let Some(a) = v.first_mut() {
        *a += x[2];
    }
    v[0] * v[1] + v[2] * v[3]
}

of_scalars! {
    squares_itself at [3.0, -0.5];
    in_memory at [-0.7, 1.2];
    compound at [-0.7, 1.5];
    recurrence at [-0.7, 0.9];
}
/// What is pushed is no part of what made the elements before it.
#[differentiable]
fn pushed_to_repeated(x: &[f64]) -> f64 {
    let mut v: Vec<f64> = vec![x[0]; 3];
    v.push(x[0].exp());
    v.push(0.5);
    let mut w: Vec<f64> = x.iter().map(|e| e * e).collect();
    w.push(v[3] * v[4]);
    v[v.len() - 2] * x[1] + v[4] * v[2].sin() + w[w.len() - 1] * w[0]
}

/// A compound assignment whose right side is, or may be, the place itself.
#[differentiable]
fn by_itself(x: &[f64]) -> f64 {
    let (mut y, mut t) = (x.to_vec(), x[0]);
    t *= t;
    t /= t + 1.0;
    for v in y.iter_mut() {
        *v *= *v;
    }
    for (i, j) in [(0, 1), (1, 1), (2, 0), (2, 2)] {
        y[i] *= y[j];
        y[j] /= y[i];
        y[j] += y[i];
        y[i] -= y[j] * y[j];
    }
    y.iter_mut().for_each(|v| *v /= *v);
    t += t;
    y[0] * t + x.iter().map(|v| v * t).sum::<f64>()
}

#[differentiable]
fn squares_itself(x: f64) -> f64 {
    let mut y = x;
    y *= y;
    y *= y;
    y
}

of_slices! {
    by_itself at [[0.3, -0.7, 1.1], [2.0, 1.0, -1.5]];
    pushed_to_repeated at [vec![0.3, 0.7]];
    moved_entries at [[0.3, -0.7, 1.1], [2.0, 1.0, -1.0]];
    sorted at [vec![0.3, -0.7, 1.1, 0.2], vec![]];
    copied_slices at [[0.3, -0.7, 1.1], [2.0, 1.0, -1.0]];
    overwritten_element at [[0.3, -0.7], [2.0, 1.0]];
    overwritten_many_times at [vec![0.3, -0.7], vec![2.0, 1.0, 0.4]];
    self_referential at [vec![0.3, -0.7, 1.1], vec![0.5]];
    matrices at [[0.3, -0.7], [2.0, 1.0]];
    swapped at [vec![0.3, -0.7, 1.1, 0.2], vec![]];
    element_loops at [vec![0.3, -0.7, 1.1], vec![0.2, 0.4, 0.1, 0.9]];
    written_through_elements at [vec![0.3, -0.7, 1.1], vec![0.2]];
    chains at [vec![0.3, -0.7, 1.1], vec![0.2]];
    collected at [vec![0.3, -0.7, 1.1], vec![0.2]];
    scratch at [vec![0.3, -0.7, 1.1], vec![]];
}
