//! Entries of a matrix as places: `m[k]` and `m[(i, j)]`.
//!
//! Input: a matrix and an index. Output: a key that knows the shape, if that is dynamic, so that the entry's cotangent exists even where
//! the matrix's is still the symbolic zero. Invariant: a key holds one number and the dynamic dimensions.

use super::{MatrixShape, entries_of};
use crate::place::{Again, Elements, IndexBar, IndexDot, IndexKey, Unzip, owned};
use crate::real::Real;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimName, OMatrix};

/// The key of an entry: its place in memory, column by column, and the matrix's shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry<R, C> {
    index: usize,
    shape: MatrixShape<R, C>,
}

impl<R: Dim, C: Dim> Entry<R, C> {
    #[inline]
    fn new(shape: MatrixShape<R, C>, (row, column): (usize, usize)) -> Self {
        Entry { index: column.saturating_mul(shape.rows.value()).saturating_add(row), shape }
    }
}

impl<T: Real, R: Dim, C: Dim> IndexKey<usize> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Key = Entry<R, C>;
    type Rest = MatrixShape<R, C>;
    #[inline]
    fn key(&self, index: usize) -> Entry<R, C> {
        self.rest(index).again(index)
    }
    #[inline]
    fn rest(&self, _: usize) -> MatrixShape<R, C> {
        MatrixShape::of(self)
    }
}

impl<T: Real, R: Dim, C: Dim> IndexKey<(usize, usize)> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Key = Entry<R, C>;
    type Rest = MatrixShape<R, C>;
    #[inline]
    fn key(&self, index: (usize, usize)) -> Entry<R, C> {
        self.rest(index).again(index)
    }
    #[inline]
    fn rest(&self, _: (usize, usize)) -> MatrixShape<R, C> {
        MatrixShape::of(self)
    }
}

impl<R: Dim, C: Dim> Again<usize> for MatrixShape<R, C> {
    type Key = Entry<R, C>;
    #[inline]
    fn again(&self, index: usize) -> Entry<R, C> {
        Entry { index, shape: *self }
    }
}

impl<R: Dim, C: Dim> Again<(usize, usize)> for MatrixShape<R, C> {
    type Key = Entry<R, C>;
    #[inline]
    fn again(&self, index: (usize, usize)) -> Entry<R, C> {
        Entry::new(*self, index)
    }
}

impl<T: Real, R: Dim, C: Dim> Elements for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn count_of(&self) -> usize {
        self.len()
    }
}

impl<T: Real, R: Dim, C: Dim> IndexBar<Entry<R, C>> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Elem = T;
    #[inline]
    fn at(&mut self, key: Entry<R, C>) -> &mut T {
        &mut entries_of(self, &key.shape)[key.index]
    }
}

impl<T: Real, R: Dim, C: Dim> IndexDot<Entry<R, C>> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Part = T;
    type Elem = T;
    #[inline]
    fn peek(&self, key: Entry<R, C>) -> Option<&T> {
        self.as_slice().get(key.index)
    }
    #[inline]
    fn get(&self, key: Entry<R, C>) -> T {
        owned(self.peek(key))
    }
}

/// A matrix whose shape is in its type has its entries in place: an index is its own key.
macro_rules! static_entries {
    ($($index:ty),*) => { $(
        impl<T: Real, R: DimName, C: DimName> IndexBar<$index> for OMatrix<T, R, C>
        where
            DefaultAllocator: Allocator<R, C>,
        {
            type Elem = T;
            #[inline(always)]
            fn at(&mut self, index: $index) -> &mut T {
                &mut self[index]
            }
        }
        impl<T: Real, R: DimName, C: DimName> IndexDot<$index> for OMatrix<T, R, C>
        where
            DefaultAllocator: Allocator<R, C>,
        {
            type Part = T;
            type Elem = T;
            #[inline(always)]
            fn peek(&self, index: $index) -> Option<&T> {
                <OMatrix<T, R, C>>::get(self, index)
            }
            #[inline(always)]
            fn get(&self, index: $index) -> T {
                owned(self.peek(index))
            }
        }
    )* };
}
static_entries!(usize, (usize, usize));

/// What a closure of `map` yields in forward mode.
impl<T: Real, R: Dim, C: Dim> Unzip for OMatrix<(T, T), R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Values = OMatrix<T, R, C>;
    type Dots = OMatrix<T, R, C>;
    fn unzip(self) -> (OMatrix<T, R, C>, OMatrix<T, R, C>) {
        (self.map(|(value, _)| value), self.map(|(_, dot)| dot))
    }
}
