//! Conditions that change something: calls that take `&mut`, closures that change what is around them. What starts without a gradient may get one there.

use pullback::prelude::*;
use pullback_tests::of_slices;
use std::collections::HashSet;

#[differentiable]
fn closure_in_if(x: &[f64]) -> f64 {
    let mut total = 0.0;
    let mut add = |v: f64| -> bool {
        total += v * v;
        total > 1.0
    };
    for v in x {
        if add(*v) {
            break;
        }
    }
    total * x[1]
}
#[differentiable]
fn closure_in_while(x: &[f64]) -> f64 {
    let mut total = x[0];
    let mut step = || -> bool {
        total = total * 1.5 + x[1];
        total < 5.0
    };
    while step() {}
    total * x[1]
}
#[differentiable]
fn closure_in_match(x: &[f64]) -> f64 {
    let mut total = 0.0;
    let mut add = |v: f64| -> usize {
        total += v * v;
        if total > 1.0 { 1 } else { 0 }
    };
    for v in x {
        match add(*v) {
            1 => break,
            _ => {}
        }
    }
    total * x[1]
}

#[differentiable]
fn step(total: &mut f64, v: f64) -> bool {
    *total += v * v;
    *total > 1.1
}
#[differentiable]
fn call_in_if(x: &[f64]) -> f64 {
    let mut total = 0.0;
    for v in x {
        if step(&mut total, *v) {
            break;
        }
    }
    let k = if !step(&mut total, x[1]) { 1 } else { 2 };
    total * x[k]
}
#[differentiable]
fn call_in_while(x: &[f64]) -> f64 {
    let mut total = 0.0;
    let mut n = 0;
    'a: while !step(&mut total, x[n % 3]) {
        n += 1;
        if n > 7 {
            break 'a;
        }
        if n % 2 == 0 {
            continue;
        }
        total *= 0.9;
    }
    total * n as f64
}
#[differentiable]
fn next(total: &mut f64, v: f64) -> Option<usize> {
    *total += v;
    Some(1)
}
#[differentiable]
fn patterns(x: &[f64]) -> f64 {
    let mut total = 0.0;
    let Some(i) = next(&mut total, x[0]) else { return 0.0 };
    if let Some(k) = next(&mut total, x[1])
        && k > 0
    {
        total *= x[k];
    }
    while let Some(k) = next(&mut total, x[2]) {
        if total > 4.0 {
            break;
        }
        total += x[k];
    }
    total * x[i]
}

/// What counts, draws or remembers beside values that carry a gradient stays as it is.
#[differentiable]
fn inert(x: &[f64]) -> f64 {
    let (mut n, mut k, mut seed, mut seen) = (0, 0usize, 7u64, HashSet::new());
    let mut draw = |n: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(n);
        (seed >> 33) as usize
    };
    let mut big = |v: f64| -> bool {
        n += 1;
        v > 0.6
    };
    let mut s = 0.0;
    for (i, v) in x.iter().enumerate() {
        if big(*v) && seen.insert(i % 2) {
            s += v * x[draw(3) % 3];
        }
        if draw(3) % 2 == 0 && s > 0.0 {
            s *= x[0];
        }
    }
    let any = x.iter().any(|v| {
        if *v > 0.6 {
            k += 1;
        }
        *v > 5.0
    });
    if any { s } else { s * n as f64 * k as f64 }
}

of_slices! {
    closure_in_if at [[0.5, 1.2, 0.7], [0.1, 0.2, 0.3]];
    closure_in_while at [[0.5, 1.2, 0.7]];
    closure_in_match at [[0.5, 1.2, 0.7], [0.1, 0.2, 0.3]];
    call_in_if at [[0.5, 1.2, 0.7], [0.1, 0.2, 0.3]];
    call_in_while at [[0.5, 1.2, 0.7], [0.3, 0.2, 0.4]];
    patterns at [[0.5, 1.2, 0.7]];
    inert at [[0.5, 1.2, 0.7]];
}
