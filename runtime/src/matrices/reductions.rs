//! Operations of one matrix that yield a scalar: `sum`, `mean`, `norm`, `norm_squared`, `magnitude`, `magnitude_squared`, `trace`.
//!
//! Input: a matrix. Output: the rules. Invariant: a row gives the factor of each entry; `norm` has the subgradient 0 at 0.

use super::{entries_of, inner};
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix};
use std::iter::{repeat, repeat_n};

macro_rules! reductions {
    ($($name:ident<$T:ident>($x:ident; $n:ident) = $z:ident, keep $($k:ident)* => $d:expr;)*) => { $(
        #[allow(unused_variables, reason = "a rule reads what its row keeps")]
        impl<$T: Real, R: Dim, C: Dim> Rule1<op::$name, (), $T> for OMatrix<$T, R, C>
        where
            DefaultAllocator: Allocator<R, C>,
        {
            #[inline]
            fn pull($x: Kept<Self>, _: &(), $z: Kept<$T>, z_bar: &$T, x_bar: &mut Self) {
                let (shape, $n) = (*$x.shape(), $x.shape().len());
                $(let $k = $k.value();)*
                for (bar, factor) in entries_of(x_bar, &shape).iter_mut().zip($d) {
                    *bar += *z_bar * factor;
                }
            }
            #[inline]
            fn push($x: Kept<Self>, _: &(), $z: Kept<$T>, x_dot: &Self) -> $T {
                let $n = $x.shape().len();
                $(let $k = $k.value();)*
                inner(x_dot.as_slice(), $d)
            }
        }
    )* };
}
reductions! {
    sum<T>(x; n) = z, keep => repeat(T::ONE);
    mean<T>(x; n) = z, keep => repeat_n(T::from_f64(n as f64).recip(), n);
    norm<T>(x; n) = z, keep x z => x.iter().map(|x| along(*x, *z));
    magnitude<T>(x; n) = z, keep x z => x.iter().map(|x| along(*x, *z));
    norm_squared<T>(x; n) = z, keep x => x.iter().map(|x| T::TWO * *x);
    magnitude_squared<T>(x; n) = z, keep x => x.iter().map(|x| T::TWO * *x);
}

/// x / ‖x‖, and 0 where the norm is 0.
#[inline(always)]
fn along<T: Real>(x: T, norm: T) -> T {
    if norm == T::ZERO { T::ZERO } else { x / norm }
}

/// z = Σ xᵢᵢ of a square matrix.
impl<T: Real, R: Dim, C: Dim> Rule1<op::trace, (), T> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn pull(x: Kept<Self>, _: &(), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {
        let step = x.shape().rows.value() + 1;
        for bar in entries_of(x_bar, x.shape()).iter_mut().step_by(step) {
            *bar += *z_bar;
        }
    }
    #[inline]
    fn push(x: Kept<Self>, _: &(), _: Kept<T>, x_dot: &Self) -> T {
        x_dot.as_slice().iter().step_by(x.shape().rows.value() + 1).sum()
    }
}
