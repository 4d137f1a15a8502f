//! The entry points by which generated code calls a rule, and where cotangents go and tangents come from.
//!
//! Input: an operation's marker, what was kept of its operands, a cotangent or a tangent. Output: additions to a cotangent, or a tangent.
//! Invariant: the rule is chosen by the types alone.

use super::{Kept, Rule1, Rule2};
use crate::differentiable::{Differentiable, Tangent};

/// The cotangent, or tangent, of a field that is marked `#[constant]`: there is none, whatever the field's type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[doc(hidden)]
pub struct Inert;

/// Where a cotangent of type `B` is added to.
#[doc(hidden)]
pub trait Target<B> {
    /// Lets `f` add to it.
    fn with(&mut self, f: impl FnOnce(&mut B));
}
impl<B: Tangent> Target<B> for B {
    #[inline(always)]
    fn with(&mut self, f: impl FnOnce(&mut B)) {
        f(self);
    }
}
/// Part of a cotangent, of which the rule of a list adds to the whole.
impl<B: Tangent> Target<Vec<B>> for [B] {
    #[inline]
    fn with(&mut self, f: impl FnOnce(&mut Vec<B>)) {
        let mut own = vec![B::zero(); self.len()];
        f(&mut own);
        self.iter_mut().zip(own).for_each(|(bar, term)| bar.accumulate(term));
    }
}
impl<B> Target<B> for Inert {
    #[inline(always)]
    fn with(&mut self, _: impl FnOnce(&mut B)) {}
}

/// Where a tangent of type `B` comes from.
#[doc(hidden)]
pub trait Source<B> {
    /// The tangent, unless it is zero by its kind.
    fn tangent(&self) -> Option<&B>;
}
impl<B: Tangent> Source<B> for B {
    #[inline(always)]
    fn tangent(&self) -> Option<&B> {
        Some(self)
    }
}
impl<B> Source<B> for Inert {
    #[inline(always)]
    fn tangent(&self) -> Option<&B> {
        None
    }
}

/// x̄ += (∂y/∂x)ᵀ ȳ, the rule chosen by the types.
#[inline(always)]
#[doc(hidden)]
pub fn pull<Op, P, X, Y>(_: Op, x: Kept<X>, p: &P, y: Kept<Y>, y_bar: &Y::Tangent, x_bar: &mut (impl Target<X::Tangent> + ?Sized))
where
    X: ?Sized + Rule1<Op, P, Y>,
    Y: ?Sized + Differentiable,
{
    x_bar.with(|x_bar| X::pull(x, p, y, y_bar, x_bar));
}

/// ẏ = (∂y/∂x) ẋ.
#[inline(always)]
#[doc(hidden)]
pub fn push<Op, P, X, Y>(_: Op, x: Kept<X>, p: &P, y: Kept<Y>, x_dot: &impl Source<X::Tangent>) -> Y::Tangent
where
    X: ?Sized + Rule1<Op, P, Y>,
    Y: ?Sized + Differentiable,
{
    x_dot.tangent().map_or_else(Tangent::zero, |x_dot| X::push(x, p, y, x_dot))
}

macro_rules! binary_entry {
    ($($(#[$doc:meta])* $name:ident($bar:ident: $side:ident);)*) => { $(
        $(#[$doc])*
        #[inline(always)]
        #[doc(hidden)]
        pub fn $name<Op, P, X, Y, Z>(_: Op, x: Kept<X>, y: Kept<Y>, p: &P, z: Kept<Z>, z_bar: &Z::Tangent, $bar: &mut (impl Target<$side::Tangent> + ?Sized))
        where
            X: ?Sized + Rule2<Op, P, Y, Z>,
            Y: ?Sized + Differentiable,
            Z: ?Sized + Differentiable,
        {
            $bar.with(|bar| X::$name(x, y, p, z, z_bar, bar));
        }
    )* };
}
binary_entry! {
    /// x̄ += (∂z/∂x)ᵀ z̄.
    pull_lhs(x_bar: X);
    /// ȳ += (∂z/∂y)ᵀ z̄.
    pull_rhs(y_bar: Y);
}

macro_rules! binary_push {
    ($($(#[$doc:meta])* $name:ident($dot:ident: $side:ident);)*) => { $(
        $(#[$doc])*
        #[inline(always)]
        #[doc(hidden)]
        pub fn $name<Op, P, X, Y, Z>(_: Op, x: Kept<X>, y: Kept<Y>, p: &P, z: Kept<Z>, $dot: &impl Source<$side::Tangent>) -> Z::Tangent
        where
            X: ?Sized + Rule2<Op, P, Y, Z>,
            Y: ?Sized + Differentiable,
            Z: ?Sized + Differentiable,
        {
            $dot.tangent().map_or_else(Tangent::zero, |dot| X::$name(x, y, p, z, dot))
        }
    )* };
}
binary_push! {
    /// (∂z/∂x) ẋ.
    push_lhs(x_dot: X);
    /// (∂z/∂y) ẏ.
    push_rhs(y_dot: Y);
}

/// A contribution to a cotangent: zero, whatever a partial derivative was, if what it comes from was not used.
#[inline(always)]
#[doc(hidden)]
pub fn used<T: crate::real::Real>(bar: T, part: T) -> T {
    // both are there before the choice, so that a loop makes it without a jump
    if bar == T::ZERO { T::ZERO } else { part }
}

/// Whether none of these cotangents is zero: then no contribution of theirs need be tested.
#[inline(always)]
#[doc(hidden)]
pub fn no_zeros<T: crate::real::Real>(bars: &[T]) -> bool {
    bars.iter().fold(true, |all, bar| all & (*bar != T::ZERO))
}
