//! Constructs two at a time: `let … else` in `while let`, a labelled `break` with a value by a guard, `?` in a closure, …
//!
//! Input: functions of a slice or a number. Output: tests of every mode.
#![allow(clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

#[differentiable]
fn let_else_in_while_let(x: &[f64]) -> f64 {
    let mut stack = x.to_vec();
    let mut total = 0.0;
    while let Some(top) = stack.pop() {
        let Some(&below) = stack.last() else {
            total += top * top;
            break;
        };
        total += top * below.sin();
    }
    total
}

#[differentiable]
fn labelled_value_in_guard(x: &[f64]) -> f64 {
    let mut k = 0;
    let found = 'search: loop {
        match x.get(k) {
            None => break 'search 1.0,
            Some(&v) if v > 1.5 => break 'search v * v,
            Some(_) => k += 1,
        }
    };
    found * x[0]
}

#[differentiable]
fn swap_nested(x: &[f64]) -> f64 {
    let mut m = [[x[0], x[1]], [x[2], x[3]]];
    let t = m[0][1];
    m[0][1] = m[1][0];
    m[1][0] = t;
    m.swap(0, 1);
    m[0].swap(0, 1);
    m[0][0] * m[0][1] * m[0][1] + m[1][0].sin() * m[1][1]
}

#[differentiable]
fn prefix(x: &mut [f64]) {
    let n = x.len();
    if n < 2 {
        return;
    }
    let (l, r) = x.split_at_mut(n / 2);
    prefix(l);
    prefix(r);
    let last = l[l.len() - 1];
    for v in r.iter_mut() {
        *v *= last;
    }
}
#[differentiable]
fn split_mut_recursion(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    prefix(&mut y);
    y.iter().sum::<f64>()
}

#[differentiable]
fn question_in_closure(x: &[f64]) -> f64 {
    let ratio = |i: usize| -> Option<f64> {
        let a = x.get(i)?;
        let b = x.get(i + 1)?;
        Some(a / b)
    };
    ratio(0).unwrap_or(1.0) * x[0] + ratio(1).unwrap_or(0.5)
}

#[differentiable]
fn flat_map_chunks(x: &[f64]) -> f64 {
    x.chunks(2).flat_map(|c| c.iter().map(|v| v * c[0])).sum()
}

#[differentiable]
fn windows_zip_rev(x: &[f64]) -> f64 {
    let mut e = 0.0;
    for (i, (w, v)) in x.windows(3).zip(x.iter()).enumerate().rev() {
        e += (w[0] - 2.0 * w[1] + w[2]) * v * i as f64 + w[1] * v;
    }
    e
}

#[differentiable]
fn drain_then(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let s: f64 = v.drain(1..3).map(|a| a * a).sum();
    s * v[0] + v[1] * v[2]
}

#[differentiable]
fn take_in_loop(x: &[f64]) -> f64 {
    let mut cur = x.to_vec();
    while cur.len() > 1 {
        let old = std::mem::take(&mut cur);
        for p in old.windows(2) {
            cur.push(p[0] * p[1] + p[0]);
        }
    }
    cur[0]
}

#[differentiable]
fn option_take(x: &[f64]) -> f64 {
    let mut prev: Option<f64> = None;
    let mut s = 0.0;
    for &v in x {
        if let Some(p) = prev.take() {
            s += p * v;
        } else {
            prev = Some(v * v);
        }
    }
    s
}

#[differentiable]
fn let_chain(x: &[f64]) -> f64 {
    let mut s = x[0];
    if let Some(v) = x.get(2)
        && *v > 0.0
        && x[0] > 0.5
    {
        s *= v;
    } else if let [a, .., b] = x
        && a > b
    {
        s = a * b;
    }
    s
}

#[differentiable]
fn late_init_tuple(x: &[f64]) -> f64 {
    let (a, b);
    if x[0] > x[1] {
        a = x[0];
        b = x[2] * x[1];
    } else {
        (a, b) = (x[1] * 2.0, x[0]);
    }
    let c;
    c = {
        let a = a * b;
        a + b
    };
    c * a
}

#[differentiable]
fn match_ranges(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for (i, &v) in x.iter().enumerate() {
        s += match (i, v) {
            (0, _) => v,
            (1..=2, v) if v > 2.5 => v * v,
            (n @ (1 | 3), w) => w * n as f64,
            (_, w) => w.exp() * s,
        };
    }
    s
}

#[differentiable]
fn second_ratio(x: &[f64]) -> Option<f64> {
    let [a, b, ..] = x else { return None };
    let c = x.iter().copied().find(|v| *v > 1.5)?;
    Some(a / b * c)
}
#[differentiable]
fn option_question(x: &[f64]) -> f64 {
    second_ratio(x).map_or_else(|| x[0] * 2.0, |v| v * v)
}

#[differentiable]
fn early_return_nested(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        for j in 0..i {
            s += x[i] * x[j];
            if s > 4.0 {
                return s * x[j];
            }
            if x[i] < x[j] {
                continue;
            }
        }
        if x[i] > 4.5 {
            return x[i] * x[i];
        }
    }
    s
}

