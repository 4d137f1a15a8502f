//! Types of the standard library that carry no gradient, beside the integers.
//!
//! Input: ranges, markers, times. Output: the tangent `()`. Invariant: nothing here holds a float that a function could depend on smoothly.

use crate::differentiable::{Differentiable, Parameters, Visitor};
use crate::inert;
use std::marker::PhantomData;
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

macro_rules! inert_ranges {
    ($($t:ty),*) => {
        inert!($(Range<$t>, RangeInclusive<$t>, RangeFrom<$t>, RangeTo<$t>, RangeToInclusive<$t>),*);
    };
}
inert_ranges!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, char);
inert!(RangeFull, std::cmp::Ordering, std::time::Duration, std::time::Instant);

impl<T: ?Sized> Differentiable for PhantomData<T> {
    type Tangent = ();
    crate::owned_differentiable!();
    type Shape = ();
    #[inline(always)]
    fn shape(&self) {}
    #[inline(always)]
    fn zero_tangent(&self) {}
}

impl<T: ?Sized> Parameters for PhantomData<T> {
    fn visit(&mut self, _: Option<&()>, _: &mut dyn Visitor) {}
}
