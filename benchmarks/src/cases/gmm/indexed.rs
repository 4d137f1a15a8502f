//! GMM with indices. Input: as the primal. Output: the same.
//! Invariant: the same computation as `primal.rs`, with indices where that has iterators, patterns and parts of slices: what the compiler
//! takes today.

use super::input::Wishart;
use super::primal::log_normalizer;
use pullback::prelude::*;
use std::f64::consts::PI;

/// The log-likelihood of the points, and the Wishart prior.
#[allow(clippy::too_many_arguments, reason = "ADBench's signature")]
#[differentiable]
pub fn objective(
    d: usize,
    k: usize,
    n: usize,
    alphas: &[f64],
    means: &[f64],
    icf: &[f64],
    #[constant] x: &[f64],
    #[constant] wishart: Wishart,
) -> f64 {
    let triangle = d * (d + 1) / 2;
    let mut q_diagonals = vec![0.0; k * d];
    let mut sum_qs = vec![0.0; k];
    preprocess(d, k, icf, &mut sum_qs, &mut q_diagonals);
    let mut centered = vec![0.0; d];
    let mut q_centered = vec![0.0; d];
    let mut terms = vec![0.0; k];
    let mut total = 0.0;
    for i in 0..n {
        for c in 0..k {
            subtract(&x[i * d..(i + 1) * d], &means[c * d..(c + 1) * d], &mut centered);
            q_times_x(&q_diagonals[c * d..(c + 1) * d], &icf[c * triangle + d..(c + 1) * triangle], &centered, &mut q_centered);
            terms[c] = alphas[c] + sum_qs[c] - 0.5 * squared_norm(&q_centered);
        }
        total += log_sum_exp(&terms);
    }
    let constant = -0.5 * (n * d) as f64 * (2.0 * PI).ln();
    constant + total - n as f64 * log_sum_exp(alphas) + log_wishart_prior(d, k, wishart, &sum_qs, &q_diagonals, icf)
}

#[differentiable]
fn preprocess(d: usize, k: usize, icf: &[f64], sum_qs: &mut [f64], q_diagonals: &mut [f64]) {
    let triangle = d * (d + 1) / 2;
    for c in 0..k {
        let mut sum = 0.0;
        for i in 0..d {
            let l = icf[c * triangle + i];
            sum += l;
            q_diagonals[c * d + i] = l.exp();
        }
        sum_qs[c] = sum;
    }
}

#[differentiable]
fn subtract(#[constant] a: &[f64], b: &[f64], out: &mut [f64]) {
    for i in 0..out.len() {
        out[i] = a[i] - b[i];
    }
}

#[differentiable]
fn q_times_x(diagonal: &[f64], lower: &[f64], x: &[f64], out: &mut [f64]) {
    let d = x.len();
    for i in 0..d {
        out[i] = diagonal[i] * x[i];
    }
    let mut start = 0;
    for i in 0..d {
        for j in i + 1..d {
            out[j] += lower[start] * x[i];
            start += 1;
        }
    }
}

#[differentiable]
fn squared_norm(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum()
}

#[differentiable]
fn log_sum_exp(x: &[f64]) -> f64 {
    let largest = no_grad!(x.iter().copied().fold(f64::NEG_INFINITY, f64::max));
    let sum: f64 = x.iter().map(|v| (v - largest).exp()).sum();
    largest + sum.ln()
}

#[differentiable]
fn log_wishart_prior(d: usize, k: usize, #[constant] wishart: Wishart, sum_qs: &[f64], q_diagonals: &[f64], icf: &[f64]) -> f64 {
    let triangle = d * (d + 1) / 2;
    let mut out = 0.0;
    for c in 0..k {
        let frobenius = squared_norm(&q_diagonals[c * d..(c + 1) * d]) + squared_norm(&icf[c * triangle + d..(c + 1) * triangle]);
        out += 0.5 * wishart.gamma * wishart.gamma * frobenius - f64::from(wishart.m) * sum_qs[c];
    }
    out - k as f64 * log_normalizer(d, wishart)
}
