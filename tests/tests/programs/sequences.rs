//! Options in chains, buffers, quantiles, beams and chains.
//!
//! Input: functions of a slice. Output: tests of every mode.

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

mod retry_with_options {
    use super::*;
    #[differentiable]
    fn safe_log(v: f64) -> Option<f64> {
        (v > 0.0).then(|| v.ln())
    }
    #[differentiable]
    fn chain(a: f64, b: f64) -> Option<f64> {
        let la = safe_log(a)?;
        let s = safe_log(b).map(|v| v * la).or_else(|| safe_log(-b)).filter(|v| v.is_finite())?;
        Some(s + la).and_then(|v| if v > 10.0 { None } else { Some(v * 2.0) })
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        x.windows(2).filter_map(|w| chain(w[0], w[1])).sum::<f64>() + chain(-1.0, x[0]).unwrap_or_default()
    }
    of_slices! { f at [[0.4, 1.2, -0.3, 2.0, 0.7]]; }
}

mod double_buffer {
    use super::*;
    #[differentiable]
    fn smooth(src: &[f64], dst: &mut [f64], k: f64) {
        let n = src.len();
        dst[0] = src[0];
        dst[n - 1] = src[n - 1];
        for (d, w) in dst[1..n - 1].iter_mut().zip(src.windows(3)) {
            *d = w[1] + k * (w[0] - 2.0 * w[1] + w[2]);
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut a = x[1..].to_vec();
        let mut b = vec![0.0; a.len()];
        for i in 0..5 {
            smooth(&a, &mut b, x[0]);
            std::mem::swap(&mut a, &mut b);
            if i == 3 {
                a[2] *= 2.0;
            }
        }
        a.iter().zip(&b).map(|(a, b)| a * b).sum()
    }
    of_slices! { f at [[0.2, 1.2, -0.3, 2.0, 0.7, 0.1]]; }
}

mod quantile_loss {
    use super::*;
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut sorted = x.to_vec();
        sorted.sort_by(|a, b| a.partial_cmp(b).unwrap());
        let q = |p: f64| {
            let t = p * (sorted.len() - 1) as f64;
            let i = t as usize;
            let w = t - i as f64;
            if i + 1 < sorted.len() { sorted[i] * (1.0 - w) + sorted[i + 1] * w } else { sorted[i] }
        };
        let iqr = q(0.75) - q(0.25);
        x.iter()
            .map(|v| {
                let e = v - q(0.5);
                if e > 0.0 { 0.9 * e } else { -0.1 * e }
            })
            .sum::<f64>()
            / iqr
    }
    of_slices! { f at [[0.2, 1.2, -0.3, 2.0, 0.7, 0.1]]; }
}

mod beam_search {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Hyp {
        score: f64,
        tokens: Vec<usize>,
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut beams = vec![Hyp { score: 0.0, tokens: vec![] }];
        for step in 0..3 {
            let mut next: Vec<Hyp> = Vec::new();
            for h in &beams {
                for tok in 0..2 {
                    let mut tokens = h.tokens.clone();
                    tokens.push(tok);
                    let gain = x[step * 2 + tok] * if tokens.len() > 1 && tokens[tokens.len() - 2] == tok { 0.5 } else { 1.0 };
                    next.push(Hyp { score: h.score + gain, tokens });
                }
            }
            next.sort_by(|a, b| b.score.total_cmp(&a.score));
            next.truncate(2);
            beams = next;
        }
        beams[0].score + 0.5 * beams[1].score.powi(2)
    }
    of_slices! { f at [[0.2, 1.2, 0.3, 0.9, 0.7, 0.1]]; }
}

mod simd_style_chunks {
    use super::*;
    #[differentiable]
    fn dot4(a: &[f64], b: &[f64]) -> f64 {
        let mut acc = [0.0; 4];
        let (ac, bc) = (a.chunks_exact(4), b.chunks_exact(4));
        let tail: f64 = ac.remainder().iter().zip(bc.remainder()).map(|(x, y)| x * y).sum();
        for (x, y) in ac.zip(bc) {
            for k in 0..4 {
                acc[k] = x[k].mul_add(y[k], acc[k]);
            }
        }
        acc.iter().sum::<f64>() + tail
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let y: Vec<f64> = x.iter().rev().map(|v| v.cos()).collect();
        dot4(x, &y) * dot4(x, x)
    }
    of_slices! { f at [[0.2, 1.2, 0.3, 0.9, 0.7, 0.1, 0.4, -0.5, 1.5]]; }
}

mod markov_stationary {
    use super::*;
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let p: Vec<[f64; 3]> = x
            .chunks(3)
            .map(|r| {
                let e = [r[0].exp(), r[1].exp(), r[2].exp()];
                let z: f64 = e.iter().sum();
                e.map(|v| v / z)
            })
            .collect();
        let mut pi = [1.0 / 3.0; 3];
        let mut iters = 0;
        let pi = loop {
            let mut next = [0.0; 3];
            for (i, row) in p.iter().enumerate() {
                for (j, v) in row.iter().enumerate() {
                    next[j] += pi[i] * v;
                }
            }
            let diff = no_grad!(next.iter().zip(&pi).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max));
            pi = next;
            iters += 1;
            if diff < 1e-13 || iters > 200 {
                break pi;
            }
        };
        pi.iter().map(|v| -v * v.ln()).sum()
    }
    of_slices! { f at [[0.2, 1.2, 0.3, 0.9, 0.7, 0.1, 0.4, -0.5, 1.5]]; }
}
