//! The cart and its pole: the control problem of Barto, Sutton and Anderson (1983), with the numbers that became customary.
//!
//! Input: pushes to the left or right. Output: states, and when the pole has fallen. Invariant: [`Pole::state`] is finite; a step takes 0.02 s.

use rand::{Rng, RngExt};

/// Position and speed of the cart, angle and angular speed of the pole; m, m/s, rad, rad/s.
pub(crate) type State = [f32; 4];

/// The longest episode: ten seconds.
pub(crate) const LONGEST: usize = 500;

const GRAVITY: f32 = 9.8;
const CART_MASS: f32 = 1.0;
const POLE_MASS: f32 = 0.1;
const HALF_LENGTH: f32 = 0.5;
const FORCE: f32 = 10.0;
const SECONDS: f32 = 0.02;
const TRACK: f32 = 2.4;
const STEEPEST: f32 = 12.0 / 180.0 * std::f32::consts::PI;

/// A pole on a cart on a track.
pub(crate) struct Pole {
    state: State,
}

impl Pole {
    /// Nearly upright, nearly at rest.
    pub(crate) fn new(rng: &mut impl Rng) -> Self {
        Pole { state: std::array::from_fn(|_| rng.random_range(-0.05..0.05)) }
    }

    /// Where it is.
    pub(crate) fn state(&self) -> State {
        self.state
    }

    /// Pushes the cart to the left (0) or to the right (1) for one step; whether the pole still stands.
    pub(crate) fn push(&mut self, action: usize) -> bool {
        let [x, v, angle, turn] = self.state;
        let force = if action == 1 { FORCE } else { -FORCE };
        let (sin, cos) = angle.sin_cos();
        let mass = CART_MASS + POLE_MASS;
        let pull = (force + POLE_MASS * HALF_LENGTH * turn * turn * sin) / mass;
        let turn_rate = (GRAVITY * sin - cos * pull) / (HALF_LENGTH * (4.0 / 3.0 - POLE_MASS * cos * cos / mass));
        let acceleration = pull - POLE_MASS * HALF_LENGTH * turn_rate * cos / mass;
        self.state = [x + SECONDS * v, v + SECONDS * acceleration, angle + SECONDS * turn, turn + SECONDS * turn_rate];
        self.state[0].abs() <= TRACK && self.state[2].abs() <= STEEPEST
    }
}
