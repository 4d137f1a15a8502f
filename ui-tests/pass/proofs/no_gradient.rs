//! Both proofs hold.
use pullback::prelude::*;

#[derive(Differentiable)]
struct Ball {
    mass: f64,
}

#[differentiable]
impl Ball {
    fn energy(&self, v: f64, #[constant] g: f64) -> f64 {
        self.mass * (0.5 * v * v + g)
    }
}

#[differentiable]
fn loss(w: f64, #[constant] x: f64) -> f64 {
    w * x
}

assert_gradient!(loss, w);
assert_no_gradient!(loss, x);
assert_gradient!(Ball::energy, v);
assert_gradient!(Ball::energy, self);
assert_no_gradient!(Ball::energy, g);

fn main() {
    loss::grad(1.0, 2.0);
    let ball = Ball { mass: 1.0 };
    assert_eq!(ball.energy_grad(1.0, 9.8).1, ball.energy(1.0, 0.5));
}
