//! Operations of two matrices, entry by entry: `+`, `−`, `component_mul`, `component_div`, and their inner product `dot`.
//!
//! Input: two matrices of one shape, whose dimensions may be static in one and dynamic in the other. Output: the rules.
//! Invariant: a row names what it keeps, and the factor of each entry's cotangent.

use super::{MatrixShape, add_each, inner, map_each};
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule2};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix};
use std::iter::{repeat, zip};

macro_rules! componentwise {
    ($($name:ident<$T:ident>($x:ident, $y:ident), keep $($k:ident)* => $d:expr, keep $($l:ident)* => $e:expr;)*) => { $(
        #[allow(unused_variables, reason = "a rule reads what its row keeps")]
        impl<$T: Real, R1: Dim, C1: Dim, R2: Dim, C2: Dim, R3: Dim, C3: Dim>
            Rule2<op::$name, (), OMatrix<$T, R2, C2>, OMatrix<$T, R3, C3>> for OMatrix<$T, R1, C1>
        where
            DefaultAllocator: Allocator<R1, C1> + Allocator<R2, C2> + Allocator<R3, C3>,
        {
            #[inline]
            fn pull_lhs($x: Kept<Self>, $y: Kept<OMatrix<$T, R2, C2>>, _: &(), _: Kept<OMatrix<$T, R3, C3>>,
                z_bar: &OMatrix<$T, R3, C3>, x_bar: &mut Self) {
                let shape = *$x.shape();
                $(let $k = $k.value().as_slice();)*
                add_each(x_bar, &shape, z_bar.as_slice(), $d);
            }
            #[inline]
            fn pull_rhs($x: Kept<Self>, $y: Kept<OMatrix<$T, R2, C2>>, _: &(), _: Kept<OMatrix<$T, R3, C3>>,
                z_bar: &OMatrix<$T, R3, C3>, y_bar: &mut OMatrix<$T, R2, C2>) {
                let shape = *$y.shape();
                $(let $l = $l.value().as_slice();)*
                add_each(y_bar, &shape, z_bar.as_slice(), $e);
            }
            #[inline]
            fn push_lhs($x: Kept<Self>, $y: Kept<OMatrix<$T, R2, C2>>, _: &(), z: Kept<OMatrix<$T, R3, C3>>,
                x_dot: &Self) -> OMatrix<$T, R3, C3> {
                $(let $k = $k.value().as_slice();)*
                map_each(z.shape(), x_dot.as_slice(), $d)
            }
            #[inline]
            fn push_rhs($x: Kept<Self>, $y: Kept<OMatrix<$T, R2, C2>>, _: &(), z: Kept<OMatrix<$T, R3, C3>>,
                y_dot: &OMatrix<$T, R2, C2>) -> OMatrix<$T, R3, C3> {
                $(let $l = $l.value().as_slice();)*
                map_each(z.shape(), y_dot.as_slice(), $e)
            }
        }
    )* };
}
componentwise! {
    Add<T>(x, y), keep => repeat(T::ONE), keep => repeat(T::ONE);
    Sub<T>(x, y), keep => repeat(T::ONE), keep => repeat(-T::ONE);
    component_mul<T>(x, y), keep y => y.iter().copied(), keep x => x.iter().copied();
    component_div<T>(x, y), keep y => y.iter().map(|y| y.recip()), keep x y => zip(x, y).map(|(x, y)| -*x / (*y * *y));
}

