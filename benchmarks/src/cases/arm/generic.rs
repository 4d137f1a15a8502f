//! The arm for other crates' number types. Input: angles. Output: the tip. Invariant: the same computation as the primal.

use super::{JOINTS, LINKS, TWISTS};
use crate::number::{Map, Number};

/// The arm.
pub struct Arm;

impl Map<JOINTS, 3> for Arm {
    fn values<T: Number>(&self, angles: &[T; JOINTS]) -> [T; 3] {
        let zero = || angles[0].clone().times(0.0);
        let mut tip = [zero(), zero(), zero()];
        for joint in (0..JOINTS).rev() {
            let [x, y, z] = tip;
            let ([along, up], [s, c]) = (LINKS[joint], TWISTS[joint]);
            let (x, y) = (x.plus(along), y.plus(up));
            let (sin, cos) = (angles[joint].clone().sin(), angles[joint].clone().cos());
            let (across, out) = (y.clone().times(c) - z.clone().times(s), y.times(s) + z.times(c));
            tip = [cos.clone() * x.clone() - sin.clone() * across.clone(), sin * x + cos * across, out];
        }
        tip
    }
}
