//! The arm, entry by entry. Input: as the primal. Output: the same.
//! Invariant: the same computation as `primal.rs`, with indices where that has iterators, patterns and parts of slices: what the compiler
//! takes today.

use super::{JOINTS, LINKS, TWISTS};
use nalgebra::{Matrix3, SMatrix, SVector, Vector3};
use pullback::prelude::*;

/// The tip, and its derivatives by the angles.
pub fn jacobian(angles: &SVector<f64, JOINTS>) -> (Vector3<f64>, SMatrix<f64, 3, JOINTS>) {
    let (value, pullback) = tip::vjp(angles);
    let rows = [Vector3::x(), Vector3::y(), Vector3::z()].map(|bar| pullback(bar).transpose());
    (value, SMatrix::from_rows(&rows))
}

/// The place of the arm's tip (Denavit and Hartenberg).
#[differentiable]
pub fn tip(angles: &SVector<f64, JOINTS>) -> Vector3<f64> {
    let mut tip = Vector3::zeros();
    for joint in (0..JOINTS).rev() {
        let link = Vector3::new(LINKS[joint][0], LINKS[joint][1], 0.0);
        tip = turn(angles[joint], TWISTS[joint]) * (tip + link);
    }
    tip
}

#[differentiable]
fn turn(angle: f64, #[constant] twist: [f64; 2]) -> Matrix3<f64> {
    let (sin, cos) = (angle.sin(), angle.cos());
    let (s, c) = (twist[0], twist[1]);
    let mut turn = Matrix3::zeros();
    turn[(0, 0)] = cos;
    turn[(0, 1)] = -sin * c;
    turn[(0, 2)] = sin * s;
    turn[(1, 0)] = sin;
    turn[(1, 1)] = cos * c;
    turn[(1, 2)] = -cos * s;
    turn[(2, 1)] = s;
    turn[(2, 2)] = c;
    turn
}
