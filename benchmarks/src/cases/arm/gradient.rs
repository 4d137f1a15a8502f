//! The arm's Jacobian as a user asks for it. Input: angles. Output: the tip and its Jacobian. Invariant: one vjp, one pullback a row.

use super::JOINTS;
use super::primal::tip;
use nalgebra::{SMatrix, SVector, Vector3};

/// The tip, and its derivatives by the angles.
pub fn jacobian(angles: &SVector<f64, JOINTS>) -> (Vector3<f64>, SMatrix<f64, 3, JOINTS>) {
    let (value, pullback) = tip::vjp(angles);
    let rows = [Vector3::x(), Vector3::y(), Vector3::z()].map(|bar| pullback(bar).transpose());
    (value, SMatrix::from_rows(&rows))
}
