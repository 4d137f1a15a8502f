//! The corpus: consumers and sources of iterators.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::of_slices;

#[differentiable]
fn tf(x: &[f64]) -> Option<f64> {
    x.iter().try_fold(1.0, |a, v| if *v > 0.0 { Some(a * v) } else { None })
}
#[differentiable]
fn try_fold(x: &[f64]) -> f64 {
    tf(x).unwrap_or(x[0])
}

#[differentiable]
fn tfr(x: &[f64]) -> Result<f64, String> {
    let s = x.iter().try_fold(1.0, |a, v| if *v > 0.0 { Ok(a * v) } else { Err(String::from("neg")) })?;
    Ok(s * 2.0)
}
#[differentiable]
fn try_fold_result(x: &[f64]) -> f64 {
    match tfr(x) {
        Ok(v) => v,
        Err(_) => x[0] * x[1],
    }
}

#[differentiable]
fn tfe(x: &[f64]) -> Result<f64, String> {
    let mut s = 1.0;
    x.iter().try_for_each(|v| {
        if *v < 0.0 {
            return Err("no".to_string());
        }
        s *= v;
        Ok(())
    })?;
    Ok(s)
}
#[differentiable]
fn try_for_each(x: &[f64]) -> f64 {
    tfe(x).unwrap_or(0.0)
}

#[differentiable]
fn reduce(x: &[f64]) -> f64 {
    x.iter().copied().reduce(f64::max).unwrap() * x.iter().copied().reduce(|a, b| a.min(b)).unwrap()
        + x.iter().map(|v| v * v).reduce(|a, b| a * b).unwrap_or(1.0)
}

#[differentiable]
fn max_by(x: &[f64]) -> f64 {
    let m = x.iter().max_by(|a, b| a.total_cmp(b)).unwrap();
    let n = x.iter().copied().min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
    let k = x.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    m * n + k * x[0]
}

#[differentiable]
fn argmax(x: &[f64]) -> f64 {
    let (i, m) = x.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b)).unwrap();
    let j = x.iter().enumerate().min_by(|a, b| a.1.partial_cmp(b.1).unwrap()).map(|(i, _)| i).unwrap();
    m * i as f64 + x[j] * x[i]
}

#[differentiable]
fn max_by_key(x: &[f64]) -> f64 {
    let m = x.iter().max_by_key(|a| (**a * 100.0) as i64).unwrap();
    let n = x.iter().min_by_key(|a| (*a * 100.0) as i64).unwrap();
    m * n
}

#[differentiable]
fn position(x: &[f64]) -> f64 {
    let i = x.iter().position(|v| *v > 0.4).unwrap_or(0);
    let j = x.iter().rposition(|v| *v > 0.4).unwrap_or(0);
    let k = x.iter().rev().position(|&v| v > 0.4).map_or(0, |p| x.len() - 1 - p);
    x[i] * x[j] * x[k]
}

#[differentiable]
fn from_iter(x: &[f64]) -> f64 {
    let a = Vec::from_iter(x.iter().map(|v| v * v));
    let b = Vec::<f64>::from_iter(a.iter().copied().filter(|v| *v > 0.1));
    b.iter().sum::<f64>() * a[0]
}

#[differentiable]
fn boxed_slice(x: &[f64]) -> f64 {
    let a: Box<[f64]> = x.iter().map(|v| v * v).collect();
    let b = x.to_vec().into_boxed_slice();
    a[0] * b[1] + a.iter().sum::<f64>()
}

#[differentiable]
fn sum_turbofish(x: &[f64]) -> f64 {
    let a = x.iter().sum::<f64>();
    let b: f64 = x.iter().map(|v| v * v).sum();
    let c = x.iter().product::<f64>();
    let n = x.iter().map(|v| v * v).sum::<f64>().sqrt();
    a * b + c / n
}

#[differentiable]
fn unzip(x: &[f64]) -> f64 {
    let (a, b): (Vec<f64>, Vec<f64>) = x.iter().map(|v| (v * v, v.sin())).unzip();
    let (c, d): (Vec<f64>, Vec<f64>) = x.iter().partition(|v| **v > 0.41);
    a.iter().zip(&b).map(|(p, q)| p * q).sum::<f64>() + c.iter().sum::<f64>() * d.iter().product::<f64>()
}

#[differentiable]
fn flat_map_scan(x: &[f64]) -> f64 {
    let a: f64 = x.iter().flat_map(|v| vec![*v, v * v]).sum();
    let b: Vec<f64> = x
        .iter()
        .scan(1.0, |s, v| {
            *s *= v;
            Some(*s)
        })
        .collect();
    let c: f64 = x
        .iter()
        .scan(0.0, |acc, &v| {
            *acc += v;
            Some(*acc * v)
        })
        .sum();
    a * b[1] + c
}

#[differentiable]
fn cycle_take(x: &[f64]) -> f64 {
    let a: f64 = x.iter().cycle().take(7).map(|v| v * v).sum();
    let b: f64 = x.iter().zip(x[..2].iter().cycle()).map(|(a, b)| a * b).sum();
    let c: f64 = x.iter().cycle().skip(1).take(x.len()).zip(x).map(|(a, b)| a * b).sum();
    a + b * c
}

