//! Derivative rules: what a rule's author writes, and the entry points that generated code calls.
//!
//! Input: an operation's marker (`op::matmul`), its operands, the cotangent of its result. Output: additions to the
//! cotangents of the operands. Invariant: rules speak of the types behind all references
//! ([`Differentiable::Base`]), so that each is written once.

use crate::differentiable::ownness::Ownness;
use crate::differentiable::{Differentiable, Tangent};
use std::marker::PhantomData;

/// An operand as a rule sees it: its value if the operation's row in the table keeps it, else its shape alone. See [`Rule1`].
pub struct Kept<'a, B: ?Sized + Differentiable> {
    value: Option<&'a B>,
    shape: B::Shape,
}

impl<'a, B: ?Sized + Differentiable> Kept<'a, B> {
    /// The value.
    ///
    /// # Panics
    /// If the operation's row does not keep it: a mistake in the row, found by its gradient check.
    #[inline(always)]
    pub fn value(&self) -> &'a B {
        self.value.expect("the operation's row in the table does not keep this value")
    }

    /// The shape.
    #[inline(always)]
    pub fn shape(&self) -> &B::Shape {
        &self.shape
    }
}

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
    B::zero()
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
pub trait Arithmetic {}
impl Arithmetic for f32 {}
impl Arithmetic for f64 {}
impl Arithmetic for () {}
impl Arithmetic for Inert {}

/// Asks that a compound assignment means what it means for numbers.
#[inline(always)]
pub fn arithmetic<B: ?Sized + Arithmetic>(_: &B) {}

/// An operand that a row does not keep: its shape, and its value where one of the operands is of a user's type, whose rule may read it.
pub struct Held<B: ?Sized + Differentiable + ToOwned, O: Ownness> {
    shape: B::Shape,
    value: O::Held<B>,
}

/// Holds an operand that a row does not keep; `other` is the other one.
#[inline(always)]
pub fn held<T, U>(value: &T, _: &U) -> Held<T::Base, <T::Own as Ownness>::Or<U::Own>>
where
    T: ?Sized + Differentiable<Base: ToOwned>,
    U: ?Sized + Differentiable,
{
    Held { shape: value.shape(), value: <<T::Own as Ownness>::Or<U::Own> as Ownness>::hold(value.base()) }
}

/// What is known of an operand that was held.
#[inline(always)]
pub fn seen<B: ?Sized + Differentiable + ToOwned, O: Ownness>(held: &Held<B, O>) -> Kept<'_, B> {
    Kept { shape: held.shape.clone(), value: O::get(&held.value) }
}

/// An operand with its value.
#[inline(always)]
#[doc(hidden)]
pub fn value<T: ?Sized + Differentiable>(value: &T) -> Kept<'_, T::Base> {
    Kept { shape: value.shape(), value: Some(value.base()) }
}

/// A unary operation `y = op(x; p)`; `p` is the tuple of its parameters that carry no gradient.
///
/// A type of one's own has the operations of the table for which it has a rule:
///
/// ```
/// use pullback::op;
/// use pullback::prelude::*;
/// use pullback::rule::{Kept, Rule1};
///
/// #[derive(Differentiable, Clone, Copy, Debug)]
/// struct Angle {
///     turns: f64,
/// }
/// const TURN: f64 = std::f64::consts::TAU;
///
/// impl Angle {
///     fn sin(self) -> f64 {
///         (TURN * self.turns).sin()
///     }
/// }
///
/// impl Rule1<op::sin, (), f64> for Angle {
///     fn pull(x: Kept<Self>, (): &(), _: Kept<f64>, y_bar: &f64, x_bar: &mut AngleTangent) {
///         x_bar.turns += y_bar * TURN * (TURN * x.value().turns).cos();
///     }
///     fn push(x: Kept<Self>, (): &(), _: Kept<f64>, x_dot: &AngleTangent) -> f64 {
///         x_dot.turns * TURN * (TURN * x.value().turns).cos()
///     }
/// }
///
/// #[differentiable]
/// fn height(a: Angle) -> f64 {
///     2.0 * a.sin()
/// }
/// assert_eq!(height::grad(Angle { turns: 0.0 }).turns, 2.0 * TURN);
/// ```
#[diagnostic::on_unimplemented(
    message = "this operation on `{Self}` has no derivative rule",
    label = "no rule for `{Self}`",
    note = "a rule is an implementation of `pullback::rule::Rule1`; if no gradient is meant, write `no_grad! {{ … }}`"
)]
pub trait Rule1<Op, P, Y: ?Sized + Differentiable>: Differentiable {
    /// Adds x̄ += (∂y/∂x)ᵀ ȳ.
    fn pull(x: Kept<Self>, p: &P, y: Kept<Y>, y_bar: &Y::Tangent, x_bar: &mut Self::Tangent);
    /// ẏ = (∂y/∂x) ẋ.
    fn push(x: Kept<Self>, p: &P, y: Kept<Y>, x_dot: &Self::Tangent) -> Y::Tangent;
    /// What generated code calls: [`pull`] as a method, so that a missing rule is said in the same words of both sweeps.
    #[doc(hidden)]
    #[inline(always)]
    fn adjoint(op: Op, x: Kept<Self>, p: &P, y: Kept<Y>, y_bar: &Y::Tangent, x_bar: &mut (impl Target<Self::Tangent> + ?Sized)) {
        pull(op, x, p, y, y_bar, x_bar);
    }
    /// [`push`] as a method.
    #[doc(hidden)]
    #[inline(always)]
    fn tangent(op: Op, x: Kept<Self>, p: &P, y: Kept<Y>, x_dot: &impl Source<Self::Tangent>) -> Y::Tangent {
        push(op, x, p, y, x_dot)
    }
}

