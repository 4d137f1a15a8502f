//! Linear systems by nalgebra's decompositions.

use nalgebra::{DMatrix, DVector, Matrix2, Matrix3, Vector3};
use pullback::prelude::*;
use pullback_tests::of_slices;

#[differentiable]
fn by_lu(x: &[f64]) -> f64 {
    let a = Matrix3::from_row_slice(&x[..9]);
    let b = Vector3::new(x[0], 1.0, x[1]);
    let s = a.lu().solve(&b).unwrap();
    s.norm_squared() + s[0]
}

#[differentiable]
fn one_lu_for_several(x: &[f64]) -> f64 {
    let a = DMatrix::from_row_slice(3, 3, &x[..9]);
    let lu = a.clone().lu();
    let mut total = lu.determinant();
    let mut b = DVector::from_vec(vec![x[0], x[4], 1.0]);
    for _ in 0..3 {
        b = lu.solve(&b).expect("regular");
        total += b.dot(&b) + b[1];
    }
    total
}

#[differentiable]
fn by_cholesky(x: &[f64]) -> f64 {
    let a = DMatrix::from_fn(3, 3, |i, j| x[i] * x[j] + if i == j { 2.0 } else { 0.0 });
    let b = DVector::from_vec(vec![x[0], x[1], 1.0]);
    let s = a.cholesky().expect("positive definite").solve(&b);
    s.dot(&b)
}

#[differentiable]
fn lower_triangle_alone(x: &[f64]) -> f64 {
    let a = Matrix2::new(x[0], x[1], x[2], x[3]);
    let Some(c) = a.cholesky() else { return 0.0 };
    let l = c.l();
    let inverse = c.inverse();
    l[(1, 0)] * l[(1, 1)] + l[(0, 0)] + c.determinant() * inverse[(0, 1)] + c.ln_determinant()
}

/// The logarithm of a normal density, as Gaussian processes have it.
#[differentiable]
fn log_density(x: &[f64]) -> f64 {
    let n = 4;
    let k = DMatrix::from_fn(n, n, |i, j| {
        let d = (i as f64 - j as f64) / x[0];
        x[1] * x[1] * (-0.5 * d * d).exp() + if i == j { 0.1 + x[2] * x[2] } else { 0.0 }
    });
    let y = DVector::from_vec(vec![0.3, x[3], -0.2, 0.5]);
    let l = k.cholesky().unwrap().l();
    let w = l.solve_lower_triangular(&y).unwrap();
    let alpha = l.tr_solve_lower_triangular(&w).unwrap();
    let log_det: f64 = (0..n).map(|i| l[(i, i)].ln()).sum();
    -0.5 * y.dot(&alpha) - log_det
}

#[differentiable]
fn triangles(x: &[f64]) -> f64 {
    let a = Matrix3::from_row_slice(&x[..9]);
    let b = Vector3::new(x[0], 1.0, x[1]);
    let u = a.solve_upper_triangular(&b).unwrap();
    let v = a.tr_solve_upper_triangular(&u).unwrap();
    let w = a.solve_lower_triangular(&v).unwrap();
    u.dot(&w) + a.tr_solve_lower_triangular(&w).unwrap().norm()
}

#[differentiable]
fn least_squares(x: &[f64]) -> f64 {
    let a = DMatrix::from_fn(4, 2, |i, j| if j == 0 { 1.0 } else { x[i] });
    let y = DVector::from_vec(vec![1.0, x[1] * x[2], 0.5, x[0]]);
    let normal = a.tr_mul(&a);
    let coefficients = normal.lu().solve(&a.tr_mul(&y)).unwrap();
    let residual = &a * &coefficients - &y;
    residual.norm_squared() + coefficients[1]
}

of_slices! {
    by_lu at [[2.5, -0.2, 1.5, 0.3, 4.0, 0.1, -0.7, 0.3, 1.9], [0.1, 3.0, 0.5, 2.0, 0.2, 0.3, 0.4, 0.9, -1.9]];
    one_lu_for_several at [[2.5, -0.2, 1.5, 0.3, 4.0, 0.1, -0.7, 0.3, 1.9], [0.1, 3.0, 0.5, 2.0, 0.2, 0.3, 0.4, 0.9, -1.9]];
    by_cholesky at [[0.5, -0.2, 1.5]];
    lower_triangle_alone at [[2.0, 0.3, 0.4, 1.5], [-1.0, 0.3, 0.4, 1.5]];
    log_density at [[1.5, 0.8, 0.3, 0.7]];
    triangles at [[2.5, -0.2, 1.5, 0.3, 4.0, 0.1, -0.7, 0.3, 1.9]];
    least_squares at [[0.3, 0.9, 1.7, 2.2]];
}
