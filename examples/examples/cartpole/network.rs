//! The Q-network: from the state of the pole to what each of the two pushes is worth.
//!
//! Input: states, `[n, 4]`. Output: values, `[n, 2]`, and the loss of temporal differences, with its gradient beside it.
//! Invariant: the target of the loss is a constant for the gradient, although the same network computes it.

use pullback::prelude::*;

/// What a step later is worth now.
pub(crate) const DISCOUNT: f32 = 0.99;
const HIDDEN: usize = 64;

/// The weights of a network with two hidden layers.
#[derive(Differentiable, Clone, Debug)]
pub(crate) struct QNet {
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    w3: Tensor,
    b3: Tensor,
}

impl QNet {
    /// Random first weights.
    pub(crate) fn new(seed: u64) -> Self {
        QNet {
            w1: Tensor::kaiming_normal([HIDDEN, 4], seed),
            b1: Tensor::zeros([HIDDEN]),
            w2: Tensor::kaiming_normal([HIDDEN, HIDDEN], seed.wrapping_add(1)),
            b2: Tensor::zeros([HIDDEN]),
            w3: Tensor::xavier_uniform([2, HIDDEN], seed.wrapping_add(2)),
            b3: Tensor::zeros([2]),
        }
    }
}

/// Transitions: state, push, what came of it.
pub(crate) struct Batch {
    /// `[n, 4]`.
    pub(crate) states: Tensor,
    /// The pushes, 0 or 1.
    pub(crate) actions: Vec<usize>,
    /// `[n]`: 1 for each step.
    pub(crate) rewards: Tensor,
    /// The states afterwards, `[n, 4]`.
    pub(crate) next: Tensor,
    /// `[n]`: 0 where the pole fell, else 1.
    pub(crate) stands: Tensor,
}

/// What each push is worth.
#[differentiable]
pub(crate) fn values(net: &QNet, #[constant] states: &Tensor) -> Tensor {
    let h = (states.matmul(&net.w1.t()) + &net.b1).relu();
    let h = (h.matmul(&net.w2.t()) + &net.b2).relu();
    h.matmul(&net.w3.t()) + &net.b3
}

/// How far the values are from `reward + DISCOUNT · best next value`. The gradient reaches `q` alone.
#[differentiable]
pub(crate) fn loss(net: &QNet, #[constant] lagged: &QNet, #[constant] batch: &Batch) -> f32 {
    let q = values(net, &batch.states).gather(1, &batch.actions);
    let q_next = values(lagged, &batch.next).max_dim(1, false);
    let target = &batch.rewards + DISCOUNT * &batch.stands * q_next;
    q.huber_loss(&target, 1.0)
}
