//! Adjoints by hand of Euler integration and Rosenbrock's function. Input: scalars, a slice. Output: value and gradient.
//! Invariant: the loop with state keeps what its way back reads, two numbers a step.

/// The pendulum's energy, and its gradient by angle, velocity, stiffness, damping.
pub fn pendulum(start: [f64; 4], h: f64, steps: usize) -> (f64, [f64; 4]) {
    let [mut angle, mut velocity, stiffness, damping] = start;
    let mut path = Vec::with_capacity(steps);
    for _ in 0..steps {
        let (sin, cos) = angle.sin_cos();
        path.push([sin, cos, velocity]);
        let acceleration = -stiffness * sin - damping * velocity;
        angle += h * velocity;
        velocity += h * acceleration;
    }
    let (sin, cos) = angle.sin_cos();
    let (mut angle_bar, mut velocity_bar) = (stiffness * sin, velocity);
    let (mut stiffness_bar, mut damping_bar) = (1.0 - cos, 0.0);
    for [sin, cos, velocity] in path.into_iter().rev() {
        let acceleration_bar = h * velocity_bar;
        velocity_bar += h * angle_bar - damping * acceleration_bar;
        angle_bar -= stiffness * cos * acceleration_bar;
        stiffness_bar -= sin * acceleration_bar;
        damping_bar -= velocity * acceleration_bar;
    }
    let energy = 0.5 * velocity * velocity + stiffness * (1.0 - cos);
    (energy, [angle_bar, velocity_bar, stiffness_bar, damping_bar])
}

/// Rosenbrock's function and its gradient.
pub fn rosenbrock(x: &[f64]) -> (f64, Vec<f64>) {
    let mut bar = vec![0.0; x.len()];
    let mut value = 0.0;
    let mut carried = 0.0;
    let pairs = x.iter().zip(x.iter().skip(1)).zip(bar.iter_mut());
    for ((a, b), bar) in pairs {
        let (valley, rest) = (b - a * a, 1.0 - a);
        value += 100.0 * valley * valley + rest * rest;
        *bar = carried - 400.0 * valley * a - 2.0 * rest;
        carried = 200.0 * valley;
    }
    if let Some(last) = bar.last_mut() {
        *last = carried;
    }
    (value, bar)
}
