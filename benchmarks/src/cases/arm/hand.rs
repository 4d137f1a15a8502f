//! The arm's Jacobian, by hand. Input: angles. Output: the tip and its Jacobian.
//! Invariant: the three cotangents go back together, as a matrix.

use super::{JOINTS, LINKS, TWISTS};
use nalgebra::{Matrix3, SMatrix, SVector, Vector3};

/// The tip, and its derivatives by the angles.
pub fn jacobian(angles: &SVector<f64, JOINTS>) -> (Vector3<f64>, SMatrix<f64, 3, JOINTS>) {
    let mut tip = Vector3::zeros();
    let mut turns = [(Matrix3::zeros(), Vector3::zeros()); JOINTS];
    for joint in (0..JOINTS).rev() {
        let [along, up] = LINKS[joint];
        let (sin, cos) = angles[joint].sin_cos();
        let [s, c] = TWISTS[joint];
        let turn = Matrix3::new(cos, -sin * c, sin * s, sin, cos * c, -cos * s, 0.0, s, c);
        tip = turn * (tip + Vector3::new(along, up, 0.0));
        // A turn about z: the derivative by the angle is (−y, x, 0).
        turns[joint] = (turn, Vector3::new(-tip.y, tip.x, 0.0));
    }
    let mut jacobian = SMatrix::<f64, 3, JOINTS>::zeros();
    let mut bar = Matrix3::<f64>::identity();
    for (joint, (turn, derivative)) in turns.iter().enumerate() {
        jacobian.set_column(joint, &(bar * derivative));
        bar *= turn;
    }
    (tip, jacobian)
}
