//! nalgebra's owned matrices and vectors, static and dynamic, are differentiable; their rules are in the modules below.
//!
//! Input: an `OMatrix<T, R, C>`. Output: its tangent, of the same type. Invariant: the symbolic zero of a type with a dynamic dimension
//! has no rows or no columns; a static matrix is always whole. Entries lie column by column.
//!
//! ```
//! use nalgebra::{Matrix2, Vector2};
//! use pullback::prelude::*;
//! #[differentiable]
//! fn energy(a: Matrix2<f64>, x: Vector2<f64>) -> f64 {
//!     0.5 * x.dot(&(a * x))
//! }
//! let (a_bar, x_bar) = energy::grad(Matrix2::identity(), Vector2::new(1.0, 2.0));
//! assert_eq!(x_bar, Vector2::new(1.0, 2.0));
//! assert_eq!(a_bar, Matrix2::new(0.5, 1.0, 1.0, 2.0));
//! ```

use crate::differentiable::{Differentiable, Parameters, Tangent, Visitor};
use crate::real::Real;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix};

mod componentwise;
pub(crate) mod coordinates;
mod decompositions;
pub(crate) mod entries;
mod inverse;
mod parts;
mod products;
mod reductions;
mod scalars;
mod triangular;
mod unary;

/// The dimensions of a matrix; those known to the type take no space.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MatrixShape<R, C> {
    /// The number of rows.
    pub rows: R,
    /// The number of columns.
    pub columns: C,
}

impl<R: Dim, C: Dim> MatrixShape<R, C> {
    fn of<T: Real>(matrix: &OMatrix<T, R, C>) -> Self
    where
        DefaultAllocator: Allocator<R, C>,
    {
        let (rows, columns) = matrix.shape_generic();
        MatrixShape { rows, columns }
    }

    /// The number of entries.
    fn len(&self) -> usize {
        self.rows.value() * self.columns.value()
    }

    fn filled<T: Real>(self, entry: T) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        OMatrix::from_element_generic(self.rows, self.columns, entry)
    }
}

/// Dynamic dimensions are zero.
impl<R: Dim, C: Dim> Default for MatrixShape<R, C> {
    #[inline]
    fn default() -> Self {
        let rows = R::from_usize(R::try_to_usize().unwrap_or(0));
        MatrixShape { rows, columns: C::from_usize(C::try_to_usize().unwrap_or(0)) }
    }
}

/// The entries of a cotangent; the symbolic zero becomes that of the shape.
#[inline]
fn entries_of<'a, T: Real, R: Dim, C: Dim>(bar: &'a mut OMatrix<T, R, C>, shape: &MatrixShape<R, C>) -> &'a mut [T]
where
    DefaultAllocator: Allocator<R, C>,
{
    if bar.is_empty() && shape.len() > 0 {
        *bar = shape.filled(T::ZERO);
    }
    bar.as_mut_slice()
}

/// x̄ᵢ += z̄ᵢ fᵢ; nothing if z̄ is the symbolic zero.
#[inline]
fn add_each<T: Real, R: Dim, C: Dim>(bar: &mut OMatrix<T, R, C>, shape: &MatrixShape<R, C>, z_bar: &[T], factors: impl Iterator<Item = T>)
where
    DefaultAllocator: Allocator<R, C>,
{
    if z_bar.is_empty() {
        return;
    }
    for ((bar, z), factor) in entries_of(bar, shape).iter_mut().zip(z_bar).zip(factors) {
        *bar += *z * factor;
    }
}

/// żᵢ = ẋᵢ fᵢ; the symbolic zero if ẋ is.
#[inline]
fn map_each<T: Real, R: Dim, C: Dim>(shape: &MatrixShape<R, C>, x_dot: &[T], factors: impl Iterator<Item = T>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    if x_dot.is_empty() {
        return OMatrix::zero();
    }
    OMatrix::from_iterator_generic(shape.rows, shape.columns, x_dot.iter().zip(factors).map(|(x, f)| *x * f))
}

/// Σ aᵢ fᵢ.
#[inline]
fn inner<T: Real>(a: &[T], factors: impl Iterator<Item = T>) -> T {
    a.iter().zip(factors).map(|(a, f)| *a * f).sum()
}

impl<T: Real, R: Dim, C: Dim> Tangent for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn zero() -> Self {
        MatrixShape::default().filled(T::ZERO)
    }
    #[inline]
    fn blank() -> Self {
        MatrixShape::default().filled(-T::ZERO)
    }
    #[inline]
    fn is_zero(&self) -> bool {
        self.iter().all(|x| *x == T::ZERO)
    }
    #[inline]
    fn accumulate(&mut self, other: Self) {
        if self.is_empty() {
            *self = other;
        } else if !other.is_empty() {
            assert_eq!(MatrixShape::of(self), MatrixShape::of(&other), "two cotangents of one matrix have different shapes");
            for (bar, term) in self.as_mut_slice().iter_mut().zip(other.as_slice()) {
                *bar += *term;
            }
        }
    }
    #[inline]
    fn scale(&mut self, factor: f64) {
        let factor = T::from_f64(factor);
        self.as_mut_slice().iter_mut().for_each(|x| *x *= factor);
    }
    #[inline]
    fn dot(&self, other: &Self) -> f64 {
        self.as_slice().iter().zip(other.as_slice()).map(|(a, b)| a.to_f64() * b.to_f64()).sum()
    }
}

/// The tangent of a matrix is a matrix of the same type.
impl<T: Real, R: Dim, C: Dim> Differentiable for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Tangent = Self;
    crate::owned_differentiable!();
    type Shape = MatrixShape<R, C>;
    #[inline(always)]
    fn shape(&self) -> MatrixShape<R, C> {
        MatrixShape::of(self)
    }
    #[inline]
    fn zero_tangent(&self) -> Self {
        MatrixShape::of(self).filled(T::ZERO)
    }
    #[inline]
    fn finish(&self, tangent: &mut Self) {
        entries_of(tangent, &MatrixShape::of(self));
    }
}

impl<T: Real, R: Dim, C: Dim> crate::rule::Arithmetic for OMatrix<T, R, C> where DefaultAllocator: Allocator<R, C> {}

impl<T: Real, R: Dim, C: Dim> Parameters for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    fn visit(&mut self, tangent: Option<&Self>, visitor: &mut dyn Visitor) {
        T::visit_run(self.as_mut_slice(), tangent.map_or(&[], |t| t.as_slice()), visitor);
    }
}
