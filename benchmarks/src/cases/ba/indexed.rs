//! BA with indices. Input: as the primal. Output: the same.
//! Invariant: the same computation as `primal.rs`, with indices where that has iterators, patterns and parts of slices: what the compiler
//! takes today.

use super::input::{Ba, Rows};
use pullback::prelude::*;

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

/// The residuals of all observations, each with that of its weight.
pub fn residuals(ba: &Ba) -> Vec<([f64; 2], f64)> {
    let observations = ba.observations.iter().zip(&ba.weights).zip(&ba.features);
    observations.map(|((&(c, p), &w), f)| (reprojection(&ba.cameras[c], &ba.points[p], w, f), weight_residual(w))).collect()
}

/// A weight's own residual.
#[differentiable]
pub fn weight_residual(weight: f64) -> f64 {
    1.0 - weight * weight
}

/// The weighted distance between where the camera sees the point and where it was seen.
#[differentiable]
pub fn reprojection(camera: &[f64; 11], point: &[f64; 3], weight: f64, #[constant] feature: &[f64; 2]) -> [f64; 2] {
    let seen = project(camera, point);
    [weight * (seen[0] - feature[0]), weight * (seen[1] - feature[1])]
}

#[differentiable]
fn project(camera: &[f64; 11], point: &[f64; 3]) -> [f64; 2] {
    let moved = [point[0] - camera[3], point[1] - camera[4], point[2] - camera[5]];
    let turned = rotate(&[camera[0], camera[1], camera[2]], &moved);
    let x = turned[0] / turned[2];
    let y = turned[1] / turned[2];
    let squared = x * x + y * y;
    let distortion = 1.0 + squared * (camera[9] + squared * camera[10]);
    [x * distortion * camera[6] + camera[7], y * distortion * camera[6] + camera[8]]
}

#[differentiable]
fn rotate(r: &[f64; 3], x: &[f64; 3]) -> [f64; 3] {
    let squared = dot(r, r);
    if no_grad!(squared == 0.0) {
        let c = cross(r, x);
        return [x[0] + c[0], x[1] + c[1], x[2] + c[2]];
    }
    let angle = squared.sqrt();
    let axis = [r[0] / angle, r[1] / angle, r[2] / angle];
    let sin = angle.sin();
    let cos = angle.cos();
    let c = cross(&axis, x);
    let along = dot(&axis, x) * (1.0 - cos);
    let mut rotated = [0.0; 3];
    for i in 0..3 {
        rotated[i] = x[i] * cos + c[i] * sin + axis[i] * along;
    }
    rotated
}

#[differentiable]
fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[differentiable]
fn cross(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}
