//! The network: 64 pixels, one hidden layer, ten scores.
//!
//! Input: pixels, `[n, 64]`, and labels. Output: scores, `[n, 10]`, and the loss, with `loss::backward` beside it.
//! Invariant: ordinary Rust; `#[differentiable]` and the derive are all there is to differentiation.

use crate::data::{CLASSES, PIXELS};
use pullback::prelude::*;

/// The weights of a multi-layer perceptron.
#[derive(Differentiable, Clone, Debug)]
pub(crate) struct Mlp {
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
}

impl Mlp {
    /// Random first weights (He et al. 2015), no biases.
    pub(crate) fn new(hidden: usize, seed: u64) -> Self {
        Mlp {
            w1: Tensor::kaiming_normal([hidden, PIXELS], seed),
            b1: Tensor::zeros([hidden]),
            w2: Tensor::kaiming_normal([CLASSES, hidden], seed.wrapping_add(1)),
            b2: Tensor::zeros([CLASSES]),
        }
    }

    /// How many numbers are trained.
    pub(crate) fn numel(&self) -> usize {
        [&self.w1, &self.b1, &self.w2, &self.b2].map(Tensor::numel).iter().sum()
    }
}

/// The scores of each digit, `relu(x W₁ᵀ + b₁) W₂ᵀ + b₂`.
#[differentiable]
pub(crate) fn scores(model: &Mlp, #[constant] x: &Tensor) -> Tensor {
    let h = (x.matmul(&model.w1.t()) + &model.b1).relu();
    h.matmul(&model.w2.t()) + &model.b2
}

/// The mean cross-entropy of a batch.
#[differentiable]
pub(crate) fn loss(model: &Mlp, #[constant] x: &Tensor, #[constant] labels: &[usize]) -> f32 {
    scores(model, x).cross_entropy(labels)
}

/// The digit with the highest score, for each row.
pub(crate) fn predict(model: &Mlp, x: &Tensor) -> Vec<usize> {
    let best = |row: &[f32]| (0..CLASSES).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap_or(0);
    scores(model, x).as_slice().chunks(CLASSES).map(best).collect()
}
