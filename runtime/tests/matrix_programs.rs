//! nalgebra inside `#[differentiable]` functions: every legal combination of owned and borrowed operands, static and dynamic.
//!
//! Input: functions of vectors and matrices. Output: passes or panics. Invariant: reverse mode, forward mode and central differences agree.
#![allow(clippy::clone_on_copy, clippy::op_ref, reason = "every combination of owned and borrowed operands is the point")]

use nalgebra::{DMatrix, DVector, Matrix2x3, Matrix3, Matrix3x2, RowDVector, Vector3};
use pullback::check_gradients;
use pullback::prelude::*;

/// A program of two operands of one shape and a scalar, for a type.
macro_rules! arithmetic {
    ($($name:ident: $m:ty;)*) => { $(
        #[differentiable]
        fn $name(a: &$m, b: &$m, s: f64) -> f64 {
            let (x, y) = (a.clone() + b, a - b.clone());
            let z = &x + &y - x.clone();
            let w = (x.clone() * s + s * &y) / s - (&x * s - s * y.clone()) / 2.0 + &x / s;
            let u = -&w + (-z.clone());
            let mut t = u.clone();
            t += &w;
            t -= z;
            t += a * 0.5;
            t *= s;
            t /= 2.0 + s;
            t.dot(&u) + t.norm() + u.transpose().sum() + w.component_mul(&x).sum() + t[0] * u[1] + t[(1, 0)]
        }
    )* };
}
arithmetic! { of_vectors: Vector3<f64>; of_matrices: Matrix3x2<f64>; of_dynamic_vectors: DVector<f64>; of_dynamic_matrices: DMatrix<f64>; }

#[test]
fn arithmetic_in_every_combination() {
    let (a, b) = (Matrix3x2::new(1.0, -0.5, 0.3, 2.0, 0.7, -1.1), Matrix3x2::new(0.2, 0.9, -1.3, 0.4, 1.5, 0.6));
    let (u, v) = (Vector3::new(1.0, -0.5, 0.3), Vector3::new(0.2, 0.9, -1.3));
    check_gradients!(of_vectors(&u, &v, 0.7)).unwrap();
    check_gradients!(of_matrices(&a, &b, 0.7)).unwrap();
    check_gradients!(of_dynamic_vectors(&DVector::from_column_slice(u.as_slice()), &DVector::from_column_slice(v.as_slice()), 0.7))
        .unwrap();
    let dynamic = |m: &Matrix3x2<f64>| DMatrix::from_column_slice(3, 2, m.as_slice());
    check_gradients!(of_dynamic_matrices(&dynamic(&a), &dynamic(&b), 0.7)).unwrap();
}

#[differentiable]
fn static_products(a: &Matrix2x3<f64>, b: &Matrix3<f64>, v: &Vector3<f64>) -> f64 {
    let c = a * b;
    let d = c.clone() * b.clone() + a * b.clone() - c.clone() * b;
    let w = &d * v + a * (b * v.clone());
    let outer = v * v.transpose();
    w.norm_squared() + (outer * b).trace() + (v.transpose() * b * v)[0] + a.tr_mul(&w).dot(v) + d.component_mul(&c).sum()
}

#[differentiable]
fn dynamic_products(a: &DMatrix<f64>, b: &DMatrix<f64>, v: &DVector<f64>, r: &RowDVector<f64>) -> f64 {
    let c = a * b;
    let d = c.transpose() * a + b * c.clone();
    let w = &d * v + b * (a * v);
    (r * &d).sum() + w.dot(v) + (v * r).trace() + d[(0, 1)] * c[(1, 1)] + w[0]
}

#[differentiable]
fn mixed_products(a: &DMatrix<f64>, m: &Matrix3<f64>, v: &Vector3<f64>) -> f64 {
    let w = a * v;
    let n = m * a + a * m;
    w.dot(v) + (n * v).norm() + (w + v).sum()
}

#[test]
fn products_in_every_combination() {
    let a = Matrix2x3::new(1.0, -0.5, 0.3, 2.0, 0.7, -1.1);
    let m = Matrix3::new(0.2, 0.9, -1.3, 0.4, 1.5, 0.6, -0.7, 0.1, 0.8);
    let v = Vector3::new(0.3, -0.8, 1.2);
    check_gradients!(static_products(&a, &m, &v)).unwrap();
    let dynamic = DMatrix::from_fn(3, 3, |i, j| ((3 * i + j) as f64).sin());
    let (u, r) = (DVector::from_vec(vec![0.4, -0.2, 0.9]), RowDVector::from_vec(vec![1.1, 0.5, -0.3]));
    check_gradients!(dynamic_products(&dynamic, &dynamic.map(f64::cos), &u, &r)).unwrap();
    check_gradients!(mixed_products(&dynamic, &m, &v)).unwrap();
}
