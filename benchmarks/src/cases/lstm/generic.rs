//! LSTM for other crates' number types. Input: a model, its weights as numbers. Output: the loss.
//! Invariant: the same computation as the primal; the state's first values are constants, so the first character is apart.

use super::input::Lstm;
use crate::number::{Number, Program, sum};

impl Program for Lstm {
    fn point(&self) -> Vec<f64> {
        [&self.main[..], &self.extra].concat()
    }

    fn value<T: Number>(&self, weights: &[T]) -> T {
        let width = self.width;
        let (main, extra) = weights.split_at(self.main.len());
        // A constant as a number: zero times a weight, plus the constant.
        let mut state: Vec<T> = self.state.iter().map(|s| weights[0].clone().times(0.0).plus(*s)).collect();
        let mut total: Option<T> = None;
        for (input, expected) in self.sequence.chunks_exact(width).zip(self.sequence[width..].chunks_exact(width)) {
            let mut signal: Vec<T> = input.iter().zip(extra).map(|(x, w)| w.clone().times(*x)).collect();
            for (parameters, state) in main.chunks_exact(8 * width).zip(state.chunks_exact_mut(2 * width)) {
                step(parameters, &mut signal, state);
            }
            let scores: Vec<T> = (0..width).map(|i| signal[i].clone() * extra[width + i].clone() + extra[2 * width + i].clone()).collect();
            let normalizer = sum(scores.iter().map(|y| y.clone().exp())).plus(2.0).ln();
            for (y, e) in scores.into_iter().zip(expected) {
                let term = (y - normalizer.clone()).times(*e);
                total = Some(match total {
                    Some(total) => total + term,
                    None => term,
                });
            }
        }
        let count = self.sequence.len() - width;
        total.expect("a sequence").times(-1.0 / count as f64)
    }
}

fn step<T: Number>(parameters: &[T], signal: &mut [T], state: &mut [T]) {
    let n = signal.len();
    let (hidden, cells) = state.split_at_mut(n);
    let gate = |row: usize, i: usize, x: &T| x.clone() * parameters[row * n + i].clone() + parameters[(4 + row) * n + i].clone();
    for i in 0..n {
        let forget = gate(0, i, &signal[i]).sigmoid();
        let ingate = gate(1, i, &hidden[i]).sigmoid();
        let outgate = gate(2, i, &signal[i]).sigmoid();
        let change = gate(3, i, &hidden[i]).tanh();
        cells[i] = cells[i].clone() * forget + ingate * change;
        hidden[i] = outgate * cells[i].clone().tanh();
        signal[i] = hidden[i].clone();
    }
}