#[differentiable]
fn successors(x: &[f64]) -> f64 {
    let a: f64 = std::iter::successors(Some(x[0]), |v| Some(v * 0.5 + 0.1)).take(4).sum();
    let b = std::iter::successors(Some(x[1]), |&v| if v < 10.0 { Some(v * 2.0) } else { None }).last().unwrap();
    a * b
}

#[differentiable]
fn repeat_once(x: &[f64]) -> f64 {
    let a: f64 = std::iter::repeat(x[0]).take(3).sum();
    let b: f64 = std::iter::once(x[1]).chain(x.iter().copied()).map(|v| v * v).sum();
    let c: f64 = std::iter::repeat_n(x[0] * x[1], 2).product();
    let d: Vec<f64> = std::iter::repeat_with(|| x[0] * 2.0).take(2).collect();
    let mut k = 0.0;
    let e: f64 = std::iter::from_fn(|| {
        k += 1.0;
        if k < 4.0 { Some(k * x[0]) } else { None }
    })
    .sum();
    let f: f64 = x.iter().zip(std::iter::repeat(x[1])).map(|(a, b)| a * b).sum();
    a * b + c * d[1] + e + f
}

#[differentiable]
fn sum_of_range(x: &[f64]) -> f64 {
    (1..=4).map(|k| x[0].powi(k) / (1..=k).map(f64::from).product::<f64>()).sum()
}

#[differentiable]
fn windows_pairs(x: &[f64]) -> f64 {
    x.windows(2)
        .map(|w| {
            let [a, b] = w else { unreachable!() };
            a * b
        })
        .sum::<f64>()
        + x.windows(3)
            .map(|w| match w {
                [a, b, c] => a * b - c,
                _ => 0.0,
            })
            .sum::<f64>()
        + x.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum::<f64>()
}

#[differentiable]
fn horner(x: &[f64]) -> f64 {
    x.iter().rev().fold(0.0, |acc, &c| acc * x[0] + c) + x.iter().skip(1).fold(x[0], |acc, c| acc.mul_add(0.5, *c))
}

#[differentiable]
fn rfold(x: &[f64]) -> f64 {
    x.iter().rfold(0.0, |acc, &c| acc * x[0] + c)
}

#[differentiable]
fn chunk_array(x: &[f64]) -> f64 {
    x.chunks(2).map(|c| if let [a, b] = c { a * b } else { c[0] }).sum::<f64>() + x.rchunks(3).map(|c| c[0] * c[0]).sum::<f64>()
}

#[differentiable]
fn min_by_fold(x: &[f64]) -> f64 {
    let lo = x.iter().copied().fold(f64::INFINITY, f64::min);
    let hi = x.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
    let (s, q) = x.iter().fold((0.0, 0.0), |(s, q), v| (s + v, q + v * v));
    (hi - lo) * q - s * s
}

#[differentiable]
fn logsumexp(x: &[f64]) -> f64 {
    let m = x.iter().copied().max_by(f64::total_cmp).unwrap();
    m + x.iter().map(|v| (v - m).exp()).sum::<f64>().ln()
}

#[differentiable]
fn is_sorted(x: &[f64]) -> f64 {
    if x.iter().any(|v| *v < 0.0) || x.windows(2).all(|w| w[0] <= w[1]) || x.contains(&0.25) || x.is_empty() { x[0] } else { x[1] * x[0] }
}

#[differentiable]
fn sum_sq(v: &[f64]) -> f64 {
    v.iter().map(|a| a * a).sum()
}
#[differentiable]
fn iter_to_fn(x: &[f64]) -> f64 {
    x.chunks(2).map(sum_sq).sum::<f64>()
        + x.iter().map(|v| sum_sq(&[*v, 2.0])).sum::<f64>()
        + sum_sq(&x.iter().map(|v| v.sin()).collect::<Vec<_>>())
}

#[differentiable]
fn array_zip(x: &[f64]) -> f64 {
    let a = [x[0], x[1], x[2]];
    let b = a.map(|v| v * v);
    let c: [f64; 3] = std::array::from_fn(|i| a[i] * b[i]);
    let d = a.iter().zip(b).map(|(p, q)| p * q).sum::<f64>();
    let e: f64 = a.into_iter().zip(c.into_iter()).map(|(p, q)| p + q * p).sum();
    d + e
}

#[differentiable]
fn zip_numbers(x: &[f64]) -> f64 {
    let a: f64 = x.iter().filter(|v| **v > 0.0).zip(x.iter().enumerate().skip(1)).map(|(a, (i, b))| a * b * i as f64).sum();
    let b: f64 = x.iter().filter(|v| **v > 0.0).zip(x.iter().enumerate().rev()).map(|(a, (i, b))| a * b * i as f64).sum();
    let c: f64 = x.iter().filter(|v| **v > 0.0).zip(x.iter().zip(3..)).map(|(a, (b, i))| a * b * i as f64).sum();
    a + b + c
}

of_slices! {
    try_fold at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    try_fold_result at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    try_for_each at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    reduce at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    max_by at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    argmax at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    max_by_key at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    position at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    from_iter at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    boxed_slice at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    sum_turbofish at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    unzip at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    flat_map_scan at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    cycle_take at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    successors at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    repeat_once at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    sum_of_range at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    windows_pairs at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    horner at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    rfold at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    chunk_array at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    min_by_fold at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    logsumexp at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    is_sorted at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    iter_to_fn at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    array_zip at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    zip_numbers at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
}
