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
of_scalars! {
    labelled_block at [-0.6, 0.2, 1.0];
}
of_slices! {
    reference_by_a_changing_index at [vec![2.0, 3.0]];
    slices_by_a_changing_index at [vec![2.0, 3.0, 0.5]];
    labelled_block_in_a_loop at [vec![0.3, -0.7, 1.1, 2.5], vec![], vec![2.0]];
    while_let_pop at [vec![0.3, -0.7, 1.1, 2.5], vec![2.0]];
}
