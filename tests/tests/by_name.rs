//! Functions, operators, methods and values by their names; iterators and options around them.
//!
//! Input: functions of a slice or a number. Output: tests of every mode.
#![allow(clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

#[differentiable]
fn filter_map_parse(x: &[f64]) -> f64 {
    x.iter().filter_map(|v| (*v > 0.0).then(|| v.ln() + v)).sum::<f64>() + x.iter().filter(|v| **v < 0.0).map(|v| v * v).sum::<f64>()
}

#[differentiable]
fn then_some(x: &[f64]) -> f64 {
    let o = (x[0] > 0.0).then_some(x[1] * x[2]);
    o.unwrap_or(1.0) + o.map_or(0.0, |v| v.sin())
}

#[differentiable]
fn xor_opt(x: &[f64]) -> f64 {
    let a = x.first().map(|v| v * v);
    a.xor(None).unwrap_or(0.0) + a.xor(a).unwrap_or(x[1])
}

#[differentiable]
fn chunks_mut_for(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for c in y.chunks_mut(2) {
        let s: f64 = c.iter().sum();
        for v in c.iter_mut() {
            *v /= s;
        }
    }
    for (a, b) in y.iter_mut().zip(x.iter().rev()) {
        *a *= b;
    }
    if let [a, .., b] = y.as_mut_slice() {
        std::mem::swap(a, b);
        *a += 1.0;
    }
    y[0] * y[4] + y[1]
}

#[differentiable]
fn ops_by_name(x: &[f64]) -> f64 {
    use std::ops::Mul;
    x.iter().copied().fold(1.0, Mul::mul)
        + x.iter().copied().fold(0.0, std::ops::Add::add)
        + std::ops::Sub::sub(x[0], x[1])
        + f64::max(x[0], x[1])
}

#[differentiable]
fn range_var2(x: &[f64]) -> f64 {
    let r = 1..3;
    let y = &x[r];
    let mut s = y[0] * y[1];
    let q = 0..2;
    for i in q.clone() {
        s += x[i];
    }
    s * x[q].iter().sum::<f64>()
}

#[differentiable]
fn range_variable(x: &[f64]) -> f64 {
    let r = 1..3;
    let a = x[r.clone()].iter().sum::<f64>();
    let y = &x[r];
    let mut s = a * y[0];
    for r in [0..2, 1..4] {
        s += x[r].iter().map(|v| v * v).sum::<f64>();
    }
    s
}

#[differentiable]
fn to_vec_by_path(x: &[f64]) -> f64 {
    let m: Vec<Vec<f64>> = x.chunks(2).map(<[f64]>::to_vec).collect();
    let v = Clone::clone(&m[0]);
    let o = Vec::clone(&v);
    let n = Vec::len(&o) + <[f64]>::len(x);
    let s: Vec<f64> = x.iter().map(f64::clone).collect();
    let total: Option<f64> = m.iter().map(|r| r.first().copied()).map(Option::unwrap).reduce(f64::max);
    v[0] * o[1] * n as f64 + s[1] * total.unwrap()
}

#[differentiable]
fn g(x: f64, k: Option<f64>, n: Option<usize>) -> f64 {
    match k {
        Some(v) => x * v,
        None => x * x * n.unwrap_or(1) as f64,
    }
}
const MAX_ITER: usize = 3;
const RATE: f64 = 0.5;
#[derive(Clone, Copy)]
enum Mode {
    Up,
    Down,
}
#[derive(Clone, Copy)]
struct Unit;
#[differentiable]
fn h(x: f64, n: usize, #[constant] m: Mode, r: f64, #[constant] _u: Unit) -> f64 {
    let mut s = x;
    for _ in 0..n {
        s = s * r + x;
    }
    match m {
        Mode::Up => s,
        Mode::Down => -s,
    }
}
#[differentiable]
fn none_arg(x: f64) -> f64 {
    g(x, None, None)
        + g(x, Some(x), Some(2))
        + h(x, MAX_ITER, Mode::Up, RATE, Unit)
        + h(x, usize::MIN, Mode::Down, std::f64::consts::PI, Unit)
        + h(x, 2, Mode::Down, f64::EPSILON, Unit)
}

