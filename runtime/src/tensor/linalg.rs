//! inverse, solve, det and logdet of 2-D tensors, by nalgebra's LU decomposition.
//!
//! Input: a square matrix. Output: a tensor or a scalar. Invariant: the adjoints reuse the result: with C = A⁻¹, Ā = −Cᵀ C̄ Cᵀ; with
//! X = A⁻¹B, B̄ = A⁻ᵀ X̄ and Ā = −B̄ Xᵀ; of det A, Ā = d̄ det(A) A⁻ᵀ (Giles 2008, *Collected matrix derivative results*).

use super::dims::{ShapeError, checked};
use super::Tensor;
use crate::differentiable::Tangent;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1, Rule2};
use nalgebra::{DMatrix, RealField};

fn square<T: Real + RealField>(op: &'static str, x: &Tensor<T>) -> Result<DMatrix<T>, ShapeError> {
    if x.ndim() != 2 || x.dims()[0] != x.dims()[1] {
        return Err(ShapeError::new(op, &[x.dims()], "a square matrix is wanted"));
    }
    Ok(x.to_dmatrix())
}

impl<T: Real + RealField> Tensor<T> {
    /// A⁻¹.
    ///
    /// # Panics
    /// If the matrix is not square, or singular.
    #[must_use]
    #[track_caller]
    pub fn inverse(&self) -> Self {
        checked(self.try_inverse())
    }

    /// A⁻¹.
    ///
    /// # Errors
    /// If the matrix is not square, or singular.
    pub fn try_inverse(&self) -> Result<Self, ShapeError> {
        match square("inverse", self)?.try_inverse() {
            Some(inverse) => Ok(Tensor::from(&inverse)),
            None => Err(ShapeError::new("inverse", &[self.dims()], "the matrix is singular")),
        }
    }

    /// X with A X = B; B is a matrix, or 1-D.
    ///
    /// # Panics
    /// If the shapes do not go together, or A is singular.
    #[must_use]
    #[track_caller]
    pub fn solve(&self, b: &Tensor<T>) -> Self {
        checked(self.try_solve(b))
    }

    /// X with A X = B; B is a matrix, or 1-D.
    ///
    /// # Errors
    /// If the shapes do not go together, or A is singular.
    pub fn try_solve(&self, b: &Tensor<T>) -> Result<Self, ShapeError> {
        let a = square("solve", self)?;
        if b.ndim() == 0 || b.ndim() > 2 || b.dims()[0] != a.nrows() {
            return Err(ShapeError::new("solve", &[self.dims(), b.dims()], "the numbers of rows differ"));
        }
        let columns = b.numel().checked_div(a.nrows()).unwrap_or(0);
        let right = DMatrix::from_row_slice(a.nrows(), columns, b.as_slice());
        match a.lu().solve(&right) {
            Some(x) => Ok(Tensor::from_parts(*b.dims(), x.transpose().as_slice().to_vec())),
            None => Err(ShapeError::new("solve", &[self.dims(), b.dims()], "the matrix is singular")),
        }
    }

    /// The determinant.
    ///
    /// # Panics
    /// If the matrix is not square.
    #[must_use]
    #[track_caller]
    pub fn det(&self) -> T {
        checked(square("det", self)).determinant()
    }

    /// ln |det A|.
    ///
    /// # Panics
    /// If the matrix is not square.
    #[must_use]
    #[track_caller]
    pub fn logdet(&self) -> T {
        let lu = checked(square("logdet", self)).lu();
        let u = lu.u();
        (0..u.nrows()).map(|k| Real::ln(Real::abs(u[(k, k)]))).sum()
    }
}

/// The transposed inverse, or NaN everywhere for a singular matrix.
fn inverse_t<T: Real + RealField>(a: &Tensor<T>) -> Tensor<T> {
    a.try_inverse().map_or_else(|_| Tensor::full(a.shape(), T::NAN), |i| i.t())
}

/// The cofactors, det(A) A⁻ᵀ, exact for singular matrices, too.
fn cofactors<T: Real + RealField>(a: &Tensor<T>) -> Tensor<T> {
    let m = a.to_dmatrix();
    let n = m.nrows();
    Tensor::build(*a.dims(), |k| {
        let (i, j) = (k / n, k % n);
        let minor = m.clone().remove_row(i).remove_column(j).determinant();
        if (i + j) % 2 == 0 { minor } else { -minor }
    })
}

impl<T: Real + RealField> Rule1<op::inverse, (), Tensor<T>> for Tensor<T> {
    fn pull(x: Kept<Self>, (): &(), z: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
        if z_bar.data.is_some() {
            let t = z.value().t();
            x_bar.add_entries(x.shape(), (-t.matmul(z_bar).matmul(&t)).into_data());
        }
    }
    fn push(_: Kept<Self>, (): &(), z: Kept<Self>, x_dot: &Self) -> Self {
        if x_dot.data.is_none() { Tangent::zero() } else { -z.value().matmul(x_dot).matmul(z.value()) }
    }
}

impl<T: Real + RealField> Rule1<op::det, (), T> for Tensor<T> {
    fn pull(x: Kept<Self>, (): &(), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {
        x_bar.add_entries(x.shape(), (cofactors(x.value()) * *z_bar).into_data());
    }
    fn push(x: Kept<Self>, (): &(), _: Kept<T>, x_dot: &Self) -> T {
        <T as Real>::from_f64(Tangent::dot(&cofactors(x.value()), x_dot))
    }
}

impl<T: Real + RealField> Rule1<op::logdet, (), T> for Tensor<T> {
    fn pull(x: Kept<Self>, (): &(), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {
        x_bar.add_entries(x.shape(), (inverse_t(x.value()) * *z_bar).into_data());
    }
    fn push(x: Kept<Self>, (): &(), _: Kept<T>, x_dot: &Self) -> T {
        <T as Real>::from_f64(Tangent::dot(&inverse_t(x.value()), x_dot))
    }
}

/// A matrix with `rows` rows.
fn columns<T: Real>(x: &Tensor<T>, rows: usize) -> Tensor<T> {
    x.reshape([rows, x.numel().checked_div(rows).unwrap_or(0)])
}

impl<T: Real + RealField> Rule2<op::solve, (), Tensor<T>, Tensor<T>> for Tensor<T> {
    fn pull_lhs(x: Kept<Self>, _: Kept<Self>, (): &(), z: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
        if z_bar.data.is_some() {
            let n = x.shape()[0];
            let b_bar = columns(&x.value().t().solve(z_bar), n);
            x_bar.add_entries(x.shape(), (-b_bar.matmul(&columns(z.value(), n).t())).into_data());
        }
    }
    fn pull_rhs(x: Kept<Self>, y: Kept<Self>, (): &(), _: Kept<Self>, z_bar: &Self, y_bar: &mut Self) {
        if z_bar.data.is_some() {
            y_bar.add_entries(y.shape(), x.value().t().solve(z_bar).into_data());
        }
    }
    fn push_lhs(x: Kept<Self>, _: Kept<Self>, (): &(), z: Kept<Self>, x_dot: &Self) -> Self {
        if x_dot.data.is_none() { Tangent::zero() } else { -x.value().solve(&x_dot.matmul(z.value())) }
    }
    fn push_rhs(x: Kept<Self>, _: Kept<Self>, (): &(), _: Kept<Self>, y_dot: &Self) -> Self {
        if y_dot.data.is_none() { Tangent::zero() } else { x.value().solve(y_dot) }
    }
}
