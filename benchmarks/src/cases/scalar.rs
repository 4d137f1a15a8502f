//! Two functions of scalars: a long loop with state, and Rosenbrock's function.

pub mod generic;
pub mod hand;
pub mod primal;

/// Euler steps of the pendulum.
pub const STEPS: usize = 1_000_000;
/// The pendulum's start (angle, velocity), its stiffness and its damping.
pub const PENDULUM: [f64; 4] = [1.2, 0.0, 9.81, 0.1];
/// Seconds of each step.
pub const STEP: f64 = 1e-5;

/// A point of a thousand dimensions.
pub fn rosenbrock_point() -> Vec<f64> {
    crate::inputs::Random::seeded(7).uniforms(1000).into_iter().map(|u| 2.0 * u - 0.5).collect()
}
