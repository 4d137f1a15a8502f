//! The arm's Jacobian as a user asks for it. Input: angles. Output: the tip and its Jacobian. Invariant: one vjp, one pullback a row.

use super::JOINTS;
use super::primal::tip;
use nalgebra::{SMatrix, SVector, Vector3};

/// The tip, and its derivatives by the angles.
pub fn jacobian(angles: &SVector<f64, JOINTS>) -> (Vector3<f64>, SMatrix<f64, 3, JOINTS>) {
    let (value, pullback) = tip::vjp(angles);
    let mut jacobian = SMatrix::<f64, 3, JOINTS>::zeros();
    for k in 0..3 {
        let bar = Vector3::from_fn(|i, _| if i == k { 1.0 } else { 0.0 });
        jacobian.set_row(k, &pullback(bar).transpose());
    }
    (value, jacobian)
}
