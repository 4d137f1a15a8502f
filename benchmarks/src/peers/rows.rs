//! BA by any crate that gives a Jacobian of fifteen variables. Input: observations. Output: their rows.
//! Invariant: the weight's own residual is done by hand for all.

use crate::cases::ba::Ba;
use crate::cases::ba::generic::Observation;
use crate::cases::ba::input::Rows;

/// A crate's Jacobian.
pub(super) type Jacobian = fn(&Observation, &[f64; 15]) -> ([f64; 2], [[f64; 15]; 2]);

/// The rows of all observations.
pub(super) fn of(ba: &Ba, jacobian: Jacobian) -> Vec<Rows> {
    let observations = ba.observations.iter().zip(&ba.weights).zip(&ba.features);
    let row = |((&(camera, point), &weight), &feature): ((&(usize, usize), &f64), &[f64; 2])| {
        let mut x = [weight; 15];
        x[..11].copy_from_slice(&ba.cameras[camera]);
        x[11..14].copy_from_slice(&ba.points[point]);
        let (residual, jacobian) = jacobian(&Observation { feature }, &x);
        Rows { residual, weight_residual: 1.0 - weight * weight, jacobian, weight_derivative: -2.0 * weight }
    };
    observations.map(row).collect()
}
