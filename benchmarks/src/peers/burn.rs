//! The crates of `burn`: tensors with a graph, on its `ndarray` backend. Input: a case. Output: a step.
//! Invariant: tensors alone, without its training loop.

use crate::cases::training::{RATE, Training};
use crate::contender::{Contender, Quantity::Gradient};
use burn_autodiff::Autodiff;
use burn_ndarray::NdArray;
use burn_tensor::{Int, Tensor, TensorData, activation};

type Backend = Autodiff<NdArray<f32>>;

struct Network {
    training: Training,
    layers: Vec<(Tensor<Backend, 2>, Tensor<Backend, 2>)>,
    x: Tensor<Backend, 2>,
    labels: Tensor<Backend, 2, Int>,
}

fn matrix(v: &[f32], rows: usize, columns: usize) -> Tensor<Backend, 2> {
    Tensor::from_data(TensorData::new(v.to_vec(), [rows, columns]), &Default::default())
}

/// Training.
pub(super) fn training(input: fn() -> Training) -> Contender {
    let state = move || {
        let t = input();
        let layer = |(w, widths): (&Vec<f32>, &[usize])| {
            let biases = matrix(&vec![0.0; widths[1]], 1, widths[1]);
            (matrix(w, widths[1], widths[0]).require_grad(), biases.require_grad())
        };
        let labels: Vec<i64> = t.labels.iter().map(|l| *l as i64).collect();
        Network {
            layers: t.weights.iter().zip(t.widths.windows(2)).map(layer).collect(),
            x: matrix(&t.x, t.batch, t.widths[0]),
            labels: Tensor::from_data(TensorData::new(labels, [t.batch, 1]), &Default::default()),
            training: t,
        }
    };
    Contender::new("burn", Gradient, state, step, |s, loss| {
        let read = |t: &Tensor<Backend, 2>| t.to_data().to_vec::<f32>().expect("numbers");
        let layers: Vec<(Vec<f32>, Vec<f32>)> = s.layers.iter().map(|(w, b)| (read(w), read(b))).collect();
        s.training.gradient(*loss, layers.iter().map(|(w, b)| (&w[..], &b[..])))
    })
}

fn step(s: &mut Network) -> f32 {
    let mut signal = s.x.clone();
    for (index, (weights, biases)) in s.layers.iter().enumerate() {
        signal = signal.matmul(weights.clone().transpose()) + biases.clone();
        if index + 1 < s.layers.len() {
            signal = activation::relu(signal);
        }
    }
    let loss = activation::log_softmax(signal, 1).gather(1, s.labels.clone()).mean().neg();
    let gradients = loss.backward();
    let moved = |t: &Tensor<Backend, 2>| match t.grad(&gradients) {
        Some(g) => Tensor::from_inner(t.clone().inner() - g.mul_scalar(RATE)).require_grad(),
        None => t.clone(),
    };
    for (weights, biases) in &mut s.layers {
        (*weights, *biases) = (moved(weights), moved(biases));
    }
    loss.into_scalar()
}
