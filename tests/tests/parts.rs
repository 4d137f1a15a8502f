//! The corpus: helpers that are lent parts of slices, state that moves on in place, constants taken apart beside it.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use nalgebra::{Matrix2x3, Matrix3, Vector3};
use pullback::prelude::*;
use pullback_tests::of_slices;

const SERIES: [f64; 10] = [0.1, -0.4, 0.7, 0.2, 0.5, -0.3, 0.9, 0.6, -0.8, 0.35];

/// A recurrent network: parts of a constant go to a helper together with what carries a gradient.
#[differentiable]
fn network(width: usize, main: &[f64], #[constant] state: &[f64], #[constant] sequence: &[f64]) -> f64 {
    let mut state = state.to_vec();
    let mut prediction = vec![0.0; width];
    let mut total = 0.0;
    let mut count = 0;
    for (input, expected) in sequence.chunks_exact(width).zip(sequence.chunks_exact(width).skip(1)) {
        predict(main, &mut state, input, &mut prediction);
        let normalizer = (2.0 + prediction.iter().map(|y| y.exp()).sum::<f64>()).ln();
        for (y, e) in prediction.iter().zip(expected) {
            total += e * (y - normalizer);
        }
        count += width;
    }
    -total / count as f64
}

#[differentiable]
fn predict(main: &[f64], state: &mut [f64], #[constant] input: &[f64], scores: &mut [f64]) {
    let width = input.len();
    let mut signal = vec![0.0; width];
    signal.copy_from_slice(input);
    // the part has the name of the whole
    for (parameters, state) in main.chunks_exact(3 * width).zip(state.chunks_exact_mut(2 * width)) {
        let (weights, biases) = parameters.split_at(2 * width);
        let (hidden, cells) = state.split_at_mut(width);
        step(weights, biases, &signal, hidden, cells);
        signal.copy_from_slice(hidden);
    }
    scores.copy_from_slice(&signal);
}

#[differentiable]
fn step(weights: &[f64], biases: &[f64], input: &[f64], hidden: &mut [f64], cells: &mut [f64]) {
    let n = input.len();
    for i in 0..n {
        let gate = 1.0 / (1.0 + (-(input[i] * weights[i] + biases[i])).exp());
        cells[i] = cells[i] * gate + (hidden[i] * weights[n + i]).tanh();
        hidden[i] = gate * cells[i].tanh();
    }
}

#[differentiable]
fn recurrent(x: &[f64]) -> f64 {
    network(2, x, &[0.3, -0.1, 0.2, 0.4, 0.1, 0.2, -0.3, 0.5], &SERIES)
}

/// Parts of one slice, lent at once: apart, and overlapping.
#[differentiable]
fn lent_at_once(x: &[f64]) -> f64 {
    let n = x.len() / 2;
    let mut state = x.to_vec();
    product(&x[..n], &x[n..]) + product(&x[1..], &x[..n + 1]) + product(x, &x[n..]) + {
        let (left, right) = state.split_at_mut(n);
        exchange(left, right);
        product(&state[..n], &state[n..])
    }
}

#[differentiable]
fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b * b).sum()
}

#[differentiable]
fn exchange(a: &mut [f64], b: &mut [f64]) {
    for (a, b) in a.iter_mut().zip(b) {
        let t = *a * b.sin();
        *b += *a * *a;
        *a = t;
    }
}

/// A constant's parts within parts, beside values.
#[differentiable]
fn table(x: &[f64], #[constant] rows: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (v, row) in x.iter().zip(rows.chunks(3)) {
        for (k, r) in row.iter().enumerate() {
            sum += (v * r).sin() * k as f64 + r * v * v;
        }
    }
    sum
}

#[differentiable]
fn of_table(x: &[f64]) -> f64 {
    table(x, &SERIES)
}

#[differentiable]
fn turned(x: &[f64]) -> f64 {
    let (sin, cos) = x[0].sin_cos();
    let [s, c] = [0.6, 0.8];
    let turn = Matrix3::new(cos, -sin * c, sin * s, sin, cos * c, -cos * s, 0.0, s, c);
    let flat = Matrix2x3::new(x[1], 1.0, 2.0, x[2] * x[1], x[0], 3.0);
    let tip = flat * (turn * Vector3::new(x[1], x[2], 1.0));
    tip[0] * tip[1]
}

const X: [f64; 12] = [0.4, -0.7, 1.3, 0.25, -1.1, 0.6, 0.9, -0.2, 0.15, 0.55, -0.45, 0.8];

of_slices! {
    recurrent at [super::X];
    lent_at_once at [super::X[..8].to_vec(), super::X[..7].to_vec()];
    of_table at [super::X[..4].to_vec()];
    turned at [super::X[..3].to_vec()];
}
