//! A training step as one would write it with pullback. Input: a network, a batch. Output: the loss; the network is changed.
//! Invariant: ordinary Rust; the network is a struct of tensors.

use super::{RATE, Training};
use pullback::prelude::*;

/// One layer.
#[derive(Differentiable, Clone, Debug)]
pub struct Linear {
    weights: Tensor,
    biases: Tensor,
}

/// A multi-layer perceptron.
#[derive(Differentiable, Clone, Debug)]
pub struct Mlp {
    layers: Vec<Linear>,
}

/// The scores of a batch.
#[differentiable]
fn scores(model: &Mlp, #[constant] x: &Tensor) -> Tensor {
    let mut signal = x.clone();
    for (index, layer) in model.layers.iter().enumerate() {
        signal = signal.matmul(&layer.weights.t()) + &layer.biases;
        if index + 1 < model.layers.len() {
            signal = signal.relu();
        }
    }
    signal
}

/// The mean cross-entropy of a batch.
#[differentiable]
fn loss(model: &Mlp, #[constant] x: &Tensor, #[constant] labels: &[usize]) -> f32 {
    scores(model, x).cross_entropy(labels)
}

/// A network that is trained on one batch.
pub struct Network {
    training: Training,
    model: Param<Mlp>,
    optimizer: Sgd,
    x: Tensor,
}

impl Network {
    /// Sets one up.
    pub fn new(training: Training) -> Self {
        let layer = |(weights, widths): (&Vec<f32>, &[usize])| Linear {
            weights: Tensor::new(weights.clone(), [widths[1], widths[0]]),
            biases: Tensor::zeros([widths[1]]),
        };
        let layers = training.weights.iter().zip(training.widths.windows(2)).map(layer).collect();
        let x = Tensor::new(training.x.clone(), [training.batch, training.widths[0]]);
        Network { model: Param::new(Mlp { layers }), optimizer: Sgd::new(RATE.into()), x, training }
    }

    /// One step.
    pub fn step(&mut self) -> f32 {
        self.optimizer.zero_grad(&mut self.model);
        let loss = loss::backward(&mut self.model, &self.x, &self.training.labels);
        self.optimizer.step(&mut self.model);
        loss
    }

    /// The gradient that the first step followed.
    pub fn numbers(&self, loss: f32) -> Vec<f64> {
        let layers = self.model.value().layers.iter().map(|l| (l.weights.as_slice(), l.biases.as_slice()));
        self.training.gradient(loss, layers)
    }
}
