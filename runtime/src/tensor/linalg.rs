//! inverse, solve, det and logdet of 2-D tensors, by nalgebra's LU decomposition, in double precision whatever the scalar.
//!
//! Input: a square matrix. Output: a tensor or a scalar. Invariant: row-major entries are those of the transpose, column by column, so that
//! no copy is made but the conversion. The adjoints reuse the result: with C = A⁻¹, Ā = −Cᵀ C̄ Cᵀ; with X = A⁻¹B, B̄ = A⁻ᵀ X̄ and
//! Ā = −B̄ Xᵀ; of d = det A, Ā = d̄ d A⁻ᵀ (Giles 2008, *Collected matrix derivative results*).

use super::Tensor;
use super::dims::{Dims, ShapeError, checked};
use super::storage::Buffer;
use crate::differentiable::Tangent;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1, Rule2};
use nalgebra::{DMatrix, Dyn, LU};

/// The transpose of a square matrix, as nalgebra's.
fn transposed<T: Real>(op: &'static str, x: &Tensor<T>) -> Result<DMatrix<f64>, ShapeError> {
    match x.shape() {
        [m, n] if m == n => Ok(columns(x.as_slice(), *n)),
        _ => Err(ShapeError::new(op, &[x.dims()], "a square matrix is wanted")),
    }
}

/// Entries as a matrix, column by column, `rows` in each.
fn columns<T: Real>(entries: &[T], rows: usize) -> DMatrix<f64> {
    DMatrix::from_iterator(rows, entries.len().checked_div(rows).unwrap_or(0), entries.iter().map(|v| v.to_f64()))
}

/// Entries back, column by column.
fn entries<T: Real>(m: &DMatrix<f64>) -> Buffer<T> {
    m.as_slice().iter().map(|v| T::from_f64(*v)).collect()
}

impl<T: Real> Tensor<T> {
    /// A⁻¹ of a matrix.
    ///
    /// # Panics
    /// If the matrix is not square, or singular.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let a: Tensor<f64> = tensor![[2.0, 0.0], [0.0, 4.0]];
    /// assert_eq!(a.inverse(), tensor![[0.5, 0.0], [0.0, 0.25]]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn inverse(&self) -> Self {
        checked(self.try_inverse())
    }

    /// A⁻¹ of a matrix.
    ///
    /// # Errors
    /// If the matrix is not square, or singular.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let singular: Tensor<f64> = Tensor::zeros([2, 2]);
    /// assert_eq!(singular.try_inverse().unwrap_err().to_string(), "inverse: shape [2, 2]: the matrix is singular");
    /// ```
    pub fn try_inverse(&self) -> Result<Self, ShapeError> {
        match transposed("inverse", self)?.try_inverse() {
            Some(inverse) => Ok(Tensor::from_parts(*self.dims(), entries(&inverse))),
            None => Err(ShapeError::new("inverse", &[self.dims()], "the matrix is singular")),
        }
    }

    /// X with A X = B; A is `[n, n]`, B and X are `[n]` or `[n, k]`.
    ///
    /// # Panics
    /// If the shapes do not go together, or A is singular.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let a: Tensor<f64> = tensor![[2.0, 0.0], [0.0, 4.0]];
    /// assert_eq!(a.solve(&tensor![2.0, 2.0]), tensor![1.0, 0.5]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn solve(&self, b: &Tensor<T>) -> Self {
        checked(self.try_solve(b))
    }

    /// X with A X = B; A is `[n, n]`, B and X are `[n]` or `[n, k]`.
    ///
    /// # Errors
    /// If the shapes do not go together, or A is singular.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let a: Tensor<f64> = Tensor::eye(2);
    /// assert!(a.try_solve(&Tensor::ones([3])).is_err());
    /// ```
    pub fn try_solve(&self, b: &Tensor<T>) -> Result<Self, ShapeError> {
        solve(self, b, false)
    }

    /// The determinant of a matrix; 1 of that without entries. Its gradient is exact for singular matrices, too.
    ///
    /// # Panics
    /// If the matrix is not square.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let a: Tensor<f64> = tensor![[2.0, 0.0], [0.0, 4.0]];
    /// assert_eq!(a.det(), 8.0);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn det(&self) -> T {
        checked(self.try_det())
    }

    /// The determinant of a matrix.
    ///
    /// # Errors
    /// If the matrix is not square.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert!(Tensor::<f64>::ones([2, 3]).try_det().is_err());
    /// ```
    pub fn try_det(&self) -> Result<T, ShapeError> {
        Ok(T::from_f64(transposed("det", self)?.determinant()))
    }

    /// `ln det A`, without overflow: NaN for a negative determinant, −∞ for a singular matrix, as in PyTorch.
    ///
    /// # Panics
    /// If the matrix is not square.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let a: Tensor<f64> = tensor![[2.0, 0.0], [0.0, 4.0]];
    /// assert!((a.logdet() - 8.0_f64.ln()).abs() < 1e-12);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn logdet(&self) -> T {
        checked(self.try_logdet())
    }

    /// `ln det A`.
    ///
    /// # Errors
    /// If the matrix is not square.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert!(Tensor::<f64>::ones([2, 3]).try_logdet().is_err());
    /// ```
    pub fn try_logdet(&self) -> Result<T, ShapeError> {
        let lu = transposed("logdet", self)?.lu();
        let pivots = lu.u().diagonal();
        let sign = pivots.iter().fold(lu.p().determinant::<f64>(), |sign, u| if *u < 0.0 { -sign } else { sign });
        let sum: f64 = pivots.iter().map(|u| u.abs().ln()).sum();
        Ok(T::from_f64(if sign < 0.0 && sum > f64::NEG_INFINITY { f64::NAN } else { sum }))
    }
}