/// z = Σ xᵢ yᵢ.
impl<T: Real, R1: Dim, C1: Dim, R2: Dim, C2: Dim> Rule2<op::dot, (), OMatrix<T, R2, C2>, T> for OMatrix<T, R1, C1>
where
    DefaultAllocator: Allocator<R1, C1> + Allocator<R2, C2>,
{
    #[inline]
    fn pull_lhs(x: Kept<Self>, y: Kept<OMatrix<T, R2, C2>>, _: &(), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {
        add_each(x_bar, x.shape(), y.value().as_slice(), repeat(*z_bar));
    }
    #[inline]
    fn pull_rhs(x: Kept<Self>, y: Kept<OMatrix<T, R2, C2>>, _: &(), _: Kept<T>, z_bar: &T, y_bar: &mut OMatrix<T, R2, C2>) {
        add_each(y_bar, y.shape(), x.value().as_slice(), repeat(*z_bar));
    }
    #[inline]
    fn push_lhs(_: Kept<Self>, y: Kept<OMatrix<T, R2, C2>>, _: &(), _: Kept<T>, x_dot: &Self) -> T {
        inner(x_dot.as_slice(), y.value().iter().copied())
    }
    #[inline]
    fn push_rhs(x: Kept<Self>, _: Kept<OMatrix<T, R2, C2>>, _: &(), _: Kept<T>, y_dot: &OMatrix<T, R2, C2>) -> T {
        inner(y_dot.as_slice(), x.value().iter().copied())
    }
}

/// z = x × y, three entries each, as columns or as rows: x̄ += y × z̄, ȳ += z̄ × x.
impl<T: Real, R1: Dim, C1: Dim, R2: Dim, C2: Dim, R3: Dim, C3: Dim> Rule2<op::cross, (), OMatrix<T, R2, C2>, OMatrix<T, R3, C3>>
    for OMatrix<T, R1, C1>
where
    DefaultAllocator: Allocator<R1, C1> + Allocator<R2, C2> + Allocator<R3, C3>,
{
    #[inline]
    fn pull_lhs(
        x: Kept<Self>,
        y: Kept<OMatrix<T, R2, C2>>,
        _: &(),
        _: Kept<OMatrix<T, R3, C3>>,
        z_bar: &OMatrix<T, R3, C3>,
        x_bar: &mut Self,
    ) {
        add_cross(x_bar, x.shape(), y.value().as_slice(), z_bar.as_slice());
    }
    #[inline]
    fn pull_rhs(
        x: Kept<Self>,
        y: Kept<OMatrix<T, R2, C2>>,
        _: &(),
        _: Kept<OMatrix<T, R3, C3>>,
        z_bar: &OMatrix<T, R3, C3>,
        y_bar: &mut OMatrix<T, R2, C2>,
    ) {
        add_cross(y_bar, y.shape(), z_bar.as_slice(), x.value().as_slice());
    }
    #[inline]
    fn push_lhs(_: Kept<Self>, y: Kept<OMatrix<T, R2, C2>>, _: &(), z: Kept<OMatrix<T, R3, C3>>, x_dot: &Self) -> OMatrix<T, R3, C3> {
        let mut z_dot = crate::Tangent::zero();
        add_cross(&mut z_dot, z.shape(), x_dot.as_slice(), y.value().as_slice());
        z_dot
    }
    #[inline]
    fn push_rhs(
        x: Kept<Self>,
        _: Kept<OMatrix<T, R2, C2>>,
        _: &(),
        z: Kept<OMatrix<T, R3, C3>>,
        y_dot: &OMatrix<T, R2, C2>,
    ) -> OMatrix<T, R3, C3> {
        let mut z_dot = crate::Tangent::zero();
        add_cross(&mut z_dot, z.shape(), x.value().as_slice(), y_dot.as_slice());
        z_dot
    }
}

/// c += a × b; nothing if either is a symbolic zero.
#[inline]
fn add_cross<T: Real, R: Dim, C: Dim>(c: &mut OMatrix<T, R, C>, shape: &MatrixShape<R, C>, a: &[T], b: &[T])
where
    DefaultAllocator: Allocator<R, C>,
{
    if let (&[a0, a1, a2], &[b0, b1, b2]) = (a, b) {
        let product = [a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0];
        add_each(c, shape, &product, repeat(T::ONE));
    }
}
