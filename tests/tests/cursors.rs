//! The corpus: iterators that are advanced by hand.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::of_slices;

#[differentiable]
fn hand_next(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    while let Some(v) = it.next() {
        s = s * 0.5 + v * v;
    }
    s
}

#[differentiable]
fn hand_first_then_rest(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut m = *it.next().unwrap();
    for v in it {
        m = m * 0.5 + v * v;
    }
    m
}

#[differentiable]
fn hand_next_fold(x: &[f64]) -> f64 {
    let mut it = x.iter().copied();
    let first = it.next().unwrap();
    it.fold(first, |a, b| a * 0.5 + b * b)
}

#[differentiable]
fn hand_by_ref(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let a: f64 = it.by_ref().take(2).map(|v| v * v).sum();
    let b: f64 = it.map(|v| v.sin()).sum();
    a * b
}

#[differentiable]
fn hand_pairs(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    while let (Some(a), Some(b)) = (it.next(), it.next()) {
        s += a * b;
    }
    s
}

#[differentiable]
fn hand_peek(x: &[f64]) -> f64 {
    let mut it = x.iter().peekable();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        if let Some(b) = it.peek() {
            s += a * **b;
        } else {
            s += a;
        }
    }
    s
}

#[differentiable]
fn hand_map(x: &[f64]) -> f64 {
    let k = x[0];
    let mut it = x.iter().map(|v| v * k);
    let a = it.next().unwrap();
    let b = it.next().unwrap_or(0.0);
    a * b + it.sum::<f64>()
}

#[differentiable]
fn hand_chunks(x: &[f64]) -> f64 {
    let mut c = x.chunks_exact(3);
    let mut s = 0.0;
    for p in c.by_ref() {
        s += p[0] * p[1] * p[2];
    }
    for r in c.remainder() {
        s += r * r;
    }
    s
}

#[differentiable]
fn chunks_remainder_direct(x: &[f64]) -> f64 {
    let c = x.chunks_exact(3);
    let r: f64 = c.remainder().iter().map(|v| v * v).sum();
    c.map(|p| p[0] * p[2]).sum::<f64>() + r
}

#[differentiable]
fn hand_two(x: &[f64]) -> f64 {
    let mut a = x[..2].iter();
    let mut b = x[2..].iter();
    let mut s = 0.0;
    loop {
        match (a.next(), b.next()) {
            (Some(p), Some(q)) => s += p * q,
            _ => break,
        }
    }
    s
}

#[differentiable]
fn hand_merge(x: &[f64]) -> f64 {
    let mut a = x[..2].iter().peekable();
    let mut b = x[2..].iter().peekable();
    let mut out = Vec::new();
    while let (Some(p), Some(q)) = (a.peek(), b.peek()) {
        if p < q {
            out.push(*a.next().unwrap());
        } else {
            out.push(*b.next().unwrap());
        }
    }
    out.extend(a);
    out.extend(b);
    out.iter().enumerate().map(|(i, v)| v * (i + 1) as f64).sum()
}

#[differentiable]
fn sum_by_ref_loop(x: &[f64]) -> f64 {
    let mut it = x.iter().enumerate();
    let mut s = 0.0;
    while let Some((i, v)) = it.next() {
        if i == 1 {
            it.next();
            continue;
        }
        s += v * (i + 1) as f64;
    }
    s
}

#[differentiable]
fn into_iter_next(x: &[f64]) -> f64 {
    let v = x.to_vec();
    let mut it = v.into_iter();
    let a = it.next().unwrap();
    let rest: Vec<f64> = it.collect();
    a * rest[0] * rest[1]
}

#[differentiable]
fn iter_as_slice(x: &[f64]) -> f64 {
    let mut it = x.iter();
    it.next();
    it.as_slice()[0] * it.len() as f64
}

#[differentiable]
fn skip_inplace(x: &[f64]) -> f64 {
    let mut it = x.iter().skip(1);
    let mut prev = x[0];
    let mut s = 0.0;
    while let Some(&v) = it.next() {
        s += (v - prev).powi(2);
        prev = v;
    }
    s
}

#[differentiable]
fn loop_match_next(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 1.0;
    loop {
        match it.next() {
            Some(v) if *v > 0.1 => s *= v,
            Some(_) => continue,
            None => break,
        }
    }
    s
}

#[differentiable]
fn let_some_next(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let (Some(a), Some(b)) = (it.next(), it.next()) else { return 0.0 };
    let Some(c) = it.next() else { return 1.0 };
    a * b * c
}

