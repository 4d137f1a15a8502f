//! Parts of matrices, and matrices made of lists: `row`, `column`, `from_vec`, `from_row_slice`, `from_column_slice`, `from_diagonal`.
//!
//! Input: a matrix or a list. Output: the rules. Invariant: entries are moved, never changed: the adjoint adds each entry of z̄ where it came from.

use super::{MatrixShape, entries_of};
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix, U1};

/// z = x eⱼ, a column.
impl<T: Real, R: Dim, C: Dim> Rule1<op::column, (usize,), OMatrix<T, R, U1>> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C> + Allocator<R, U1>,
{
    #[inline]
    fn pull(x: Kept<Self>, &(j,): &(usize,), _: Kept<OMatrix<T, R, U1>>, z_bar: &OMatrix<T, R, U1>, x_bar: &mut Self) {
        let rows = x.shape().rows.value();
        for (bar, z) in entries_of(x_bar, x.shape())[j * rows..].iter_mut().zip(z_bar.as_slice()) {
            *bar += *z;
        }
    }
    #[inline]
    fn push(x: Kept<Self>, &(j,): &(usize,), z: Kept<OMatrix<T, R, U1>>, x_dot: &Self) -> OMatrix<T, R, U1> {
        let (rows, shape) = (x.shape().rows.value(), *z.shape());
        let part = x_dot.as_slice().get(j * rows..(j + 1) * rows).unwrap_or_default();
        let missing = std::iter::repeat_n(T::ZERO, rows - part.len());
        OMatrix::from_iterator_generic(shape.rows, shape.columns, part.iter().copied().chain(missing))
    }
}

/// z = eᵢᵀ x, a row.
impl<T: Real, R: Dim, C: Dim> Rule1<op::row, (usize,), OMatrix<T, U1, C>> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C> + Allocator<U1, C>,
{
    #[inline]
    fn pull(x: Kept<Self>, &(i,): &(usize,), _: Kept<OMatrix<T, U1, C>>, z_bar: &OMatrix<T, U1, C>, x_bar: &mut Self) {
        let rows = x.shape().rows.value();
        for (bar, z) in entries_of(x_bar, x.shape()).iter_mut().skip(i).step_by(rows).zip(z_bar.as_slice()) {
            *bar += *z;
        }
    }
    #[inline]
    fn push(x: Kept<Self>, &(i,): &(usize,), z: Kept<OMatrix<T, U1, C>>, x_dot: &Self) -> OMatrix<T, U1, C> {
        let (rows, shape) = (x.shape().rows.value(), *z.shape());
        let entry = |j: usize| x_dot.as_slice().get(j * rows + i).copied().unwrap_or(T::ZERO);
        OMatrix::from_iterator_generic(shape.rows, shape.columns, (0..shape.columns.value()).map(entry))
    }
}

/// The position in a list, row by row, of the entry `k` of a matrix, which lies column by column.
fn by_rows<R: Dim, C: Dim>(shape: &MatrixShape<R, C>, k: usize) -> usize {
    let (rows, columns) = (shape.rows.value().max(1), shape.columns.value());
    (k % rows) * columns + k / rows
}

macro_rules! lists {
    ($($op:ident |$shape:ident, $k:ident| $at:expr;)*) => { $(
        lists!(@one $op |$shape, $k| $at; [] [T], x_bar => { if x_bar.len() < $shape.len() { x_bar.resize($shape.len(), T::ZERO); } });
        lists!(@one $op |$shape, $k| $at; [] Vec<T>, x_bar => { if x_bar.len() < $shape.len() { x_bar.resize($shape.len(), T::ZERO); } });
        lists!(@one $op |$shape, $k| $at; [const N: usize] [T; N], x_bar => {});
    )* };
    (@one $op:ident |$shape:ident, $k:ident| $at:expr; [$($g:tt)*] $t:ty, $x_bar:ident => $grow:block) => {
        /// z holds the entries of the list.
        impl<T: Real, R: Dim, C: Dim, $($g)*> Rule1<op::$op, (), OMatrix<T, R, C>> for $t
        where
            DefaultAllocator: Allocator<R, C>,
        {
            #[inline]
            fn pull(_: Kept<Self>, (): &(), z: Kept<OMatrix<T, R, C>>, z_bar: &OMatrix<T, R, C>, $x_bar: &mut Self::Tangent) {
                let $shape = z.shape();
                let _ = $shape;
                $grow
                for ($k, z) in z_bar.as_slice().iter().enumerate() {
                    $x_bar[$at] += *z;
                }
            }
            #[inline]
            fn push(_: Kept<Self>, (): &(), z: Kept<OMatrix<T, R, C>>, x_dot: &Self::Tangent) -> OMatrix<T, R, C> {
                let $shape = z.shape();
                let entry = |$k: usize| x_dot.get($at).copied().unwrap_or(T::ZERO);
                OMatrix::from_iterator_generic($shape.rows, $shape.columns, (0..$shape.len()).map(entry))
            }
        }
    };
}
lists! {
    from_column_slice |shape, k| k;
    from_row_slice |shape, k| by_rows(shape, k);
}

/// z = diag(x).
impl<T: Real, D: Dim> Rule1<op::from_diagonal, (), OMatrix<T, D, D>> for OMatrix<T, D, U1>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D, U1>,
{
    #[inline]
    fn pull(x: Kept<Self>, (): &(), _: Kept<OMatrix<T, D, D>>, z_bar: &OMatrix<T, D, D>, x_bar: &mut Self) {
        let step = x.shape().rows.value() + 1;
        for (bar, z) in entries_of(x_bar, x.shape()).iter_mut().zip(z_bar.as_slice().iter().step_by(step)) {
            *bar += *z;
        }
    }
    #[inline]
    fn push(_: Kept<Self>, (): &(), z: Kept<OMatrix<T, D, D>>, x_dot: &Self) -> OMatrix<T, D, D> {
        let mut z_dot = z.shape().filled(T::ZERO);
        let step = z.shape().rows.value() + 1;
        for (z, x) in z_dot.as_mut_slice().iter_mut().step_by(step).zip(x_dot.as_slice()) {
            *z = *x;
        }
        z_dot
    }
}