/// A binary operation `z = op(x, y; p)`.
#[diagnostic::on_unimplemented(
    message = "this operation on `{Self}` has no derivative rule",
    label = "no rule for `{Self}` here",
    note = "a rule is an implementation of `pullback::rule::Rule2`; if no gradient is meant, write `no_grad! {{ … }}`"
)]
pub trait Rule2<Op, P, R: ?Sized + Differentiable, Z: ?Sized + Differentiable>: Differentiable {
    /// Adds x̄ += (∂z/∂x)ᵀ z̄.
    fn pull_lhs(x: Kept<Self>, y: Kept<R>, p: &P, z: Kept<Z>, z_bar: &Z::Tangent, x_bar: &mut Self::Tangent);
    /// Adds ȳ += (∂z/∂y)ᵀ z̄.
    fn pull_rhs(x: Kept<Self>, y: Kept<R>, p: &P, z: Kept<Z>, z_bar: &Z::Tangent, y_bar: &mut R::Tangent);
    /// (∂z/∂x) ẋ.
    fn push_lhs(x: Kept<Self>, y: Kept<R>, p: &P, z: Kept<Z>, x_dot: &Self::Tangent) -> Z::Tangent;
    /// (∂z/∂y) ẏ.
    fn push_rhs(x: Kept<Self>, y: Kept<R>, p: &P, z: Kept<Z>, y_dot: &R::Tangent) -> Z::Tangent;
    /// What generated code calls: [`pull_lhs`] as a method, so that a missing rule is said in the same words of both sweeps.
    #[doc(hidden)]
    #[inline(always)]
    fn adjoint_lhs(
        op: Op,
        x: Kept<Self>,
        y: Kept<R>,
        p: &P,
        z: Kept<Z>,
        z_bar: &Z::Tangent,
        x_bar: &mut (impl Target<Self::Tangent> + ?Sized),
    ) {
        pull_lhs(op, x, y, p, z, z_bar, x_bar);
    }
    /// [`pull_rhs`] as a method.
    #[doc(hidden)]
    #[inline(always)]
    fn adjoint_rhs(
        op: Op,
        x: Kept<Self>,
        y: Kept<R>,
        p: &P,
        z: Kept<Z>,
        z_bar: &Z::Tangent,
        y_bar: &mut (impl Target<R::Tangent> + ?Sized),
    ) {
        pull_rhs(op, x, y, p, z, z_bar, y_bar);
    }
    /// [`push_lhs`] as a method.
    #[doc(hidden)]
    #[inline(always)]
    fn tangent_lhs(op: Op, x: Kept<Self>, y: Kept<R>, p: &P, z: Kept<Z>, x_dot: &impl Source<Self::Tangent>) -> Z::Tangent {
        push_lhs(op, x, y, p, z, x_dot)
    }
    /// [`push_rhs`] as a method.
    #[doc(hidden)]
    #[inline(always)]
    fn tangent_rhs(op: Op, x: Kept<Self>, y: Kept<R>, p: &P, z: Kept<Z>, y_dot: &impl Source<R::Tangent>) -> Z::Tangent {
        push_rhs(op, x, y, p, z, y_dot)
    }
}

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
pub fn used<T: crate::real::Real>(bar: T, part: T) -> T {
    // both are there before the choice, so that a loop makes it without a jump
    if bar == T::ZERO { T::ZERO } else { part }
}

/// Whether none of these cotangents is zero: then no contribution of theirs need be tested.
#[inline(always)]
pub fn no_zeros<T: crate::real::Real>(bars: &[T]) -> bool {
    bars.iter().fold(true, |all, bar| all & (*bar != T::ZERO))
}
