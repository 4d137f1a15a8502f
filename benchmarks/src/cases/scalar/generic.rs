//! Euler integration and Rosenbrock's function for other crates' number types. Input: numbers. Output: a number.
//! Invariant: the same computation as the primal.

use super::{PENDULUM, STEP, STEPS, rosenbrock_point};
use crate::number::{Number, Program, sum};

/// The pendulum.
#[derive(Clone)]
pub struct Pendulum;

impl Program for Pendulum {
    fn point(&self) -> Vec<f64> {
        PENDULUM.to_vec()
    }

    fn value<T: Number>(&self, x: &[T]) -> T {
        let [mut angle, mut velocity, stiffness, damping]: [T; 4] = std::array::from_fn(|i| x[i].clone());
        for _ in 0..STEPS {
            let acceleration = -stiffness.clone() * angle.clone().sin() - damping.clone() * velocity.clone();
            angle = angle + velocity.clone().times(STEP);
            velocity = velocity + acceleration.times(STEP);
        }
        velocity.squared().times(0.5) + stiffness * (-angle.cos()).plus(1.0)
    }
}

/// Rosenbrock's function of a thousand variables.
#[derive(Clone)]
pub struct Rosenbrock;

impl Program for Rosenbrock {
    fn point(&self) -> Vec<f64> {
        rosenbrock_point()
    }

    fn value<T: Number>(&self, x: &[T]) -> T {
        sum(x.windows(2).map(|w| {
            let valley = w[1].clone() - w[0].clone().squared();
            valley.squared().times(100.0) + (-w[0].clone()).plus(1.0).squared()
        }))
    }
}
