//! LSTM's adjoint, by hand. Input: a model. Output: the loss and its gradient.
//! Invariant: each cell leaves one record on the way forward, which is all that the way back reads.

use super::input::Lstm;

/// What the way back reads of one cell.
#[derive(Clone, Copy)]
struct Record {
    input: f64,
    hidden: f64,
    cell: f64,
    forget: f64,
    ingate: f64,
    outgate: f64,
    change: f64,
    cell_tanh: f64,
}

/// The loss, and its gradient with respect to `main` and `extra`, one after the other.
pub fn value_and_gradient(lstm: &Lstm) -> (f64, Vec<f64>) {
    let width = lstm.width;
    let steps = lstm.sequence.len() / width - 1;
    let mut records = Vec::with_capacity(steps * lstm.layers * width);
    // For each character: the last layer's hidden values, and exp y / (2 + Σ exp y).
    let mut heads = Vec::with_capacity(steps * width);
    let mut state = lstm.state.clone();
    let mut signal = vec![0.0; width];
    let mut total = 0.0;
    let extra: Vec<[f64; 3]> = (0..width).map(|i| [lstm.extra[i], lstm.extra[width + i], lstm.extra[2 * width + i]]).collect();
    for (input, expected) in lstm.sequence.chunks_exact(width).zip(lstm.sequence[width..].chunks_exact(width)) {
        for ((s, x), w) in signal.iter_mut().zip(input).zip(&extra) {
            *s = x * w[0];
        }
        for (parameters, state) in lstm.main.chunks_exact(8 * width).zip(state.chunks_exact_mut(2 * width)) {
            layer(parameters, &mut signal, state, &mut records);
        }
        let start = heads.len();
        heads.extend(signal.iter().zip(&extra).map(|(h, w)| (*h, (h * w[1] + w[2]).exp())));
        let heads = &mut heads[start..];
        let sum = 2.0 + heads.iter().map(|h| h.1).sum::<f64>();
        let normalizer = sum.ln();
        for ((head, w), e) in heads.iter_mut().zip(&extra).zip(expected) {
            total += e * (head.0 * w[1] + w[2] - normalizer);
            head.1 /= sum;
        }
    }
    let scale = -1.0 / (steps * width) as f64;
    (scale * total, reverse(lstm, &records, &heads, scale))
}

fn layer(parameters: &[f64], signal: &mut [f64], state: &mut [f64], records: &mut Vec<Record>) {
    let n = signal.len();
    let (hidden, cells) = state.split_at_mut(n);
    let rows: [&[f64]; 8] = std::array::from_fn(|r| &parameters[r * n..(r + 1) * n]);
    for i in 0..n {
        let (input, h, cell) = (signal[i], hidden[i], cells[i]);
        let forget = sigmoid(input * rows[0][i] + rows[4][i]);
        let ingate = sigmoid(h * rows[1][i] + rows[5][i]);
        let outgate = sigmoid(input * rows[2][i] + rows[6][i]);
        let change = (h * rows[3][i] + rows[7][i]).tanh();
        cells[i] = cell * forget + ingate * change;
        let cell_tanh = cells[i].tanh();
        hidden[i] = outgate * cell_tanh;
        signal[i] = hidden[i];
        records.push(Record { input, hidden: h, cell, forget, ingate, outgate, change, cell_tanh });
    }
}

fn reverse(lstm: &Lstm, records: &[Record], heads: &[(f64, f64)], scale: f64) -> Vec<f64> {
    let (width, layers) = (lstm.width, lstm.layers);
    let mut bar = vec![0.0; lstm.main.len() + lstm.extra.len()];
    let (main_bar, extra_bar) = bar.split_at_mut(lstm.main.len());
    let mut state_bar = vec![0.0; lstm.state.len()];
    let mut signal_bar = vec![0.0; width];
    let moments = records.chunks_exact(layers * width).zip(heads.chunks_exact(width));
    let characters = lstm.sequence.chunks_exact(width).zip(lstm.sequence[width..].chunks_exact(width));
    for ((records, heads), (input, expected)) in moments.zip(characters).rev() {
        let count: f64 = expected.iter().sum();
        for (i, ((hidden, weight), e)) in heads.iter().zip(expected).enumerate() {
            let y_bar = scale * (e - count * weight);
            signal_bar[i] = y_bar * lstm.extra[width + i];
            extra_bar[width + i] += y_bar * hidden;
            extra_bar[2 * width + i] += y_bar;
        }
        let parts = lstm.main.chunks_exact(8 * width).zip(main_bar.chunks_exact_mut(8 * width)).zip(state_bar.chunks_exact_mut(2 * width));
        for (((parameters, parameters_bar), state_bar), records) in parts.zip(records.chunks_exact(width)).rev() {
            layer_adjoint(parameters, records, parameters_bar, state_bar, &mut signal_bar);
        }
        for ((bar, s), x) in extra_bar.iter_mut().zip(&signal_bar).zip(input) {
            *bar += s * x;
        }
    }
    bar
}

/// Takes the cotangents of a layer's output and state, and leaves those of its input and of the state before.
fn layer_adjoint(parameters: &[f64], records: &[Record], parameters_bar: &mut [f64], state_bar: &mut [f64], signal_bar: &mut [f64]) {
    let n = records.len();
    let (hidden_bar, cells_bar) = state_bar.split_at_mut(n);
    let weights: [&[f64]; 4] = std::array::from_fn(|r| &parameters[r * n..(r + 1) * n]);
    let mut rows = parameters_bar.chunks_exact_mut(n);
    let bars: [&mut [f64]; 8] = std::array::from_fn(|_| rows.next().expect("eight rows"));
    for (i, r) in records.iter().enumerate() {
        let h_bar = hidden_bar[i] + signal_bar[i];
        let c_bar = cells_bar[i] + h_bar * r.outgate * (1.0 - r.cell_tanh * r.cell_tanh);
        let forget_bar = c_bar * r.cell * r.forget * (1.0 - r.forget);
        let ingate_bar = c_bar * r.change * r.ingate * (1.0 - r.ingate);
        let outgate_bar = h_bar * r.cell_tanh * r.outgate * (1.0 - r.outgate);
        let change_bar = c_bar * r.ingate * (1.0 - r.change * r.change);
        cells_bar[i] = c_bar * r.forget;
        hidden_bar[i] = ingate_bar * weights[1][i] + change_bar * weights[3][i];
        signal_bar[i] = forget_bar * weights[0][i] + outgate_bar * weights[2][i];
        for (k, (gate_bar, x)) in
            [(forget_bar, r.input), (ingate_bar, r.hidden), (outgate_bar, r.input), (change_bar, r.hidden)].into_iter().enumerate()
        {
            bars[k][i] += gate_bar * x;
            bars[4 + k][i] += gate_bar;
        }
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