#[differentiable]
fn rev_next(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    while let (Some(a), Some(b)) = (it.next(), it.next_back()) {
        s += a * b * b;
    }
    s
}

#[differentiable]
fn nested_by_hand(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    for n in [1, 2] {
        let mut p = 1.0;
        for _ in 0..n {
            p *= it.next().unwrap();
        }
        s += p;
    }
    s
}

#[differentiable]
fn iter_last_nth(x: &[f64]) -> f64 {
    *x.iter().last().unwrap() * *x.iter().nth(1).unwrap()
        + x.iter().rev().next().unwrap() * 2.0
        + *x.iter().nth_back(1).unwrap()
        + x.iter().next_back().unwrap() * 3.0
}

#[differentiable]
fn hand_clone(x: &[f64]) -> f64 {
    let mut it = x.iter();
    it.next();
    let ahead = it.clone().next().copied().unwrap_or(0.0);
    let mut other = it.clone();
    let b = *other.next_back().unwrap();
    let n = it.len() as f64;
    let a = *it.next().unwrap();
    ahead * b * n + a * it.clone().map(|v| v * v).sum::<f64>() + other.len() as f64 * other.last().unwrap()
}

#[differentiable]
fn hand_nth(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    while let Some(v) = it.nth(1) {
        s += v * v;
    }
    let mut jt = x.iter().rev().skip(1);
    let a = jt.next().unwrap();
    let b = jt.nth(1).unwrap_or(&x[3]);
    let c = jt.next();
    s + a * b + c.map_or(0.5, |v| v * 3.0)
}

#[differentiable]
fn hand_enumerate_zip(x: &[f64]) -> f64 {
    let mut it = x.iter().zip(x.iter().skip(1)).enumerate();
    let mut s = 0.0;
    while let Some((i, (a, b))) = it.next() {
        s += a * b * (i + 1) as f64;
    }
    let mut kt = x.iter().enumerate().skip(1);
    if let Some((i, &v)) = kt.next() {
        s *= v + i as f64;
    }
    for (i, v) in kt {
        s += v * i as f64;
    }
    s
}

#[differentiable]
fn hand_copied_peek(x: &[f64]) -> f64 {
    let mut it = x.iter().copied().peekable();
    let mut runs = vec![];
    while let Some(v) = it.next() {
        let mut s = v;
        while let Some(&n) = it.peek() {
            if n < v {
                break;
            }
            s += n * v;
            it.next();
        }
        runs.push(s);
    }
    runs.iter().enumerate().map(|(i, r)| r * (i + 1) as f64).sum()
}

#[differentiable]
fn hand_rows(x: &[f64]) -> f64 {
    let rows = vec![vec![x[0], x[1]], vec![x[2] * x[0]], vec![x[3]]];
    let mut it = rows.iter();
    let first = it.next().unwrap();
    let mut s: f64 = first.iter().sum();
    while let Some(r) = it.next() {
        s = s * r[0] + first[1];
    }
    let mut w = x.windows(2);
    let a = w.next().unwrap();
    for b in w {
        s += a[0] * b[1];
    }
    s
}

#[differentiable]
fn cursors_in_loops(x: &[f64]) -> f64 {
    // a cursor read through a closure, in loops, with shadowing
    let mut s = 0.0;
    for k in 0..2 {
        let mut it = x.iter().skip(k);
        let mut prev = *it.next().unwrap();
        for v in it {
            s += (v - prev).powi(2) * (k + 1) as f64;
            prev = *v;
        }
    }
    let mut rows = vec![x[..2].to_vec(), x[2..].to_vec()];
    let mut it = rows.drain(..);
    let first = it.next().unwrap();
    s * first[0] + first[1]
}

#[differentiable]
fn cursor_beside_changes(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut it = x.iter();
    while let Some(a) = it.next() {
        v[0] += a * v[1];
        v[1] *= 1.1;
    }
    v[0] * v[1]
}

of_slices! {
    hand_next at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    hand_first_then_rest at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    hand_next_fold at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    hand_by_ref at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    hand_pairs at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    hand_peek at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    hand_map at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    hand_chunks at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    chunks_remainder_direct at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    hand_two at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    hand_merge at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    sum_by_ref_loop at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    into_iter_next at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    iter_as_slice at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    skip_inplace at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    loop_match_next at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    let_some_next at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    rev_next at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    nested_by_hand at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    iter_last_nth at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    hand_clone at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    hand_nth at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    hand_enumerate_zip at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    hand_copied_peek at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    hand_rows at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    cursors_in_loops at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    cursor_beside_changes at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
}
