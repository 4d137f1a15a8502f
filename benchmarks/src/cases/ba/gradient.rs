//! BA's Jacobian as a user asks for it. Input: cameras, points, observations. Output: each observation's rows.
//! Invariant: one vjp an observation, one pullback a row.

use super::input::{Ba, Rows};
use super::primal::{reprojection, weight_residual};
use std::array::from_fn;

/// The rows of all observations.
pub fn jacobian(ba: &Ba) -> Vec<Rows> {
    let observations = ba.observations.iter().zip(&ba.weights).zip(&ba.features);
    let rows = |((&(camera, point), &weight), feature): ((&(usize, usize), &f64), &[f64; 2])| {
        let (residual, pullback) = reprojection::vjp(&ba.cameras[camera], &ba.points[point], weight, feature);
        let mut jacobian = [[0.0; 15]; 2];
        for (k, row) in jacobian.iter_mut().enumerate() {
            let (camera, point, weight) = pullback(from_fn(|i| if i == k { 1.0 } else { 0.0 }));
            row[..11].copy_from_slice(&camera);
            row[11..14].copy_from_slice(&point);
            row[14] = weight;
        }
        let (weight_residual, weight_derivative) = weight_residual::value_and_grad(weight);
        Rows { residual, weight_residual, jacobian, weight_derivative }
    };
    observations.map(rows).collect()
}
