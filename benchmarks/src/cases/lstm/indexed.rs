//! LSTM with indices. Input: as the primal. Output: the same.
//! Invariant: the same computation as `primal.rs`, with indices where that has iterators, patterns and parts of slices: what the compiler
//! takes today.

use pullback::prelude::*;

/// The mean loss of predicting each character from those before it.
#[differentiable]
pub fn objective(width: usize, main: &[f64], extra: &[f64], #[constant] state: &[f64], #[constant] sequence: &[f64]) -> f64 {
    let layers = main.len() / (8 * width);
    let mut state = state.to_vec();
    let mut prediction = vec![0.0; width];
    let mut total = 0.0;
    let steps = sequence.len() / width - 1;
    for t in 0..steps {
        predict(width, layers, main, extra, &mut state, &sequence[t * width..(t + 1) * width], &mut prediction);
        let mut sum = 2.0;
        for i in 0..width {
            sum += prediction[i].exp();
        }
        let normalizer = sum.ln();
        for i in 0..width {
            total += sequence[(t + 1) * width + i] * (prediction[i] - normalizer);
        }
    }
    -total / (steps * width) as f64
}

#[differentiable]
fn predict(width: usize, layers: usize, main: &[f64], extra: &[f64], state: &mut [f64], #[constant] input: &[f64], scores: &mut [f64]) {
    let mut signal = vec![0.0; width];
    for i in 0..width {
        signal[i] = input[i] * extra[i];
    }
    for l in 0..layers {
        step(width, &main[l * 8 * width..(l + 1) * 8 * width], &mut signal, &mut state[l * 2 * width..(l + 1) * 2 * width]);
    }
    for i in 0..width {
        scores[i] = signal[i] * extra[width + i] + extra[2 * width + i];
    }
}

#[differentiable]
fn step(n: usize, p: &[f64], signal: &mut [f64], state: &mut [f64]) {
    for i in 0..n {
        let hidden = state[i];
        let forget = sigmoid(signal[i] * p[i] + p[4 * n + i]);
        let ingate = sigmoid(hidden * p[n + i] + p[5 * n + i]);
        let outgate = sigmoid(signal[i] * p[2 * n + i] + p[6 * n + i]);
        let change = (hidden * p[3 * n + i] + p[7 * n + i]).tanh();
        let cell = state[n + i] * forget + ingate * change;
        state[n + i] = cell;
        state[i] = outgate * cell.tanh();
        signal[i] = state[i];
    }
}

#[differentiable]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
