//! Functions as arguments: what a caller hands to a differentiable function that takes a closure.
//!
//! Input: the closure, with its forward sweep and its pullback beside it, and the values it captures. Output: what the callee calls in their stead.
//! Invariant: the cotangents of what is captured are one value, that of the tuple of all captures; each call adds to it.

use crate::differentiable::{Differentiable, Tangent};
use crate::rule::Witness;
use std::marker::PhantomData;

/// What a closure captures: its tangent's type alone.
pub struct Captures<B>(PhantomData<fn() -> B>);

impl<B> std::fmt::Debug for Captures<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Captures")
    }
}
impl<B> Clone for Captures<B> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<B> Copy for Captures<B> {}

/// The tangent is that of what is captured.
impl<B: Tangent> Differentiable for Captures<B> {
    type Tangent = B;
    crate::owned_differentiable!();
    type Shape = ();
    #[inline(always)]
    fn shape(&self) {}
    #[inline(always)]
    fn zero_tangent(&self) -> B {
        B::zero()
    }
}

/// What a closure captures, of a tuple of references to it.
#[inline(always)]
pub fn captures<T: ?Sized + Differentiable>(_: &T) -> Captures<T::Tangent> {
    Captures(PhantomData)
}

/// The cotangent of a closure's parameter, or an own variable where the callee does not want it.
#[inline(always)]
pub fn parameter_bar<'a, T: ?Sized + Differentiable>(
    of: &Witness<T>,
    bar: Option<&'a mut T::Bar>,
    own: &'a mut T::Tangent,
) -> &'a mut T::Bar {
    match bar {
        Some(bar) => bar,
        None => {
            T::lengthen(of.shape(), own);
            T::bar(own)
        }
    }
}

/// The tangent of a closure's parameter, or zero.
#[inline(always)]
pub fn parameter_dot<'a, T: ?Sized + Differentiable>(value: &T, dot: Option<&'a T::Bar>, own: &'a mut T::Tangent) -> &'a T::Bar {
    match dot {
        Some(dot) => dot,
        None => {
            value.prepare(own);
            T::bar(own)
        }
    }
}
