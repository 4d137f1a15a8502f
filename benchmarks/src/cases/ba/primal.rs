//! BA as one would write it. Input: a camera, a point, a weight, a feature. Output: residuals.
//! Invariant: written for a reader, not for a differentiator.

use super::input::Ba;
use pullback::prelude::*;

/// The residuals of all observations, each with that of its weight.
pub fn residuals(ba: &Ba) -> Vec<([f64; 2], f64)> {
    let observations = ba.observations.iter().zip(&ba.weights).zip(&ba.features);
    observations.map(|((&(c, p), &w), f)| (reprojection(&ba.cameras[c], &ba.points[p], w, f), weight_residual(w))).collect()
}

/// The weighted distance between where the camera sees the point and where it was seen.
#[differentiable]
pub fn reprojection(camera: &[f64; 11], point: &[f64; 3], weight: f64, #[constant] feature: &[f64; 2]) -> [f64; 2] {
    let seen = project(camera, point);
    [weight * (seen[0] - feature[0]), weight * (seen[1] - feature[1])]
}

/// A weight's own residual.
#[differentiable]
pub fn weight_residual(weight: f64) -> f64 {
    1.0 - weight * weight
}

/// Where a camera sees a point.
#[differentiable]
fn project(camera: &[f64; 11], point: &[f64; 3]) -> [f64; 2] {
    let [r1, r2, r3, c1, c2, c3, focal, u0, v0, k1, k2] = *camera;
    let moved = [point[0] - c1, point[1] - c2, point[2] - c3];
    let [x, y, z] = rotate(&[r1, r2, r3], &moved);
    let (x, y) = (x / z, y / z);
    let squared = x * x + y * y;
    let distortion = 1.0 + squared * (k1 + squared * k2);
    [x * distortion * focal + u0, y * distortion * focal + v0]
}

/// Rotates `x` about `r` by the angle |r| (Rodrigues).
#[differentiable]
fn rotate(r: &[f64; 3], x: &[f64; 3]) -> [f64; 3] {
    let squared = dot(r, r);
    if squared == 0.0 {
        let c = cross(r, x);
        return [x[0] + c[0], x[1] + c[1], x[2] + c[2]];
    }
    let angle = squared.sqrt();
    let axis = [r[0] / angle, r[1] / angle, r[2] / angle];
    let (sin, cos) = angle.sin_cos();
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
