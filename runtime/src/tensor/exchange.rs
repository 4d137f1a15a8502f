//! To and from nalgebra.
//!
//! Input: a tensor, or a vector, matrix or view of nalgebra. Output: the other. Invariant: nalgebra's storage is column-major, a tensor's is
//! row-major, so a matrix's memory is that of the transposed tensor: it is taken as it is, and put in order only when somebody reads it so.
//! A product reads it either way.

use super::Tensor;
use super::dims::Dims;
use super::storage::{Buffer, Storage};
use crate::real::Real;
use nalgebra::{DMatrix, DVector, Dim, Matrix, RawStorage, Scalar};

/// Columns one after the other.
fn from_columns<T: Real>(rows: usize, columns: usize, entries: Buffer<T>) -> Tensor<T> {
    Tensor::from_parts(Dims::new(&[columns, rows]), entries).flipped()
}

impl<T: Real + Scalar> From<DVector<T>> for Tensor<T> {
    /// Takes the vector's memory.
    fn from(v: DVector<T>) -> Self {
        let entries: Vec<T> = v.data.into();
        Tensor::from_parts(Dims::new(&[entries.len()]), entries.into())
    }
}

impl<T: Real + Scalar> From<DMatrix<T>> for Tensor<T> {
    /// Takes the matrix's memory.
    fn from(m: DMatrix<T>) -> Self {
        let (rows, columns) = m.shape();
        let entries: Vec<T> = m.data.into();
        from_columns(rows, columns, entries.into())
    }
}

impl<T: Real + Scalar, R: Dim, C: Dim, S: RawStorage<T, R, C>> From<&Matrix<T, R, C, S>> for Tensor<T> {
    /// A copy. What is a column by its type becomes a tensor of one dimension, all else one of two.
    fn from(m: &Matrix<T, R, C, S>) -> Self {
        let (rows, columns) = m.shape();
        let entries = m.iter().copied().collect();
        match C::try_to_usize() {
            Some(1) => Tensor::from_parts(Dims::new(&[rows]), entries),
            _ => from_columns(rows, columns, entries),
        }
    }
}

impl<T: Real + Scalar> Tensor<T> {
    /// A 2-D tensor as a matrix of nalgebra, copied.
    ///
    /// # Panics
    /// If it has not two dimensions.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor<f64> = tensor![[1.0, 2.0], [3.0, 4.0]];
    /// assert_eq!(x.to_dmatrix()[(1, 0)], 3.0);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn to_dmatrix(&self) -> DMatrix<T> {
        self.clone().into_dmatrix()
    }

    /// A 2-D tensor as a matrix of nalgebra. Takes the memory of a transpose, or of what came from nalgebra, if nobody shares it.
    ///
    /// # Panics
    /// If it has not two dimensions.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor<f64> = tensor![[1.0, 2.0], [3.0, 4.0]];
    /// assert_eq!(Tensor::from(x.clone().into_dmatrix()), x);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn into_dmatrix(self) -> DMatrix<T> {
        let [rows, columns] = self.dims()[..] else { panic!("into_dmatrix: shape {:?} has not two dimensions", self.dims()) };
        let columns_first = self.flipped();
        drop(self);
        let entries = columns_first.data.map_or_else(|| Buffer::empty(0), Storage::into_buffer);
        DMatrix::from_vec(rows, columns, entries.into())
    }

    /// The entries as a vector of nalgebra; takes the memory if nobody shares it.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor<f64> = tensor![1.0, 2.0];
    /// assert_eq!(x.into_dvector()[1], 2.0);
    /// ```
    #[must_use]
    pub fn into_dvector(self) -> DVector<T> {
        DVector::from_vec(self.into_data().into())
    }
}
