//! Euler integration and Rosenbrock's function as one would write them. Input: scalars, a slice. Output: a scalar.
//! Invariant: written for a reader, not for a differentiator.

use pullback::prelude::*;

/// The energy of a damped pendulum after `steps` steps of `h` seconds.
#[differentiable]
pub fn pendulum(angle: f64, velocity: f64, stiffness: f64, damping: f64, #[constant] h: f64, steps: usize) -> f64 {
    let mut angle = angle;
    let mut velocity = velocity;
    for _ in 0..steps {
        let acceleration = -stiffness * angle.sin() - damping * velocity;
        angle += h * velocity;
        velocity += h * acceleration;
    }
    0.5 * velocity * velocity + stiffness * (1.0 - angle.cos())
}

/// Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)².
#[differentiable]
pub fn rosenbrock(x: &[f64]) -> f64 {
    x.windows(2)
        .map(|w| {
            let valley = w[1] - w[0] * w[0];
            let rest = 1.0 - w[0];
            100.0 * valley * valley + rest * rest
        })
        .sum()
}
