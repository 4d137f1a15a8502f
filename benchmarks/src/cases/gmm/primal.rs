//! GMM as one would write it. Input: the mixture's parameters and the points. Output: the objective.
//! Invariant: written for a reader, not for a differentiator.

use super::input::Wishart;
use pullback::prelude::*;
use std::f64::consts::PI;

/// The log-likelihood of the points, and the Wishart prior.
#[differentiable(wrt(alphas, means, icf))]
#[allow(clippy::too_many_arguments, reason = "ADBench's signature")]
pub fn objective(d: usize, k: usize, n: usize, alphas: &[f64], means: &[f64], icf: &[f64], x: &[f64], wishart: Wishart) -> f64 {
    let triangle = d * (d + 1) / 2;
    let mut q_diagonals = vec![0.0; k * d];
    let mut sum_qs = vec![0.0; k];
    preprocess(d, icf, &mut sum_qs, &mut q_diagonals);

    let mut centered = vec![0.0; d];
    let mut q_centered = vec![0.0; d];
    let mut terms = vec![0.0; k];
    let mut total = 0.0;
    for point in x.chunks_exact(d) {
        for c in 0..k {
            subtract(point, &means[c * d..(c + 1) * d], &mut centered);
            let lower = &icf[c * triangle + d..(c + 1) * triangle];
            q_times_x(&q_diagonals[c * d..(c + 1) * d], lower, &centered, &mut q_centered);
            terms[c] = alphas[c] + sum_qs[c] - 0.5 * squared_norm(&q_centered);
        }
        total += log_sum_exp(&terms);
    }

    let constant = -0.5 * (n * d) as f64 * (2.0 * PI).ln();
    constant + total - n as f64 * log_sum_exp(alphas) + log_wishart_prior(d, k, wishart, &sum_qs, &q_diagonals, icf)
}

/// The diagonals of the factors, and the sums of their logarithms.
#[differentiable]
fn preprocess(d: usize, icf: &[f64], sum_qs: &mut [f64], q_diagonals: &mut [f64]) {
    for ((row, sum), diagonal) in icf.chunks_exact(d * (d + 1) / 2).zip(sum_qs).zip(q_diagonals.chunks_exact_mut(d)) {
        *sum = row[..d].iter().sum();
        for (q, l) in diagonal.iter_mut().zip(row) {
            *q = l.exp();
        }
    }
}

#[differentiable]
fn subtract(a: &[f64], b: &[f64], out: &mut [f64]) {
    for ((o, a), b) in out.iter_mut().zip(a).zip(b) {
        *o = a - b;
    }
}

/// The product of a lower triangular matrix, diagonal apart, and a vector.
#[differentiable]
fn q_times_x(diagonal: &[f64], lower: &[f64], x: &[f64], out: &mut [f64]) {
    for ((o, q), x) in out.iter_mut().zip(diagonal).zip(x) {
        *o = q * x;
    }
    let d = x.len();
    let mut start = 0;
    for i in 0..d {
        let column = &lower[start..start + d - i - 1];
        for (o, l) in out[i + 1..].iter_mut().zip(column) {
            *o += l * x[i];
        }
        start += column.len();
    }
}

#[differentiable]
fn squared_norm(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum()
}

/// ln Σ exp xᵢ, without overflow.
#[differentiable]
fn log_sum_exp(x: &[f64]) -> f64 {
    let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
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

/// The prior's normalisation, which depends on no parameter.
pub fn log_normalizer(d: usize, wishart: Wishart) -> f64 {
    let freedom = d as f64 + f64::from(wishart.m) + 1.0;
    let log_gamma: f64 = (1..=d).map(|j| libm::lgamma(0.5 * freedom + 0.5 * (1.0 - j as f64))).sum();
    freedom * d as f64 * (wishart.gamma.ln() - 0.5 * 2f64.ln()) - (0.25 * (d * (d - 1)) as f64 * PI.ln() + log_gamma)
}
