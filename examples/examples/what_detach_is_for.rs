//! Five uses of `detach`: `cargo run --example what_detach_is_for`.
//!
//! Input: small numbers. Output: each use, with its gradients. Invariant: the numbers printed are those of the tests.
//!
//! The second use as a real program is the example `cartpole`.

use pullback::prelude::*;
use pullback_examples::{list, number, run};
use std::process::ExitCode;

/// What a critic expects, and what came of it.
#[derive(Differentiable, Clone, Copy, Debug)]
struct Estimate {
    value: f64,
    reward: f64,
}

/// Actor and critic: the critic learns from the reward; the reward does not learn from the critic.
#[differentiable]
fn value_loss(e: &Estimate) -> f64 {
    let error = e.value - e.reward.detach();
    error * error
}

/// Two values that one network gives: that of the push that was made, and that of the best one afterwards.
#[derive(Differentiable, Clone, Copy, Debug)]
struct Values {
    q: f64,
    q_next: f64,
}

/// Q-learning: the target contains the network, too, and is a constant all the same.
#[differentiable]
fn q_loss(v: &Values, #[constant] reward: f64, #[constant] gamma: f64) -> f64 {
    let target = reward + gamma * v.q_next.detach();
    (v.q - target) * (v.q - target)
}

/// A layer without a bias.
#[differentiable]
fn layer(w: &Tensor<f64>, x: &Tensor<f64>) -> Tensor<f64> {
    x.matmul(&w.t()).tanh()
}

/// Two models in a row.
#[derive(Differentiable, Clone, Debug)]
struct Models {
    first: Tensor<f64>,
    second: Tensor<f64>,
}

/// The second model alone is trained.
#[differentiable]
fn second_alone(models: &Models, #[constant] x: &Tensor<f64>) -> f64 {
    let intermediate = layer(&models.first, x).detach();
    layer(&models.second, &intermediate).sum()
}

/// A fit that shows its predictions while it is trained.
#[differentiable]
fn logged(w: f64, #[constant] x: &[f64], #[constant] y: &[f64], #[constant] log: &Log) -> f64 {
    let mut loss = 0.0;
    for i in 0..x.len() {
        let prediction = w * x[i];
        no_grad! { log.note(prediction.detach()) };
        loss += (prediction - y[i]) * (prediction - y[i]);
    }
    loss
}

/// Numbers that were read out.
#[derive(Default)]
struct Log(std::cell::RefCell<Vec<f64>>);

impl Log {
    fn note(&self, number: f64) {
        self.0.borrow_mut().push(number);
    }
}

