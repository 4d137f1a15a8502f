//! Operations of a matrix and a scalar: `*`, `/`, `scale`, `unscale`, `add_scalar`.
//!
//! Input: a matrix and a scalar, or for `*` a scalar and a matrix. Output: the rules. Invariant: all entries of the matrix's cotangent
//! have one factor; the scalar's cotangent is a sum over the entries.

use super::{MatrixShape, add_each, inner, map_each};
use crate::differentiable::Tangent;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule2};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix};
use std::iter::repeat;

/// żᵢ = ṡ fᵢ; the symbolic zero if ṡ is zero.
#[inline]
fn spread<T: Real, R: Dim, C: Dim>(shape: &MatrixShape<R, C>, s_dot: T, factors: impl Iterator<Item = T>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    if s_dot.is_zero() {
        return Tangent::zero();
    }
    OMatrix::from_iterator_generic(shape.rows, shape.columns, factors.take(shape.len()).map(|f| s_dot * f))
}

macro_rules! with_scalar {
    ($($name:ident<$T:ident>($m:ident, $s:ident), keep $($k:ident)* => $d:expr, keep $($l:ident)* => $e:expr;)*) => { $(
        #[allow(unused_variables, reason = "a rule reads what its row keeps")]
        impl<$T: Real, R: Dim, C: Dim> Rule2<op::$name, (), $T, OMatrix<$T, R, C>> for OMatrix<$T, R, C>
        where
            DefaultAllocator: Allocator<R, C>,
        {
            #[inline]
            fn pull_lhs($m: Kept<Self>, $s: Kept<$T>, _: &(), _: Kept<Self>, z_bar: &Self, m_bar: &mut Self) {
                let shape = *$m.shape();
                $(let $k = *$k.value();)*
                add_each(m_bar, &shape, z_bar.as_slice(), repeat($d));
            }
            #[inline]
            fn pull_rhs($m: Kept<Self>, $s: Kept<$T>, _: &(), _: Kept<Self>, z_bar: &Self, s_bar: &mut $T) {
                $(let $l = $l.value();)*
                *s_bar += inner(z_bar.as_slice(), $e);
            }
            #[inline]
            fn push_lhs($m: Kept<Self>, $s: Kept<$T>, _: &(), z: Kept<Self>, m_dot: &Self) -> Self {
                $(let $k = *$k.value();)*
                map_each(z.shape(), m_dot.as_slice(), repeat($d))
            }
            #[inline]
            fn push_rhs($m: Kept<Self>, $s: Kept<$T>, _: &(), z: Kept<Self>, s_dot: &$T) -> Self {
                $(let $l = $l.value();)*
                spread(z.shape(), *s_dot, $e)
            }
        }
    )* };
}
with_scalar! {
    Mul<T>(m, s), keep s => s, keep m => m.iter().copied();
    Div<T>(m, s), keep s => s.recip(), keep m s => m.iter().map(|m| -*m / (*s * *s));
    scale<T>(m, s), keep s => s, keep m => m.iter().copied();
    unscale<T>(m, s), keep s => s.recip(), keep m s => m.iter().map(|m| -*m / (*s * *s));
    add_scalar<T>(m, s), keep => T::ONE, keep => repeat(T::ONE);
}

/// z = s m: the rule of `m * s`, the operands exchanged.
impl<T: Real, R: Dim, C: Dim> Rule2<op::Mul, (), OMatrix<T, R, C>, OMatrix<T, R, C>> for T
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn pull_lhs(s: Kept<T>, m: Kept<OMatrix<T, R, C>>, p: &(), z: Kept<OMatrix<T, R, C>>, z_bar: &OMatrix<T, R, C>, s_bar: &mut T) {
        <OMatrix<T, R, C> as Rule2<op::Mul, (), T, _>>::pull_rhs(m, s, p, z, z_bar, s_bar);
    }
    #[inline]
    fn pull_rhs(
        s: Kept<T>,
        m: Kept<OMatrix<T, R, C>>,
        p: &(),
        z: Kept<OMatrix<T, R, C>>,
        z_bar: &OMatrix<T, R, C>,
        m_bar: &mut OMatrix<T, R, C>,
    ) {
        <OMatrix<T, R, C> as Rule2<op::Mul, (), T, _>>::pull_lhs(m, s, p, z, z_bar, m_bar);
    }
    #[inline]
    fn push_lhs(s: Kept<T>, m: Kept<OMatrix<T, R, C>>, p: &(), z: Kept<OMatrix<T, R, C>>, s_dot: &T) -> OMatrix<T, R, C> {
        <OMatrix<T, R, C> as Rule2<op::Mul, (), T, _>>::push_rhs(m, s, p, z, s_dot)
    }
    #[inline]
    fn push_rhs(s: Kept<T>, m: Kept<OMatrix<T, R, C>>, p: &(), z: Kept<OMatrix<T, R, C>>, m_dot: &OMatrix<T, R, C>) -> OMatrix<T, R, C> {
        <OMatrix<T, R, C> as Rule2<op::Mul, (), T, _>>::push_lhs(m, s, p, z, m_dot)
    }
}