#[differentiable]
fn maxby_loop(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for k in 0..2 {
        let m = x[k..].iter().max_by(|a, b| a.total_cmp(b)).unwrap();
        s += m * m.sin();
        if let Some(q) = x.iter().min_by(|a, b| a.total_cmp(b)) {
            s *= q.exp();
        }
        let w = x.get(k).expect("w");
        s += w * w;
        let l = x.last().unwrap();
        s *= l.cos();
    }
    s
}

#[differentiable]
fn maxby_mapor(x: &[f64]) -> f64 {
    let s = x[0] * 2.0;
    if s > 0.5 {
        return x.iter().max_by(|a, b| a.total_cmp(b)).map_or(s, |m| m.sin());
    }
    s * x[1]
}

#[differentiable]
fn slices_of_slices(x: &[f64]) -> f64 {
    let a = &x[1..];
    let b = &a[..3];
    let c = &b[1..=2];
    let (d, e) = a.split_at(2);
    let n = a.len();
    c[0] * c[1]
        + d.iter().zip(e).map(|(p, q)| p * q).sum::<f64>()
        + a[n - 1] * b.first().unwrap()
        + *x.last().unwrap() * c.last().copied().unwrap()
}

#[differentiable]
fn group_fold_pair(x: &[f64]) -> f64 {
    let n = x.len() as f64;
    let (s, q) = x.iter().fold((0.0, 0.0), |(s, q), v| (s + v, q + v * v));
    let mean = s / n;
    (q / n - mean * mean).sqrt()
}

#[differentiable]
fn sq2(a: f64, b: f64) -> f64 {
    a * b + a
}
#[differentiable]
fn fold_max_name(x: &[f64]) -> f64 {
    x.iter().copied().fold(0.5, sq2) + x.iter().copied().reduce(sq2).unwrap() + x.iter().cloned().fold(f64::INFINITY, f64::min)
}

#[differentiable]
fn reduce_by_name(x: &[f64]) -> f64 {
    let lo = x.iter().copied().reduce(f64::min).unwrap();
    let hi = x.iter().cloned().reduce(f64::max).unwrap_or(0.0);
    lo * hi
}

#[differentiable]
fn zip_map_hypot(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(2);
    a.iter().copied().zip(b.iter().copied()).map(|(p, q)| f64::hypot(p, q)).sum()
}

of_scalars! {
    none_arg at [2.0];
}
of_slices! {
    filter_map_parse at [vec![1.0,-2.0,3.0]];
    then_some at [vec![1.0,-2.0,3.0]];
    xor_opt at [vec![2.0,0.2]];
    chunks_mut_for at [vec![1.0,2.0,3.0,4.0,5.0]];
    ops_by_name at [vec![1.0,0.5,0.3,0.2]];
    range_var2 at [vec![1.0,0.5,0.3,0.2]];
    range_variable at [vec![1.0,0.5,0.3,0.2]];
    to_vec_by_path at [vec![2.0,0.2,0.5,1.5]];
    maxby_loop at [vec![1.0,2.0,3.0], vec![0.1,0.2,0.3]];
    maxby_mapor at [vec![1.0,2.0,3.0], vec![0.1,0.2,0.3]];
    slices_of_slices at [vec![2.0,0.2,0.5,3.0,1.0,0.7]];
    group_fold_pair at [vec![1.0,2.0,3.0]];
    fold_max_name at [vec![1.0,0.5,0.3]];
    reduce_by_name at [vec![1.0,-2.0,3.0,-4.0,0.5]];
    zip_map_hypot at [vec![1.0,-2.0,3.0,-4.0]];
}
