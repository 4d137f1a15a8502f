//! The corpus: `first`, `last`, `get`, `split_first` and the like; methods of `Option`.
#![allow(
    irrefutable_let_patterns,
    for_loops_over_fallibles,
    missing_docs,
    clippy::all,
    reason = "the corpus is written to be differentiated"
)]

use pullback::prelude::*;
use pullback_tests::of_slices;

#[differentiable]
fn first_if_let(x: &[f64]) -> f64 {
    if let Some(v) = x.first() { v * v } else { 0.0 }
}

#[differentiable]
fn first_match(x: &[f64]) -> f64 {
    let a = match x.first() {
        Some(v) => *v * 2.0,
        None => 0.0,
    };
    let b = match x.split_first() {
        Some((h, t)) => h * t[0],
        None => 0.0,
    };
    let c = match x.split_last() {
        Some((l, [a, b, ..])) => l * a * b,
        _ => 0.0,
    };
    a + b + c
}

#[differentiable]
fn last_unwrap_or(x: &[f64]) -> f64 {
    let v = x.to_vec();
    v.last().copied().unwrap_or(0.0) * *v.last().unwrap()
        + v.first().unwrap() * 2.0
        + x.get(1).copied().unwrap_or_default()
        + x.get(9).unwrap_or(&x[0]) * 3.0
        + *x.last().unwrap_or(&0.0)
}

#[differentiable]
fn fq(x: &[f64]) -> Option<f64> {
    let a = x.first()?;
    let b = *x.get(1)?;
    let (h, t) = x.split_first()?;
    Some(a * b * h + t.last()?)
}
#[differentiable]
fn first_question(x: &[f64]) -> f64 {
    fq(x).unwrap_or(0.0) + fq(&x[..0]).unwrap_or(x[0])
}

#[differentiable]
fn first_map(x: &[f64]) -> f64 {
    x.first().map(|v| v * v).unwrap_or(0.0)
        + x.last().map_or(0.0, |v| v.sin())
        + x.get(2).copied().map(|v| v * x[0]).unwrap()
        + x.get(5).cloned().unwrap_or(x[1])
        + x.first().zip(x.last()).map(|(a, b)| a * b).unwrap_or(1.0)
        + x.get(1..3).map_or(0.0, |s| s[0] * s[1])
}

#[differentiable]
fn first_let_else(x: &[f64]) -> f64 {
    let Some(a) = x.first() else { return 0.0 };
    let Some((h, t)) = x.split_first() else { return 1.0 };
    let [p, q, ..] = x else { return 2.0 };
    let Some(&b) = x.get(1) else { return 3.0 };
    a * h * t[0] + p * q * b
}

#[differentiable]
fn first_while_let(x: &[f64]) -> f64 {
    let mut rest = x;
    let mut s = 0.0;
    while let Some((h, t)) = rest.split_first() {
        s = s * 0.5 + h * h;
        rest = t;
    }
    s
}

#[differentiable]
fn rest_match_loop(x: &[f64]) -> f64 {
    let mut rest = x;
    let mut s = 1.0;
    while let [h, t @ ..] = rest {
        s = s * h + 1.0;
        rest = t;
    }
    s
}

#[differentiable]
fn last_mut(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    if let Some(l) = v.last_mut() {
        *l *= x[0];
    }
    *v.first_mut().unwrap() += x[1];
    if let Some((h, t)) = v.split_first_mut() {
        *h *= t[0];
        t[1] += *h;
    }
    v.iter().map(|a| a * a).sum()
}

#[differentiable]
fn hygiene_of_options(x: &[f64]) -> f64 {
    let some = x[1] * 2.0;
    let rest = x[2];
    let whole = x[3];
    let default = x[0] * x[1];
    let o = if x[0] > 0.1 { Some(x[0] * 3.0) } else { None };
    let n: Option<f64> = if x[0] > 100.0 { Some(x[0]) } else { None };
    o.map(|v| v * some).unwrap_or(rest)
        + n.map_or_else(|| default * whole, |v| v * some)
        + n.or_else(|| Some(rest * some)).unwrap()
        + o.and_then(|v| Some(v * default * some)).unwrap_or(whole.sin())
        + o.map_or(some * rest, |v| v * whole * rest)
        + n.map_or(some * rest, |v| v * whole * rest)
        + o.filter(|v| *v > some - 100.0).unwrap_or(0.0)
        + n.unwrap_or_else(|| default)
}

#[differentiable]
fn option_iter(x: &[f64]) -> f64 {
    let o = if x[0] > 0.0 { Some(x[0] * x[1]) } else { None };
    let mut s = 0.0;
    for v in o {
        s += v;
    }
    if let Some(v) = o.as_ref() {
        s += v * v;
    }
    for v in o.iter() {
        s += v;
    }
    s + x.iter().chain(&o).sum::<f64>()
}

#[differentiable]
fn nested_option_chain(x: &[f64]) -> f64 {
    let rows = vec![vec![x[0], x[1]], vec![x[2]]];
    rows.get(1).and_then(|r| r.first()).copied().unwrap_or(0.0) * rows.first().and_then(|r| r.last()).map(|v| v * v).unwrap_or(1.0)
        + rows.last().map_or(0.0, |r| r[0])
}

#[differentiable]
fn let_chain(x: &[f64]) -> f64 {
    if let Some(a) = x.first()
        && let Some(b) = x.last()
        && a < b
    {
        a * b
    } else {
        x[1]
    }
}

#[differentiable]
fn match_tuple_ints(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for (i, v) in x.iter().enumerate() {
        s += match (i % 2, v) {
            (0, v) if *v > 0.41 => v * v,
            (0, _) => 1.0,
            (1, &w) => w.sin(),
            _ => unreachable!(),
        };
    }
    s
}

#[differentiable]
fn match_names(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for p in x.iter().zip(x.iter().rev()) {
        match p {
            (a, b) if a < b => s += a * b,
            (a, &b) => s += a - b * b,
        }
    }
    for p in x.iter().enumerate() {
        if let (1, v) = p {
            s += v * v;
        }
        if let (i, &v) = p {
            s += v * i as f64;
        }
    }
    s
}

#[differentiable]
fn nested_tuple_names(x: &[f64]) -> f64 {
    let a: f64 = x.iter().zip(x.iter().rev()).zip(x).map(|p| p.0.0 * p.0.1 + p.1).sum();
    let b: f64 = x
        .iter()
        .enumerate()
        .zip(x.iter().rev())
        .map(|p| {
            let q = p.0;
            *q.1 * p.1 * q.0 as f64
        })
        .sum();
    let c: f64 = x
        .iter()
        .zip(x.iter().rev())
        .zip(x)
        .map(|p| {
            let (q, r) = p;
            let (s, t) = q;
            s * t * r
        })
        .sum();
    let d: f64 = x.iter().zip(x.iter().rev()).zip(x).map(|((s, t), r)| ((*s, t), r)).map(|p| p.0.0 * p.0.1 * p.1).sum();
    let mut e = 0.0;
    for p in x.iter().zip(x.iter().rev()).enumerate() {
        e += p.1.0 * p.1.1 * p.0 as f64;
    }
    a + b * c + d + e
}

of_slices! {
    first_if_let at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    first_match at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    last_unwrap_or at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    first_question at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    first_map at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    first_let_else at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    first_while_let at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    rest_match_loop at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    last_mut at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    hygiene_of_options at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    option_iter at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    nested_option_chain at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    let_chain at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    match_tuple_ints at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    match_names at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    nested_tuple_names at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
}
