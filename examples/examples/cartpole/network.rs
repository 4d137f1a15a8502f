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

/// The network that learns, and a copy of it as it was some steps ago: targets from the copy keep still for a while.
#[derive(Differentiable, Clone, Debug)]
pub(crate) struct Agent {
    pub(crate) net: QNet,
    pub(crate) lagged: QNet,
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
pub(crate) fn loss(agent: &Agent, #[constant] batch: &Batch) -> f32 {
    let q = values(&agent.net, &batch.states).gather(1, &batch.actions).flatten();
    let q_next = values(&agent.lagged, &batch.next).max_dim(1, false);
    let target = &batch.rewards + DISCOUNT * &batch.stands * q_next.detach();
    q.huber_loss(&target, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch() -> Batch {
        Batch {
            states: Tensor::randn([3, 4], 1),
            actions: vec![0, 1, 1],
            rewards: Tensor::ones([3]),
            next: Tensor::randn([3, 4], 2),
            stands: tensor![1.0, 1.0, 0.0],
        }
    }

    #[test]
    fn the_gradient_is_that_of_a_fixed_target() {
        let (agent, batch) = (Agent { net: QNet::new(1), lagged: QNet::new(2) }, batch());
        let best = values(&agent.lagged, &batch.next).max_dim(1, false);
        let target: Vec<f32> = (0..3).map(|k| 1.0 + DISCOUNT * batch.stands[[k]] * best[[k]]).collect();
        let fixed = |net: &QNet| {
            let q = values(net, &batch.states);
            let error = |k: usize| (q[[k, batch.actions[k]]] - target[k]).abs();
            let huber = |e: f32| if e <= 1.0 { 0.5 * e * e } else { e - 0.5 };
            (0..3).map(|k| huber(error(k))).sum::<f32>() / 3.0
        };
        let (value, grad) = loss::value_and_grad(&agent, &batch);
        assert!((value - fixed(&agent.net)).abs() < 1e-6 && (value - loss(&agent, &batch)).abs() < 1e-6);
        assert!(grad.lagged.w1.as_slice().iter().chain(grad.lagged.b3.as_slice()).all(|g| *g == 0.0), "no gradient to the target");
        for k in 0..2 {
            let moved = |h: f32| {
                let mut net = agent.net.clone();
                net.b3.as_mut_slice()[k] += h;
                fixed(&net)
            };
            let difference = (moved(1e-2) - moved(-1e-2)) / 2e-2;
            assert!((grad.net.b3.as_slice()[k] - difference).abs() < 1e-3, "b3[{k}]: {} and {difference}", grad.net.b3.as_slice()[k]);
        }
    }
}
