//! LSTM as one would write it. Input: weights, a state to start from, a sequence. Output: the mean loss.
//! Invariant: written for a reader, not for a differentiator.

use pullback::prelude::*;

/// The mean loss of predicting each character from those before it.
#[differentiable]
pub fn objective(width: usize, main: &[f64], extra: &[f64], #[constant] state: &[f64], #[constant] sequence: &[f64]) -> f64 {
    let mut state = state.to_vec();
    let mut prediction = vec![0.0; width];
    let mut total = 0.0;
    let mut count = 0;
    for (input, expected) in sequence.chunks_exact(width).zip(sequence.chunks_exact(width).skip(1)) {
        predict(main, extra, &mut state, input, &mut prediction);
        let normalizer = (2.0 + prediction.iter().map(|y| y.exp()).sum::<f64>()).ln();
        for (y, e) in prediction.iter().zip(expected) {
            total += e * (y - normalizer);
        }
        count += width;
    }
    -total / count as f64
}

/// The scores of the next character; the state moves on.
#[differentiable]
fn predict(main: &[f64], extra: &[f64], state: &mut [f64], #[constant] input: &[f64], scores: &mut [f64]) {
    let width = input.len();
    let mut signal = vec![0.0; width];
    for i in 0..width {
        signal[i] = input[i] * extra[i];
    }
    for (parameters, state) in main.chunks_exact(8 * width).zip(state.chunks_exact_mut(2 * width)) {
        let (weights, biases) = parameters.split_at(4 * width);
        let (hidden, cells) = state.split_at_mut(width);
        step(weights, biases, &signal, hidden, cells);
        signal.copy_from_slice(hidden);
    }
    for i in 0..width {
        scores[i] = signal[i] * extra[width + i] + extra[2 * width + i];
    }
}

/// One layer's step.
#[differentiable]
fn step(weights: &[f64], biases: &[f64], input: &[f64], hidden: &mut [f64], cells: &mut [f64]) {
    let n = input.len();
    for i in 0..n {
        let forget = sigmoid(input[i] * weights[i] + biases[i]);
        let ingate = sigmoid(hidden[i] * weights[n + i] + biases[n + i]);
        let outgate = sigmoid(input[i] * weights[2 * n + i] + biases[2 * n + i]);
        let change = (hidden[i] * weights[3 * n + i] + biases[3 * n + i]).tanh();
        cells[i] = cells[i] * forget + ingate * change;
        hidden[i] = outgate * cells[i].tanh();
    }
}

#[differentiable]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
