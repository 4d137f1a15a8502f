//! GMM's adjoint, by hand. Input: a mixture. Output: the objective and its gradient.
//! Invariant: memory is the gradient and one point's intermediate values, whatever `n`.

use super::input::Gmm;
use super::primal::log_normalizer;
use std::f64::consts::PI;

/// The gradient, in the order of the parameters.
pub struct Gradient {
    /// With respect to the log-weights.
    pub alphas: Vec<f64>,
    /// With respect to the means.
    pub means: Vec<f64>,
    /// With respect to the factors.
    pub icf: Vec<f64>,
}

/// The objective and its gradient.
pub fn value_and_gradient(gmm: &Gmm) -> (f64, Gradient) {
    let Gmm { d, k, n, .. } = *gmm;
    let triangle = d * (d + 1) / 2;
    let mut bar = Gradient { alphas: vec![0.0; k], means: vec![0.0; k * d], icf: vec![0.0; k * triangle] };
    let diagonals: Vec<f64> = gmm.icf.chunks_exact(triangle).flat_map(|row| row[..d].iter().map(|l| l.exp())).collect();
    let offsets: Vec<f64> = gmm.icf.chunks_exact(triangle).zip(&gmm.alphas).map(|(row, a)| a + row[..d].iter().sum::<f64>()).collect();
    let mut diagonals_bar = vec![0.0; k * d];
    let (mut centered, mut q_centered, mut terms) = (vec![0.0; k * d], vec![0.0; k * d], vec![0.0; k]);
    let mut total = 0.0;
    for point in gmm.x.chunks_exact(d) {
        for c in 0..k {
            let (row, lower) = (c * d..(c + 1) * d, c * triangle + d..(c + 1) * triangle);
            let (xc, qc) = (&mut centered[row.clone()], &mut q_centered[row.clone()]);
            for ((xc, p), m) in xc.iter_mut().zip(point).zip(&gmm.means[row.clone()]) {
                *xc = p - m;
            }
            q_times_x(&diagonals[row], &gmm.icf[lower], xc, qc);
            terms[c] = offsets[c] - 0.5 * qc.iter().map(|v| v * v).sum::<f64>();
        }
        total += log_sum_exp_to_weights(&mut terms);
        for (c, &weight) in terms.iter().enumerate() {
            let (row, lower) = (c * d..(c + 1) * d, c * triangle + d..(c + 1) * triangle);
            bar.alphas[c] += weight;
            let qc = &mut q_centered[row.clone()];
            for v in qc.iter_mut() {
                *v *= -weight;
            }
            let (means_bar, diagonals_bar) = (&mut bar.means[row.clone()], &mut diagonals_bar[row.clone()]);
            let (factor, factor_bar) = (&gmm.icf[lower.clone()], &mut bar.icf[lower]);
            q_times_x_adjoint(&diagonals[row.clone()], factor, &centered[row], qc, diagonals_bar, factor_bar, means_bar);
        }
    }
    let prior = prior(gmm, &diagonals, &diagonals_bar, &mut bar);
    let mut weights = gmm.alphas.clone();
    total -= n as f64 * log_sum_exp_to_weights(&mut weights);
    for (a, w) in bar.alphas.iter_mut().zip(weights) {
        *a -= n as f64 * w;
    }
    (total + prior - 0.5 * (n * d) as f64 * (2.0 * PI).ln(), bar)
}

/// The prior; its gradient, and that of the diagonals, go to the factors. The sums of logarithms have the cotangent of the weights.
fn prior(gmm: &Gmm, diagonals: &[f64], diagonals_bar: &[f64], bar: &mut Gradient) -> f64 {
    let Gmm { d, k, wishart, .. } = *gmm;
    let (triangle, scale, m) = (d * (d + 1) / 2, wishart.gamma * wishart.gamma, f64::from(wishart.m));
    let mut value = -(k as f64) * log_normalizer(d, wishart);
    let rows = gmm.icf.chunks_exact(triangle).zip(bar.icf.chunks_exact_mut(triangle));
    for (c, ((row, row_bar), alphas_bar)) in rows.zip(&bar.alphas).enumerate() {
        let (diagonal, diagonal_bar) = (&diagonals[c * d..(c + 1) * d], &diagonals_bar[c * d..(c + 1) * d]);
        let ((logs, lower), (logs_bar, lower_bar)) = (row.split_at(d), row_bar.split_at_mut(d));
        let squares: f64 = diagonal.iter().chain(lower).map(|v| v * v).sum();
        value += 0.5 * scale * squares - m * logs.iter().sum::<f64>();
        let sum_bar = alphas_bar - m;
        for ((bar, q), q_bar) in logs_bar.iter_mut().zip(diagonal).zip(diagonal_bar) {
            *bar += (q_bar + scale * q) * q + sum_bar;
        }
        for (bar, l) in lower_bar.iter_mut().zip(lower) {
            *bar += scale * l;
        }
    }
    value
}

fn q_times_x(diagonal: &[f64], lower: &[f64], x: &[f64], out: &mut [f64]) {
    for ((o, q), x) in out.iter_mut().zip(diagonal).zip(x) {
        *o = q * x;
    }
    let (d, mut start) = (x.len(), 0);
    for (i, &x) in x.iter().enumerate() {
        let column = &lower[start..start + d - i - 1];
        for (o, l) in out[i + 1..].iter_mut().zip(column) {
            *o += l * x;
        }
        start += column.len();
    }
}

/// Adds to the cotangents of `diagonal` and `lower`, and subtracts that of `x` (which is a point less a mean) from the mean's.
fn q_times_x_adjoint(
    diagonal: &[f64],
    lower: &[f64],
    x: &[f64],
    out_bar: &[f64],
    diagonal_bar: &mut [f64],
    lower_bar: &mut [f64],
    mean_bar: &mut [f64],
) {
    let (d, mut start) = (x.len(), 0);
    for i in 0..d {
        let n = d - i - 1;
        let (column, column_bar) = (&lower[start..start + n], &mut lower_bar[start..start + n]);
        mean_bar[i] -= scaled_and_dot(&out_bar[i + 1..d], x[i], column, column_bar);
        start += n;
    }
    for ((((o, q), x), q_bar), m_bar) in out_bar.iter().zip(diagonal).zip(x).zip(diagonal_bar).zip(mean_bar) {
        *q_bar += o * x;
        *m_bar -= o * q;
    }
}

/// `b += o x`, and o · c, in one pass of four lanes.
#[inline]
fn scaled_and_dot(o: &[f64], x: f64, c: &[f64], b: &mut [f64]) -> f64 {
    let whole = o.len() & !3;
    let ((oh, ot), (ch, ct), (bh, bt)) = (o.split_at(whole), c.split_at(whole), b.split_at_mut(whole));
    let mut lanes = [0.0; 4];
    for ((o, c), b) in oh.chunks_exact(4).zip(ch.chunks_exact(4)).zip(bh.chunks_exact_mut(4)) {
        for s in 0..4 {
            b[s] += o[s] * x;
            lanes[s] += o[s] * c[s];
        }
    }
    let mut dot: f64 = lanes.iter().sum();
    for ((o, c), b) in ot.iter().zip(ct).zip(bt) {
        *b += o * x;
        dot += o * c;
    }
    dot
}

/// ln Σ exp xᵢ; leaves its gradient, the softmax, in `x`.
fn log_sum_exp_to_weights(x: &mut [f64]) -> f64 {
    let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for v in x.iter_mut() {
        *v = (*v - largest).exp();
    }
    let sum: f64 = x.iter().sum();
    for v in x {
        *v /= sum;
    }
    largest + sum.ln()
}