fn main() -> ExitCode {
    run("what_detach_is_for", "five uses of detach", || {
        println!("1. Actor and critic: loss = (value − detach(reward))², value = 0.5, reward = 2");
        let (loss, grad) = value_loss::value_and_grad(&Estimate { value: 0.5, reward: 2.0 });
        println!("   loss = {}", number(loss));
        println!("   ∂loss/∂value  = 2 (value − reward) = {}", number(grad.value));
        println!("   ∂loss/∂reward = {}, since the reward is a constant here", number(grad.reward));

        println!("\n2. Q-learning: target = reward + γ detach(q_next), reward = 1, γ = 0.9, q_next = 2, q = 2");
        let (loss, grad) = q_loss::value_and_grad(&Values { q: 2.0, q_next: 2.0 }, 1.0, 0.9);
        println!("   target = {}, loss = (q − target)² = {}", number(1.0 + 0.9 * 2.0), number(loss));
        println!("   ∂loss/∂q      = 2 (q − target) = {}", number(grad.q));
        println!("   ∂loss/∂q_next = {}: the loss moves q towards the target, not the target towards q", number(grad.q_next));

        println!("\n3. No double backward: intermediate = detach(model(x)) feeds a second model");
        let (models, x) = models();
        let grad = second_alone::grad(&models, &x);
        println!("   gradient of the first:  {}", list(&dense(&grad.first, &models.first)));
        println!("   gradient of the second: {}", list(&dense(&grad.second, &models.second)));

        println!("\n4. Logging: detach(model(x)) read out as plain numbers while training goes on");
        let (x, y) = ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]);
        let mut w = 0.0;
        for step in 0..3 {
            let log = Log::default();
            let grad = logged::grad(w, &x, &y, &log);
            println!("   step {step}: predictions {}, gradient {}", list(&log.0.into_inner()), number(grad));
            w -= 0.03 * grad;
        }

        println!("\n5. Memory");
        let z = tensor![1.0, 2.0, 3.0];
        let u = z.detach();
        println!("   u = detach(z): the same storage: {}", u.as_ptr() == z.as_ptr());
        let mut copy = z.clone();
        copy.as_mut_slice()[0] = 100.0;
        println!("   a clone is independent: after clone[0] = 100 it reads {}, z still {}", list(copy.as_slice()), list(z.as_slice()));
        let mut free = z.detach().clone();
        free.as_mut_slice().iter_mut().for_each(|v| *v -= 0.1);
        println!("   detach, then clone: independent and without gradient; what one takes to change values during optimisation:");
        println!("   {} beside z = {}", list(free.as_slice()), list(z.as_slice()));
    })
}

/// Two small models and an input.
fn models() -> (Models, Tensor<f64>) {
    (Models { first: tensor![[0.5, -0.5], [0.25, 1.0]], second: tensor![[1.0, -1.0]] }, tensor![[1.0, 2.0]])
}

/// A gradient with its zeros written out.
fn dense(grad: &Tensor<f64>, like: &Tensor<f64>) -> Vec<f64> {
    if grad.numel() == like.numel() { grad.to_vec() } else { vec![0.0; like.numel()] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_gradient_to_the_reward() {
        let (loss, grad) = value_loss::value_and_grad(&Estimate { value: 0.5, reward: 2.0 });
        assert_eq!((loss, grad.value, grad.reward), (2.25, -3.0, 0.0));
    }

    #[test]
    fn the_loss_reaches_q_alone() {
        let (loss, grad) = q_loss::value_and_grad(&Values { q: 2.0, q_next: 2.0 }, 1.0, 0.9);
        assert!((loss - 0.64).abs() < 1e-12 && (grad.q + 1.6).abs() < 1e-12, "{loss} {}", grad.q);
        assert_eq!(grad.q_next, 0.0);
    }

    #[test]
    fn the_first_model_gets_no_gradient() {
        let (models, x) = models();
        let grad = second_alone::grad(&models, &x);
        assert_eq!(dense(&grad.first, &models.first), [0.0; 4]);
        let h = layer(&models.first, &x);
        let out = layer(&models.second, &h).item();
        let expected: Vec<f64> = h.as_slice().iter().map(|h| (1.0 - out * out) * h).collect();
        let got = grad.second.to_vec();
        assert!(got.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-12), "{got:?} {expected:?}");
    }

    #[test]
    fn logging_changes_nothing() {
        let (x, y, log) = ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0], Log::default());
        assert_eq!(logged::grad(0.0, &x, &y, &log), -56.0);
        assert_eq!(log.0.into_inner(), [0.0, 0.0, 0.0]);
    }

    #[test]
    fn storage() {
        let z = tensor![1.0, 2.0, 3.0];
        assert_eq!(z.detach().as_ptr(), z.as_ptr());
        let (mut a, mut b) = (z.clone(), z.detach().clone());
        a.as_mut_slice()[0] = 100.0;
        b.as_mut_slice()[1] = 200.0;
        assert_eq!(z.as_slice(), [1.0, 2.0, 3.0]);
        assert_ne!(a.as_ptr(), z.as_ptr());
        assert_ne!(b.as_ptr(), z.as_ptr());
    }
}
