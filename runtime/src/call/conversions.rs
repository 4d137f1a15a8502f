//! Conversions that move entries and do nothing else: between slices, arrays, `Vec` and boxed slices, and from `f32` to `f64`.
//!
//! Input: a value and what it was converted to, in the primal. Output: that the pair is one of those whose tangents are converted in the same way
//! (`Given`, `AddTo`). Invariant: a conversion that a user has written is never taken for one of these, whatever the tangents' types.

use super::{AddTo, Given};
use crate::differentiable::{Differentiable, Tangent};
use std::array::TryFromSliceError;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

/// What is converted: its type without references.
#[derive(Debug)]
pub struct Original<T: ?Sized>(PhantomData<fn(&T)>);

/// What is converted.
#[inline(always)]
pub fn converted_from<T: ?Sized + Differentiable>(_: &T) -> Original<T::Base> {
    Original(PhantomData)
}

/// What it was converted to.
#[inline(always)]
pub fn converted<A: ?Sized + Converts<B::Base>, B: Differentiable>(_: Original<A>, value: B) -> B {
    value
}

/// A conversion that moves entries.
#[diagnostic::on_unimplemented(
    message = "the conversion of `{Self}` into `{B}` is not differentiated",
    label = "not known to be a conversion that only moves numbers",
    note = "write a function for it, with `#[differentiable]`, and call that"
)]
pub trait Converts<B: ?Sized> {}

impl<T: ?Sized> Converts<T> for T {}
impl Converts<f64> for f32 {}

macro_rules! converts {
    ($($from:ty => $($to:ty),*;)*) => { $($(impl<T> Converts<$to> for $from {})*)* };
}
converts! {
    [T] => Vec<T>, Box<[T]>, Rc<[T]>, Arc<[T]>;
    Vec<T> => Box<[T]>, Rc<[T]>, Arc<[T]>;
    Box<[T]> => Vec<T>;
}
macro_rules! converts_arrays {
    ($($from:ty => $($to:ty),*;)*) => { $($(impl<T, const N: usize> Converts<$to> for $from {})*)* };
}
converts_arrays! {
    [T] => [T; N], Result<[T; N], TryFromSliceError>, Result<&[T; N], TryFromSliceError>;
    Vec<T> => [T; N], Result<[T; N], Vec<T>>;
    [T; N] => Vec<T>, [T], Box<[T]>, Rc<[T]>, Arc<[T]>;
}

impl<B: Tangent, const N: usize> AddTo<[B; N]> for Vec<B> {
    fn add(&mut self, cotangent: [B; N]) {
        self.accumulate(cotangent.into());
    }
}
impl AddTo<f64> for f32 {
    #[allow(clippy::cast_possible_truncation, reason = "the cotangent of the narrower type")]
    fn add(&mut self, cotangent: f64) {
        *self += cotangent as f32;
    }
}
impl<B: Tangent> AddTo<Vec<B>> for Box<Vec<B>> {
    fn add(&mut self, cotangent: Vec<B>) {
        self.accumulate(Box::new(cotangent));
    }
}

/// Of what is boxed, or there at all: what is in it.
macro_rules! inside {
    ($([$($generics:tt)*] $bar:ty;)*) => { $(
        impl<B: Tangent, C, $($generics)*> AddTo<Box<C>> for $bar
        where
            Self: AddTo<C>,
        {
            fn add(&mut self, cotangent: Box<C>) {
                self.add(*cotangent);
            }
        }
        impl<B: Tangent, C, $($generics)*> AddTo<Option<C>> for $bar
        where
            Self: AddTo<C>,
        {
            fn add(&mut self, cotangent: Option<C>) {
                if let Some(cotangent) = cotangent {
                    self.add(cotangent);
                }
            }
        }
    )* };
}
inside! {
    [] Vec<B>;
    [] [B];
    [const N: usize] [B; N];
}

impl Given<f64> for f32 {
    fn given(&self) -> f64 {
        (*self).into()
    }
}
impl<B: Tangent, const N: usize> Given<Vec<B>> for [B; N] {
    fn given(&self) -> Vec<B> {
        self.to_vec()
    }
}
impl<B: Tangent, const N: usize> Given<Box<Vec<B>>> for [B; N] {
    fn given(&self) -> Box<Vec<B>> {
        Box::new(self.to_vec())
    }
}
impl<B: Tangent> Given<Box<Vec<B>>> for Vec<B> {
    fn given(&self) -> Box<Vec<B>> {
        Box::new(self.clone())
    }
}
impl<B: Tangent> Given<Vec<B>> for Box<Vec<B>> {
    fn given(&self) -> Vec<B> {
        (**self).clone()
    }
}
impl<B: Tangent, C> Given<Option<C>> for Vec<B>
where
    Self: Given<C>,
{
    fn given(&self) -> Option<C> {
        Some(self.given())
    }
}
