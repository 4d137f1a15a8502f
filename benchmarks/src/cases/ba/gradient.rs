//! BA's Jacobian as a user asks for it. Input: cameras, points, observations. Output: each observation's rows.
//! Invariant: one vjp an observation, one pullback a row.

use super::input::{Ba, Rows};
use super::primal::{reprojection, weight_residual};

/// The rows of all observations.
pub fn jacobian(ba: &Ba) -> Vec<Rows> {
    let observations = ba.observations.iter().zip(&ba.weights).zip(&ba.features);
    let row = |((&(camera, point), &weight), feature): ((&(usize, usize), &f64), &[f64; 2])| {
        let (residual, pullback) = reprojection::vjp(&ba.cameras[camera], &ba.points[point], weight, feature);
        let row = |bar: [f64; 2]| {
            let (camera, point, weight) = pullback(bar);
            let mut row = [weight; 15];
            row[..11].copy_from_slice(&camera);
            row[11..14].copy_from_slice(&point);
            row
        };
        let (weight_residual, weight_derivative) = weight_residual::value_and_grad(weight);
        Rows { residual, weight_residual, jacobian: [row([1.0, 0.0]), row([0.0, 1.0])], weight_derivative }
    };
    observations.map(row).collect()
}