#[differentiable]
fn while_changes_bound(x: &[f64]) -> f64 {
    let (mut lo, mut hi) = (0, x.len() - 1);
    let mut s = 1.0;
    while lo < hi {
        s += x[lo] * x[hi] * s;
        lo += 1;
        if s > 10.0 {
            hi -= 2;
        } else {
            hi -= 1;
        }
    }
    s
}

#[differentiable]
fn active_loop_variable(x: f64) -> f64 {
    let mut t = x;
    let mut s = 0.0;
    while t < 10.0 {
        s += t.sin();
        t *= 1.7;
    }
    for mut v in [x, x * x, 2.0] {
        v *= x;
        s += v;
    }
    s * t
}

#[differentiable]
fn closure_capture_both(x: &[f64]) -> f64 {
    let n = 3;
    let a = x[0];
    let f = |v: f64| {
        let mut r = v;
        for _ in 0..n {
            r = r * a + 1.0;
        }
        r
    };
    let mut count = 0;
    let mut total = 0.0;
    let mut add = |v: f64| {
        total += f(v) * a;
        count += 1;
    };
    add(x[1]);
    add(x[2]);
    let g = |u: f64, v: f64| -> f64 {
        if u > v {
            return u;
        }
        u * v
    };
    total * count as f64 + g(x[0], x[1]) + g(x[2], x[0])
}

#[differentiable]
fn chain_flatten(x: &[f64]) -> f64 {
    let rows = vec![x[..2].to_vec(), vec![x[0] * x[3]], vec![]];
    let flat: Vec<f64> = rows.iter().flatten().chain(x.iter().rev().take(2)).copied().collect();
    let nested: f64 = rows.iter().map(|r| r.iter().sum::<f64>()).product::<f64>();
    flat.iter().enumerate().skip(1).step_by(2).map(|(i, v)| v * i as f64).sum::<f64>() + nested
}

#[differentiable]
fn do_while(x: f64) -> f64 {
    let mut s = x;
    while {
        s = s * 1.5 + x;
        s < 20.0
    } {}
    s
}

#[differentiable]
fn loop_result_tuple(x: &[f64]) -> f64 {
    let mut a = x[0];
    let (r, n) = loop {
        a = a * x[1];
        if a > 30.0 {
            break (a.sqrt(), 2);
        }
    };
    r * n as f64
}

#[differentiable]
fn option_replace_insert(x: &[f64]) -> f64 {
    let mut o = Some(x[0]);
    let old = o.replace(x[1] * x[0]);
    let mut s = old.unwrap() * 2.0;
    if let Some(v) = &mut o {
        *v += x[2];
    }
    if let Some(ref mut v) = o {
        *v *= x[3];
    }
    s += o.unwrap_or_default();
    s
}

#[differentiable]
fn closure_returning_option(x: &[f64]) -> f64 {
    let lookup = |k: usize| x.get(k).map(|v| v * v);
    let a = lookup(1).unwrap_or(0.0);
    let b = lookup(9).unwrap_or(x[0]);
    let c = match lookup(2) {
        Some(v) if v > a => v - a,
        Some(v) => v,
        None => 0.0,
    };
    a * b + c
}

of_scalars! {
    active_loop_variable at [0.3, 1.0];
    do_while at [0.4];
}
of_slices! {
    let_else_in_while_let at [vec![0.5,-1.2,2.0,0.3], vec![1.5]];
    labelled_value_in_guard at [vec![0.5,-1.2,2.0,0.3], vec![3.0,4.0]];
    swap_nested at [vec![1.0,2.0,3.0,4.0]];
    split_mut_recursion at [vec![1.0,2.0,3.0,4.0,0.5], vec![2.0]];
    question_in_closure at [vec![1.0,2.0,3.0], vec![4.0]];
    flat_map_chunks at [vec![1.0,2.0,3.0,4.0,5.0]];
    windows_zip_rev at [vec![1.0,2.0,3.0,4.0,5.0]];
    drain_then at [vec![1.0,-2.0,3.0,-4.0,5.0]];
    take_in_loop at [vec![1.0,2.0,3.0,4.0]];
    option_take at [vec![1.0,2.0,3.0,4.0]];
    let_chain at [vec![1.0,-2.0,3.0,-4.0,0.5], vec![-1.0]];
    late_init_tuple at [vec![1.0,2.0,-3.0], vec![0.5,-1.0,2.0]];
    match_ranges at [vec![1.0,2.0,3.0,0.5,0.7]];
    option_question at [vec![1.0,2.0,3.0], vec![1.0]];
    early_return_nested at [vec![1.0,2.0,3.0], vec![5.0,2.0,0.0], vec![0.1,0.1,0.1]];
    while_changes_bound at [vec![1.0,2.0,3.0,4.0,5.0,6.0]];
    closure_capture_both at [vec![1.0,2.0,3.0]];
    chain_flatten at [vec![1.0,2.0,3.0,4.0]];
    loop_result_tuple at [vec![1.0,2.0]];
    option_replace_insert at [vec![1.0,2.0,3.0,4.0]];
    closure_returning_option at [vec![1.0,2.0,3.0]];
}
