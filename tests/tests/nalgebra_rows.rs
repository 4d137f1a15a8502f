//! nalgebra's constructors, rows, columns and inverse, as they are written in robotics: each mode against central differences.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use nalgebra::{DMatrix, Matrix2, Matrix3, Vector2, Vector3};
use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

#[differentiable]
fn rows_and_columns(x: &[f64]) -> f64 {
    let m = Matrix3::new(x[0], x[1], 0.5, x[2], x[0] * x[1], 1.0, 0.2, x[1], x[2].sin());
    m.row(1).dot(&m.row(2)) + m.column(0).dot(&m.column(1))
}

#[differentiable]
fn inverse_and_determinant(x: &[f64]) -> f64 {
    let m = Matrix2::new(2.0 + x[0], x[1], x[2], 3.0 + x[0] * x[1]);
    let i = m.try_inverse().unwrap();
    i[(0, 1)] * x[2] + i[(1, 1)] + m.determinant()
}

#[differentiable]
fn from_slices(x: &[f64]) -> f64 {
    let a = DMatrix::from_row_slice(2, 3, &[x[0], x[1], x[2], x[1] * x[2], 1.0, x[0]]);
    let b = DMatrix::from_column_slice(3, 2, &[x[2], x[0], 0.5, x[1], x[0].sin(), 2.0]);
    let c = &a * &b;
    c[(0, 0)] * c[(1, 1)] - c[(0, 1)]
}

#[differentiable]
fn scaled_by_a_diagonal(x: f64) -> f64 {
    let d = Matrix3::from_diagonal(&Vector3::new(x, x * x, 1.0));
    let v = d * Vector3::new(1.0, x.sin(), 2.0);
    v.norm()
}

#[differentiable]
fn arm(q: &[f64]) -> f64 {
    let turn = Matrix2::new(q[0].cos(), -q[0].sin(), q[0].sin(), q[0].cos());
    let elbow = turn * Vector2::new(1.0, 0.0);
    let hand = elbow + turn * Matrix2::new(q[1].cos(), -q[1].sin(), q[1].sin(), q[1].cos()) * Vector2::new(0.5, q[2]);
    hand.x * hand.x + hand.y
}

of_scalars! {
    scaled_by_a_diagonal at [-0.7, 1.2];
}
of_slices! {
    rows_and_columns at [[0.3, -0.7, 1.1]];
    inverse_and_determinant at [[0.3, -0.7, 1.1]];
    from_slices at [[0.3, -0.7, 1.1]];
    arm at [[0.3, -0.7, 1.1]];
}
