//! The arm as one would write it. Input: angles. Output: the tip. Invariant: written for a reader, not for a differentiator.

use super::{JOINTS, LINKS, TWISTS};
use nalgebra::{Matrix3, SVector, Vector3};
use pullback::prelude::*;

/// The place of the arm's tip (Denavit and Hartenberg).
#[differentiable]
pub fn tip(angles: &SVector<f64, JOINTS>) -> Vector3<f64> {
    let mut tip = Vector3::zeros();
    for joint in (0..JOINTS).rev() {
        let [along, up] = LINKS[joint];
        tip = turn(angles[joint], TWISTS[joint]) * (tip + Vector3::new(along, up, 0.0));
    }
    tip
}

/// The rotation of a joint.
#[differentiable]
fn turn(angle: f64, #[constant] twist: [f64; 2]) -> Matrix3<f64> {
    let (sin, cos) = angle.sin_cos();
    let [s, c] = twist;
    Matrix3::new(cos, -sin * c, sin * s, sin, cos * c, -cos * s, 0.0, s, c)
}
