//! What generated code keeps of an operand for the way back, and the zeros that its cotangents start from.
//!
//! Input: an operand. Output: its [`Witness`] (type and shape), a [`Held`] (the value too, where a user's rule may read it), or the value as it is;
//! from each a [`Kept`]. Invariant: none of them borrows what a pullback must not hold.

use super::{Inert, Kept};
use crate::differentiable::ownness::Ownness;
use crate::differentiable::{Differentiable, Tangent};
use std::marker::PhantomData;

/// The type and shape of a value, without the value: what linear operations keep.
#[doc(hidden)]
pub struct Witness<T: ?Sized + Differentiable>(T::Shape, PhantomData<fn(&T)>);

impl<T: ?Sized + Differentiable> Witness<T> {
    /// The shape of what was witnessed.
    #[inline(always)]
    pub fn shape(&self) -> &T::Shape {
        &self.0
    }
}

impl<T: ?Sized + Differentiable> Clone for Witness<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Witness(self.0.clone(), PhantomData)
    }
}

/// The type of a value's tangent alone: of what may hold references, which a pullback must not.
#[doc(hidden)]
pub struct Kind<B>(PhantomData<fn() -> B>);

impl<B> Clone for Kind<B> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<B> Copy for Kind<B> {}

/// The type of the tangent of a value that is yet to come: rustc infers it.
#[inline(always)]
#[doc(hidden)]
pub fn kind<B>() -> Kind<B> {
    Kind(PhantomData)
}

/// Says of which value.
#[inline(always)]
#[doc(hidden)]
pub fn learn<T: ?Sized + Differentiable>(_: &Kind<T::Tangent>, _: &T) {}

/// What knows the type of a tangent.
#[doc(hidden)]
pub trait Knows {
    /// That type.
    type Tangent: Tangent;
}
impl<T: ?Sized + Differentiable> Knows for Witness<T> {
    type Tangent = T::Tangent;
}
impl<B: Tangent> Knows for Kind<B> {
    type Tangent = B;
}

/// The zero tangent of what was witnessed, without a shape.
#[inline(always)]
#[doc(hidden)]
pub fn zero<W: Knows>(_: &W) -> W::Tangent {
    Tangent::zero()
}

/// The zero tangent of what was witnessed on some path.
#[inline(always)]
#[doc(hidden)]
pub fn zero_of<B: Tangent>(_: &Kind<B>) -> B {
    B::blank()
}

/// An operand without its value.
#[inline(always)]
#[doc(hidden)]
pub fn kept<B: ?Sized + Differentiable>(witness: &Witness<B>) -> Kept<'_, B> {
    Kept { value: None, shape: witness.0.clone() }
}

/// The cotangent, which is zero afterwards: what a statement wrote is overwritten on the way back.
#[inline(always)]
#[doc(hidden)]
pub fn take<B: Cleared>(bar: &mut B) -> B {
    std::mem::replace(bar, B::cleared())
}

/// What is left where a cotangent was taken.
#[doc(hidden)]
pub trait Cleared {
    /// The zero.
    fn cleared() -> Self;
}
impl<B: Tangent> Cleared for B {
    #[inline(always)]
    fn cleared() -> B {
        B::zero()
    }
}
impl Cleared for Inert {
    #[inline(always)]
    fn cleared() -> Inert {
        Inert
    }
}

/// Witnesses a value; of a reference, what is behind it, so that a witness borrows nothing.
#[inline(always)]
#[doc(hidden)]
pub fn witness<T: ?Sized + Differentiable>(value: &T) -> Witness<T::Base> {
    Witness(value.shape(), PhantomData)
}

/// Tangents of types whose `a += b` is `a = a + b`, entry by entry.
#[diagnostic::on_unimplemented(
    message = "a compound assignment to a type of the user's own, whose tangent is `{Self}`, is not differentiated",
    label = "what this assignment does is not known",
    note = "write `a = a + b`, with `#[differentiable]` on the `impl` of the operator"
)]
#[doc(hidden)]
pub trait Arithmetic {}
impl Arithmetic for f32 {}
impl Arithmetic for f64 {}
impl Arithmetic for () {}
impl Arithmetic for Inert {}

/// Asks that a compound assignment means what it means for numbers.
#[inline(always)]
#[doc(hidden)]
pub fn arithmetic<B: ?Sized + Arithmetic>(_: &B) {}

/// An operand that a row does not keep: its shape, and its value where one of the operands is of a user's type, whose rule may read it.
#[doc(hidden)]
pub struct Held<B: ?Sized + Differentiable + ToOwned, O: Ownness> {
    shape: B::Shape,
    value: O::Held<B>,
}

/// Holds an operand that a row does not keep; `other` is the other one.
#[inline(always)]
#[doc(hidden)]
pub fn held<T, U>(value: &T, _: &U) -> Held<T::Base, <T::Own as Ownness>::Or<U::Own>>
where
    T: ?Sized + Differentiable<Base: ToOwned>,
    U: ?Sized + Differentiable,
{
    Held { shape: value.shape(), value: <<T::Own as Ownness>::Or<U::Own> as Ownness>::hold(value.base()) }
}

/// What is known of an operand that was held.
#[inline(always)]
#[doc(hidden)]
pub fn seen<B: ?Sized + Differentiable + ToOwned, O: Ownness>(held: &Held<B, O>) -> Kept<'_, B> {
    Kept { shape: held.shape.clone(), value: O::get(&held.value) }
}

/// An operand with its value.
#[inline(always)]
#[doc(hidden)]
pub fn value<T: ?Sized + Differentiable>(value: &T) -> Kept<'_, T::Base> {
    Kept { shape: value.shape(), value: Some(value.base()) }
}
