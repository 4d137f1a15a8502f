//! `try_inverse` and `determinant` of a square matrix, in double precision whatever the scalar.
//!
//! Input: a matrix. Output: the rules. Invariant: where there is no inverse there is no gradient of it; that of the determinant is the
//! matrix of cofactors, which exists all the same.

use super::{MatrixShape, entries_of};
use crate::differentiable::Tangent;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1};
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, OMatrix};

fn double<T: Real, D: Dim>(shape: &MatrixShape<D, D>, entries: &[T]) -> DMatrix<f64> {
    DMatrix::from_iterator(shape.rows.value(), shape.columns.value(), entries.iter().map(|x| x.to_f64()))
}

/// z = x⁻¹: x̄ −= zᵀ z̄ zᵀ.
impl<T: Real, D: Dim> Rule1<op::try_inverse, (), Option<OMatrix<T, D, D>>> for OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    fn pull(x: Kept<Self>, (): &(), z: Kept<Option<Self>>, z_bar: &Option<Self>, x_bar: &mut Self) {
        let (Some(z), Some(z_bar)) = (z.value(), z_bar) else { return };
        if z_bar.is_empty() {
            return;
        }
        let (z_t, z_bar) = (double(x.shape(), z.as_slice()).transpose(), double(x.shape(), z_bar.as_slice()));
        let term = &z_t * z_bar * &z_t;
        for (bar, t) in entries_of(x_bar, x.shape()).iter_mut().zip(term.as_slice()) {
            *bar -= T::from_f64(*t);
        }
    }
    fn push(x: Kept<Self>, (): &(), z: Kept<Option<Self>>, x_dot: &Self) -> Option<Self> {
        let z = z.value().as_ref()?;
        if x_dot.is_empty() {
            return Some(Tangent::zero());
        }
        let (z, x_dot) = (double(x.shape(), z.as_slice()), double(x.shape(), x_dot.as_slice()));
        let term = -(&z * x_dot * &z);
        Some(OMatrix::from_iterator_generic(x.shape().rows, x.shape().columns, term.iter().map(|t| T::from_f64(*t))))
    }
}

/// The matrix of cofactors: det(x) x⁻ᵀ, or the determinants of the minors where x is singular.
pub(super) fn cofactors(x: &DMatrix<f64>) -> DMatrix<f64> {
    let n = x.nrows();
    match x.clone().try_inverse() {
        Some(inverse) => inverse.transpose() * x.determinant(),
        None => DMatrix::from_fn(n, n, |i, j| {
            let sign = if (i + j) % 2 == 0 { 1.0 } else { -1.0 };
            sign * x.clone().remove_row(i).remove_column(j).determinant()
        }),
    }
}

/// z = det x: x̄ += z̄ cof(x).
impl<T: Real, D: Dim> Rule1<op::determinant, (), T> for OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    fn pull(x: Kept<Self>, (): &(), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {
        let factors = cofactors(&double(x.shape(), x.value().as_slice()));
        for (bar, f) in entries_of(x_bar, x.shape()).iter_mut().zip(factors.as_slice()) {
            *bar += *z_bar * T::from_f64(*f);
        }
    }
    fn push(x: Kept<Self>, (): &(), _: Kept<T>, x_dot: &Self) -> T {
        let factors = cofactors(&double(x.shape(), x.value().as_slice()));
        x_dot.as_slice().iter().zip(factors.as_slice()).map(|(x, f)| *x * T::from_f64(*f)).sum()
    }
}
