//! The crate `candle`: tensors with a graph. Input: a case. Output: values and derivatives.
//! Invariant: vectorised over points, as its users write it; a step of the LSTM is a step of a loop.

use crate::cases::gmm::Gmm;
use crate::cases::gmm::primal::log_normalizer;
use crate::cases::lstm::Lstm;
use crate::cases::training::{RATE, Training};
use crate::contender::{Contender, Quantity::Gradient};
use candle_core::{D, Device, Result, Tensor, Var, backprop::GradStore};
use std::f64::consts::PI;

const CPU: Device = Device::Cpu;

fn var(v: &[f64], shape: &[usize]) -> Var {
    Var::from_slice(v, shape, &CPU).expect("a variable")
}

fn numbers(t: &Tensor) -> Vec<f64> {
    t.to_dtype(candle_core::DType::F64).and_then(|t| t.flatten_all()).and_then(|t| t.to_vec1()).expect("numbers")
}

fn flat(answer: &(Tensor, Vec<Tensor>)) -> Vec<f64> {
    std::iter::once(&answer.0).chain(&answer.1).flat_map(numbers).collect()
}

fn gradients(value: Tensor, vars: &[&Var]) -> Result<(Tensor, Vec<Tensor>)> {
    let store: GradStore = value.backward()?;
    let gradient = |v: &&Var| store.get(v).cloned().map_or_else(|| v.zeros_like(), Ok);
    let gradients = vars.iter().map(gradient).collect::<Result<_>>()?;
    Ok((value, gradients))
}

struct GmmState {
    gmm: Gmm,
    vars: [Var; 3],
    x: Tensor,
    zero: Tensor,
    /// For each entry of a factor its column in `[diagonal, lower, 0]`.
    columns: Tensor,
}

/// GMM.
pub(super) fn gmm(input: fn() -> Gmm) -> Contender {
    let state = move || {
        let g = input();
        let (d, k) = (g.d, g.k);
        let triangle = d * (d + 1) / 2;
        let mut columns = vec![triangle as u32; d * d];
        let mut next = d as u32;
        for i in 0..d {
            columns[i * d + i] = i as u32;
            for j in i + 1..d {
                columns[j * d + i] = next;
                next += 1;
            }
        }
        let vars = [var(&g.alphas, &[k]), var(&g.means, &[k, d]), var(&g.icf, &[k, triangle])];
        let x = Tensor::from_slice(&g.x, (1, g.n, d), &CPU).expect("points");
        let zero = Tensor::zeros((k, 1), candle_core::DType::F64, &CPU).expect("zeros");
        GmmState { vars, x, zero, columns: Tensor::from_slice(&columns, d * d, &CPU).expect("columns"), gmm: g }
    };
    Contender::new("candle", Gradient, state, |s| gmm_gradient(s).expect("candle"), |_, r| flat(r))
}

fn gmm_gradient(s: &GmmState) -> Result<(Tensor, Vec<Tensor>)> {
    let Gmm { d, k, n, wishart, .. } = s.gmm;
    let [alphas, means, icf] = &s.vars;
    let logs = icf.narrow(1, 0, d)?;
    let lower = icf.narrow(1, d, d * (d - 1) / 2)?;
    let (sums, diagonals) = (logs.sum(1)?, logs.exp()?);
    let q = Tensor::cat(&[&diagonals, &lower, &s.zero], 1)?.index_select(&s.columns, 1)?.reshape((k, d, d))?;
    let centered = s.x.broadcast_sub(&means.unsqueeze(1)?)?;
    let squares = centered.matmul(&q.transpose(1, 2)?.contiguous()?)?.sqr()?.sum(2)?;
    let terms = (alphas.as_tensor() + &sums)?.unsqueeze(1)?.broadcast_sub(&(squares * 0.5)?)?;
    let prior = ((diagonals.sqr()?.sum_all()? + lower.sqr()?.sum_all()?)? * (0.5 * wishart.gamma * wishart.gamma))?;
    let prior = (prior - (sums.sum_all()? * f64::from(wishart.m))?)?;
    let constant = -0.5 * (n * d) as f64 * (2.0 * PI).ln() - k as f64 * log_normalizer(d, wishart);
    let weights = (alphas.log_sum_exp(0)? * n as f64)?;
    let value = (((terms.log_sum_exp(0)?.sum_all()? + prior)? - weights)? + constant)?;
    gradients(value, &[alphas, means, icf])
}

struct LstmState {
    lstm: Lstm,
    main: Var,
    extra: Var,
    characters: Vec<Tensor>,
}

