//! GMM for other crates' number types. Input: a mixture, its parameters as numbers. Output: the objective.
//! Invariant: the same computation as the primal.

use super::input::Gmm;
use super::primal::log_normalizer;
use crate::number::{Number, Program, log_sum_exp, sum};
use std::f64::consts::PI;

impl Program for Gmm {
    fn point(&self) -> Vec<f64> {
        [&self.alphas[..], &self.means, &self.icf].concat()
    }

    fn value<T: Number>(&self, parameters: &[T]) -> T {
        let Gmm { d, k, n, wishart, .. } = *self;
        let triangle = d * (d + 1) / 2;
        let (alphas, rest) = parameters.split_at(k);
        let (means, icf) = rest.split_at(k * d);
        let rows = || icf.chunks_exact(triangle).map(|row| row.split_at(d));
        let sums: Vec<T> = rows().map(|(logs, _)| sum(logs.iter().cloned())).collect();
        let diagonals: Vec<Vec<T>> = rows().map(|(logs, _)| logs.iter().map(|l| l.clone().exp()).collect()).collect();
        let term = |point: &[f64], c: usize| {
            let mean = &means[c * d..(c + 1) * d];
            let centered: Vec<T> = point.iter().zip(mean).map(|(x, m)| (-m.clone()).plus(*x)).collect();
            let q = q_times_x(&diagonals[c], &icf[c * triangle + d..(c + 1) * triangle], &centered);
            alphas[c].clone() + sums[c].clone() + sum(q.into_iter().map(T::squared)).times(-0.5)
        };
        let points = self.x.chunks_exact(d).map(|point| log_sum_exp(&(0..k).map(|c| term(point, c)).collect::<Vec<T>>()));
        let prior = rows().zip(&diagonals).zip(&sums).map(|(((_, lower), diagonal), sum_of_logs)| {
            let frobenius = sum(diagonal.iter().chain(lower).map(|v| v.clone().squared()));
            frobenius.times(0.5 * wishart.gamma * wishart.gamma) - sum_of_logs.clone().times(f64::from(wishart.m))
        });
        let constant = -0.5 * (n * d) as f64 * (2.0 * PI).ln() - k as f64 * log_normalizer(d, wishart);
        (sum(points) + sum(prior) - log_sum_exp(alphas).times(n as f64)).plus(constant)
    }
}

fn q_times_x<T: Number>(diagonal: &[T], lower: &[T], x: &[T]) -> Vec<T> {
    let mut out: Vec<T> = diagonal.iter().zip(x).map(|(q, x)| q.clone() * x.clone()).collect();
    let mut lower = lower.iter();
    for (i, x) in x.iter().enumerate() {
        for (out, l) in out[i + 1..].iter_mut().zip(lower.by_ref()) {
            *out = out.clone() + l.clone() * x.clone();
        }
    }
    out
}