/// A⁻¹ B, or A⁻ᵀ B. nalgebra's matrix is Aᵀ, that of the entries of B is Bᵀ.
fn solve<T: Real>(a: &Tensor<T>, b: &Tensor<T>, transpose: bool) -> Result<Tensor<T>, ShapeError> {
    let wrong = |problem| ShapeError::new("solve", &[a.dims(), b.dims()], problem);
    let Ok(a_t) = transposed("solve", a) else { return Err(wrong("the first is not a square matrix")) };
    let n = a_t.nrows();
    if !matches!(b.ndim(), 1 | 2) || b.dims()[0] != n {
        return Err(wrong("the second has not as many rows as the first"));
    }
    if b.numel() == 0 {
        return Ok(b.clone());
    }
    let right = columns(b.as_slice(), b.numel() / n).transpose();
    let lu: LU<f64, Dyn, Dyn> = if transpose { a_t.lu() } else { a_t.transpose().lu() };
    match lu.solve(&right) {
        Some(x) => Ok(Tensor::from_parts(*b.dims(), entries(&x.transpose()))),
        None => Err(wrong("the matrix is singular")),
    }
}

/// The cofactors, det(A) A⁻ᵀ: ∂ det A / ∂A. Both factors come from one decomposition, so that the error of a tiny pivot cancels; from the
/// minors where a pivot is zero.
fn cofactors<T: Real>(a: &Tensor<T>) -> DMatrix<f64> {
    // Transposed throughout: entry (j, i) belongs to A's row i, column j.
    let m = columns(a.as_slice(), a.shape()[0]);
    let (n, lu) = (m.nrows(), m.clone().lu());
    match lu.try_inverse() {
        Some(inverse) => inverse.transpose() * lu.determinant(),
        None => DMatrix::from_fn(n, n, |i, j| {
            let minor = m.clone().remove_row(i).remove_column(j).determinant();
            if (i + j) % 2 == 0 { minor } else { -minor }
        }),
    }
}

/// A⁻ᵀ, transposed as all here: ∂ ln det A / ∂A. NaN for a singular matrix.
fn inverse_t<T: Real>(a: &Tensor<T>) -> DMatrix<f64> {
    let n = a.shape()[0];
    columns(a.as_slice(), n).try_inverse().map_or_else(|| DMatrix::from_element(n, n, f64::NAN), |i| i.transpose())
}

macro_rules! determinants {
    ($($op:ident: $gradient:ident;)*) => { $(
        impl<T: Real> Rule1<op::$op, (), T> for Tensor<T> {
            fn pull(x: Kept<Self>, (): &(), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {
                x_bar.add_entries(x.shape(), entries(&($gradient(x.value()) * z_bar.to_f64())));
            }
            fn push(x: Kept<Self>, (): &(), _: Kept<T>, x_dot: &Self) -> T {
                let gradient = $gradient(x.value());
                T::from_f64(gradient.iter().zip(x_dot.as_slice()).map(|(g, d)| *g * d.to_f64()).sum())
            }
        }
    )* };
}
determinants! { det: cofactors; logdet: inverse_t; }

impl<T: Real> Rule1<op::inverse, (), Tensor<T>> for Tensor<T> {
    fn pull(x: Kept<Self>, (): &(), z: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
        if !z_bar.is_zero() {
            let t = z.value().t();
            x_bar.add_entries(x.shape(), (-t.matmul(z_bar).matmul(&t)).into_data());
        }
    }
    fn push(_: Kept<Self>, (): &(), z: Kept<Self>, x_dot: &Self) -> Self {
        if x_dot.is_zero() { Tangent::zero() } else { -z.value().matmul(x_dot).matmul(z.value()) }
    }
}

/// A tensor with `rows` rows as a matrix.
fn matrix<T: Real>(x: &Tensor<T>, rows: usize) -> Tensor<T> {
    let dims = Dims::new(&[rows, x.numel().checked_div(rows).unwrap_or(0)]);
    Tensor { dims, data: x.data.clone() }
}

impl<T: Real> Rule2<op::solve, (), Tensor<T>, Tensor<T>> for Tensor<T> {
    fn pull_lhs(x: Kept<Self>, _: Kept<Self>, (): &(), z: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
        if !z_bar.is_zero() {
            let n = x.shape()[0];
            let b_bar = matrix(&checked(solve(x.value(), z_bar, true)), n);
            x_bar.add_entries(x.shape(), (-b_bar.matmul(&matrix(z.value(), n).t())).into_data());
        }
    }
    fn pull_rhs(x: Kept<Self>, y: Kept<Self>, (): &(), _: Kept<Self>, z_bar: &Self, y_bar: &mut Self) {
        if !z_bar.is_zero() {
            y_bar.add_entries(y.shape(), checked(solve(x.value(), z_bar, true)).into_data());
        }
    }
    fn push_lhs(x: Kept<Self>, _: Kept<Self>, (): &(), z: Kept<Self>, x_dot: &Self) -> Self {
        if x_dot.is_zero() { Tangent::zero() } else { -x.value().solve(&x_dot.matmul(z.value())) }
    }
    fn push_rhs(x: Kept<Self>, _: Kept<Self>, (): &(), _: Kept<Self>, y_dot: &Self) -> Self {
        if y_dot.is_zero() { Tangent::zero() } else { x.value().solve(y_dot) }
    }
}