/// LSTM.
pub(super) fn lstm(input: fn() -> Lstm) -> Contender {
    let state = move || {
        let l = input();
        let row = |v: &[f64]| Tensor::from_slice(v, v.len(), &CPU).expect("a row");
        LstmState {
            main: var(&l.main, &[l.layers, 8, l.width]),
            extra: var(&l.extra, &[3, l.width]),
            characters: l.sequence.chunks_exact(l.width).map(row).collect(),
            lstm: l,
        }
    };
    Contender::new("candle", Gradient, state, |s| lstm_gradient(s).expect("candle"), |_, r| flat(r))
}

fn sigmoid(x: Tensor) -> Result<Tensor> {
    (x.neg()?.exp()? + 1.0)?.recip()
}

fn lstm_gradient(s: &LstmState) -> Result<(Tensor, Vec<Tensor>)> {
    let (width, layers) = (s.lstm.width, s.lstm.layers);
    let rows = |t: &Tensor, n: usize| (0..n).map(|i| t.get(i)).collect::<Result<Vec<Tensor>>>();
    let parameters = (0..layers).map(|l| rows(&s.main.get(l)?, 8)).collect::<Result<Vec<_>>>()?;
    let extra = rows(&s.extra, 3)?;
    let row = |v: &[f64]| Tensor::from_slice(v, width, &CPU);
    let mut state = s.lstm.state.chunks_exact(2 * width).map(|v| Ok((row(&v[..width])?, row(&v[width..])?))).collect::<Result<Vec<_>>>()?;
    let mut losses = Vec::with_capacity(s.characters.len());
    for (given, expected) in s.characters.iter().zip(&s.characters[1..]) {
        let mut signal = (given * &extra[0])?;
        for (p, (hidden, cell)) in parameters.iter().zip(&mut state) {
            let forget = sigmoid(((&signal * &p[0])? + &p[4])?)?;
            let ingate = sigmoid(((&*hidden * &p[1])? + &p[5])?)?;
            let outgate = sigmoid(((&signal * &p[2])? + &p[6])?)?;
            let change = ((&*hidden * &p[3])? + &p[7])?.tanh()?;
            *cell = ((&*cell * forget)? + (ingate * change)?)?;
            *hidden = (outgate * cell.tanh()?)?;
            signal = hidden.clone();
        }
        let scores = ((signal * &extra[1])? + &extra[2])?;
        let normalizer = (scores.exp()?.sum_all()? + 2.0)?.log()?;
        losses.push((expected * scores.broadcast_sub(&normalizer)?)?.sum_all()?);
    }
    let value = (Tensor::stack(&losses, 0)?.sum_all()? * (-1.0 / (losses.len() * width) as f64))?;
    gradients(value, &[&s.main, &s.extra])
}

struct Network {
    training: Training,
    layers: Vec<[Var; 2]>,
    x: Tensor,
    labels: Tensor,
}

/// Training.
pub(super) fn training(input: fn() -> Training) -> Contender {
    let state = move || {
        let t = input();
        let layer = |(w, widths): (&Vec<f32>, &[usize])| {
            let weights = Var::from_slice(w, (widths[1], widths[0]), &CPU).expect("weights");
            [weights, Var::zeros(widths[1], candle_core::DType::F32, &CPU).expect("biases")]
        };
        let labels: Vec<u32> = t.labels.iter().map(|l| *l as u32).collect();
        Network {
            layers: t.weights.iter().zip(t.widths.windows(2)).map(layer).collect(),
            x: Tensor::from_slice(&t.x, (t.batch, t.widths[0]), &CPU).expect("inputs"),
            labels: Tensor::from_slice(&labels, (t.batch, 1), &CPU).expect("labels"),
            training: t,
        }
    };
    Contender::new(
        "candle",
        Gradient,
        state,
        |s| step(s).expect("candle"),
        |s, loss| {
            let read = |v: &Var| v.flatten_all().and_then(|v| v.to_vec1::<f32>()).expect("numbers");
            let layers: Vec<[Vec<f32>; 2]> = s.layers.iter().map(|layer| [read(&layer[0]), read(&layer[1])]).collect();
            s.training.gradient(*loss, layers.iter().map(|[w, b]| (&w[..], &b[..])))
        },
    )
}

fn step(s: &mut Network) -> Result<f32> {
    let mut signal = s.x.clone();
    for (index, [weights, biases]) in s.layers.iter().enumerate() {
        signal = signal.matmul(&weights.t()?)?.broadcast_add(biases)?;
        if index + 1 < s.layers.len() {
            signal = signal.relu()?;
        }
    }
    let right = signal.gather(&s.labels, 1)?.squeeze(1)?;
    let loss = (signal.log_sum_exp(D::Minus1)? - right)?.mean_all()?;
    let store = loss.backward()?;
    for var in s.layers.iter().flatten() {
        if let Some(gradient) = store.get(var) {
            var.set(&(var.as_tensor() - (gradient * f64::from(RATE))?)?)?;
        }
    }
    loss.to_scalar()
}
