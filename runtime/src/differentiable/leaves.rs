//! The leaves: numbers, what carries no gradient, and references to what is differentiable.
//!
//! Input: a type of the standard library. Output: its tangent. Invariant: a reference's tangent is that of what it points at; the tangent of what
//! carries no gradient has no size.

use super::{Differentiable, Parameters, Tangent, Visitor, ownness};

impl Tangent for () {
    #[inline(always)]
    fn zero() -> Self {}
    #[inline(always)]
    fn is_zero(&self) -> bool {
        true
    }
    #[inline(always)]
    fn accumulate(&mut self, (): Self) {}
    #[inline(always)]
    fn scale(&mut self, _: f64) {}
    #[inline(always)]
    fn dot(&self, (): &Self) -> f64 {
        0.0
    }
}

/// The part of an implementation of [`Differentiable`] that all owned types share.
#[doc(hidden)]
#[macro_export]
macro_rules! owned_differentiable {
    () => {
        type Own = $crate::differentiable::ownness::Library;
        $crate::owned_differentiable!(@places);
    };
    (@places) => {
        type Bar = Self::Tangent;
        type Base = Self;
        #[inline(always)]
        fn base(&self) -> &Self {
            self
        }
        #[inline(always)]
        fn bar(tangent: &mut Self::Tangent) -> &mut Self::Tangent {
            tangent
        }
    };
}

/// Types that carry no gradient: their tangent is `()`.
///
/// ```
/// use pullback::prelude::*;
/// #[derive(Clone, Copy, Debug)]
/// enum Unit {
///     Metre,
/// }
/// pullback::inert!(Unit);
///
/// #[derive(Differentiable, Clone, Debug)]
/// struct Length {
///     value: f64,
///     unit: Unit,
/// }
/// #[differentiable]
/// fn area(l: &Length) -> f64 {
///     l.value * l.value
/// }
/// assert_eq!(area::grad(&Length { value: 3.0, unit: Unit::Metre }).value, 6.0);
/// ```
#[macro_export]
macro_rules! inert {
    ($($t:ty),* $(,)?) => { $(
        impl $crate::Differentiable for $t {
            type Tangent = ();
            $crate::owned_differentiable!();
            type Shape = ();
            #[inline(always)]
            fn shape(&self) {}
            #[inline(always)]
            fn zero_tangent(&self) {}
        }
        impl $crate::Parameters for $t {
            fn visit(&mut self, _: Option<&()>, _: &mut dyn $crate::Visitor) {}
        }
    )* };
}
inert!((), bool, char, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, String);

impl Differentiable for str {
    type Tangent = ();
    type Bar = ();
    type Base = str;
    type Own = ownness::Library;
    type Shape = ();
    fn base(&self) -> &str {
        self
    }
    fn shape(&self) {}
    fn zero_tangent(&self) {}
    fn bar(tangent: &mut ()) -> &mut () {
        tangent
    }
}

macro_rules! float {
    ($($t:ident),*) => { $(
        impl Tangent for $t {
            #[inline(always)]
            fn zero() -> Self { 0.0 }
            #[inline(always)]
            fn blank() -> Self { -0.0 }
            #[inline(always)]
            fn is_zero(&self) -> bool { *self == 0.0 }
            #[inline(always)]
            fn accumulate(&mut self, other: Self) { *self += other; }
            #[inline(always)]
            fn scale(&mut self, factor: f64) { *self *= factor as $t; }
            #[inline(always)]
            fn dot(&self, other: &Self) -> f64 { f64::from(*self) * f64::from(*other) }
        }
        impl Differentiable for $t {
            type Tangent = $t;
            $crate::owned_differentiable!();
            type Shape = ();
            #[inline(always)]
            fn shape(&self) {}
            #[inline(always)]
            fn zero_tangent(&self) -> $t { 0.0 }
        }
        impl Parameters for $t {
            fn visit(&mut self, tangent: Option<&$t>, visitor: &mut dyn Visitor) {
                visitor.$t(std::slice::from_mut(self), tangent.map_or(&[], std::slice::from_ref));
            }
            fn visit_run(values: &mut [$t], tangents: &[$t], visitor: &mut dyn Visitor) {
                match tangents.len() {
                    0 => visitor.$t(values, &[]),
                    n if n >= values.len() => visitor.$t(values, &tangents[..values.len()]),
                    _ => {
                        let mut padded = tangents.to_vec();
                        padded.resize(values.len(), 0.0);
                        visitor.$t(values, &padded);
                    }
                }
            }
        }
    )* };
}
float!(f32, f64);

macro_rules! reference {
    ($($t:ty),*) => { $(
        impl<T: Differentiable + ?Sized> Differentiable for $t {
            type Tangent = T::Tangent;
            type Bar = T::Bar;
            type Base = T::Base;
            type Own = T::Own;
            type Shape = T::Shape;
            #[inline(always)]
            fn base(&self) -> &Self::Base { T::base(self) }
            #[inline(always)]
            fn shape(&self) -> Self::Shape { T::shape(self) }
            #[inline(always)]
            fn zero_tangent(&self) -> Self::Tangent { T::zero_tangent(self) }
            #[inline(always)]
            fn bar(tangent: &mut Self::Tangent) -> &mut Self::Bar { T::bar(tangent) }
            #[inline(always)]
            fn prepare(&self, tangent: &mut Self::Tangent) { T::prepare(self, tangent) }
            #[inline(always)]
            fn finish(&self, tangent: &mut Self::Tangent) { T::finish(self, tangent) }
            #[inline(always)]
            fn lengthen(shape: &Self::Shape, tangent: &mut Self::Tangent) { T::lengthen(shape, tangent) }
            #[inline(always)]
            fn fit(shape: &Self::Shape, bar: &mut Self::Bar) { T::fit(shape, bar) }
        }
    )* };
}
reference!(&T, &mut T);
