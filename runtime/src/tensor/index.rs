//! Single entries: `t[[i, j]]`, `t[i]`, `item()`.
//!
//! Input: indices. Output: an entry, in place. Invariant: an index out of range panics with the shape.

use super::Tensor;
use super::dims::Dims;
use crate::place::{IndexBar, IndexDot, IndexKey, Whole};
use crate::real::Real;
use std::ops::{Index, IndexMut};

#[track_caller]
fn offset(dims: &Dims, index: &[usize]) -> usize {
    assert!(dims.len() == index.len() && dims.iter().zip(index).all(|(d, i)| i < d), "index {index:?} is out of range for shape {dims:?}");
    dims.iter().zip(index).fold(0, |at, (d, i)| at * d + i)
}

impl<T: Real, const N: usize> Index<[usize; N]> for Tensor<T> {
    type Output = T;
    #[track_caller]
    fn index(&self, index: [usize; N]) -> &T {
        &self.as_slice()[offset(self.dims(), &index)]
    }
}

impl<T: Real, const N: usize> IndexMut<[usize; N]> for Tensor<T> {
    #[track_caller]
    fn index_mut(&mut self, index: [usize; N]) -> &mut T {
        let at = offset(self.dims(), &index);
        &mut self.as_mut_slice()[at]
    }
}

impl<T: Real> Index<usize> for Tensor<T> {
    type Output = T;
    #[track_caller]
    fn index(&self, index: usize) -> &T {
        &self[[index]]
    }
}

impl<T: Real> IndexMut<usize> for Tensor<T> {
    #[track_caller]
    fn index_mut(&mut self, index: usize) -> &mut T {
        &mut self[[index]]
    }
}

impl<T: Real> Tensor<T> {
    /// The only entry of a tensor with one.
    ///
    /// # Panics
    /// If it has any other number of entries.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor<f64> = tensor![[4.0]];
    /// assert_eq!(x.item(), 4.0);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn item(&self) -> T {
        match self.as_slice() {
            [one] => *one,
            _ => panic!("item: shape {:?} has not one entry", self.dims()),
        }
    }
}

/// An entry of a tensor: where it is, and the shape, by which a symbolic zero becomes zeros.
#[derive(Clone, Copy, Debug)]
pub struct TensorEntry {
    at: usize,
    dims: Dims,
}

impl<T: Real, const N: usize> IndexKey<[usize; N]> for Tensor<T> {
    type Key = TensorEntry;
    type Rest = Whole<TensorEntry>;
    fn key(&self, index: [usize; N]) -> TensorEntry {
        TensorEntry { at: offset(self.dims(), &index), dims: *self.dims() }
    }
    fn rest(&self, index: [usize; N]) -> Whole<TensorEntry> {
        Whole(self.key(index))
    }
}

impl<T: Real> IndexKey<usize> for Tensor<T> {
    type Key = TensorEntry;
    type Rest = Whole<TensorEntry>;
    fn key(&self, index: usize) -> TensorEntry {
        self.key([index])
    }
    fn rest(&self, index: usize) -> Whole<TensorEntry> {
        self.rest([index])
    }
}

impl<T: Real> IndexBar<TensorEntry> for Tensor<T> {
    type Elem = T;
    fn at(&mut self, key: TensorEntry) -> &mut T {
        &mut self.zeroed(&key.dims)[key.at]
    }
}

impl<T: Real> IndexDot<TensorEntry> for Tensor<T> {
    type Elem = T;
    type Part = T;
    fn peek(&self, key: TensorEntry) -> Option<&T> {
        self.as_slice().get(key.at)
    }
    fn get(&self, key: TensorEntry) -> T {
        self.peek(key).copied().unwrap_or(T::ZERO)
    }
}
