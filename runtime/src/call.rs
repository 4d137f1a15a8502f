//! What passes between a generated caller and a generated callee: references lent again, cotangents lent to be added to.
//!
//! Input: whatever a caller has of an argument. Output: what the callee's pullback takes. Invariant: the target type is always known
//! from the callee's signature, so that every conversion is chosen by types and none can fail.

use crate::differentiable::{Differentiable, Tangent};
use crate::rule::{Inert, Source};

/// Stands for a by-value or constant argument when a pullback is called: it is not needed again.
#[derive(Clone, Copy, Debug)]
pub struct Ignored;

/// Stands for the cotangent of an argument that carries no gradient.
#[derive(Clone, Copy, Debug)]
pub struct Absent;

/// What pullbacks add into: tangents, and slices of them.
pub trait IsBar {}
impl<B: Tangent> IsBar for B {}
impl<B> IsBar for [B] {}

/// Converts what a caller has into what a callee's pullback takes.
pub trait Lend<Target> {
    /// The conversion.
    fn lend(self) -> Target;
}

impl<T> Lend<Ignored> for T {
    #[inline(always)]
    fn lend(self) -> Ignored {
        Ignored
    }
}

impl<B> Lend<Option<B>> for Absent {
    #[inline(always)]
    fn lend(self) -> Option<B> {
        None
    }
}

macro_rules! lend {
    ($([$($generics:tt)*] $from:ty => $to:ty, |$v:ident| $e:expr;)*) => { $(
        impl<'a, $($generics)*> Lend<$to> for $from {
            #[inline(always)]
            fn lend(self) -> $to { let $v = self; $e }
        }
    )* };
}
lend! {
    [B: ?Sized + IsBar] &'a mut B => Option<&'a mut B>, |b| Some(b);
    [B: ?Sized + IsBar] &'a mut Inert => Option<&'a mut B>, |_b| None;
    [B: ?Sized + IsBar] &'a Inert => Option<&'a B>, |_b| None;
    [B] &'a mut Vec<B> => Option<&'a mut [B]>, |b| Some(b);
    [B, const N: usize] &'a mut [B; N] => Option<&'a mut [B]>, |b| Some(b);
    [B: ?Sized + IsBar] &'a B => Option<&'a B>, |b| Some(b);
    [B] &'a Vec<B> => Option<&'a [B]>, |b| Some(b);
    [B, const N: usize] &'a [B; N] => Option<&'a [B]>, |b| Some(b);
    [T: ?Sized] &'a T => &'a T, |t| t;
    [T] &'a Vec<T> => &'a [T], |t| t;
    [T] &'a Box<T> => &'a T, |t| t;
    [T, const N: usize] &'a [T; N] => &'a [T], |t| t;
}

/// A function whose gradient can be asked for without a cotangent: its result is a scalar.
///
/// `R` is never anything but `()`; it defers the check from the function's definition to the call of `grad`.
#[diagnostic::on_unimplemented(
    message = "gradient can be created only for scalar outputs; reduce with `.sum()` or `.mean()`, or use `vjp` with a cotangent",
    label = "the result `{Self}` is not a scalar"
)]
pub trait ScalarResult<R>: Differentiable {
    /// The cotangent 1.
    fn one() -> Self::Tangent;
}

impl ScalarResult<()> for f32 {
    #[inline(always)]
    fn one() -> f32 {
        1.0
    }
}
impl ScalarResult<()> for f64 {
    #[inline(always)]
    fn one() -> f64 {
        1.0
    }
}

/// `bar += cotangent`, where the bar may be a slice of a longer one.
#[inline(always)]
pub fn add<B: ?Sized + AddTo<C>, C>(bar: &mut B, cotangent: C) {
    bar.add(cotangent);
}

/// What a cotangent can be added to.
pub trait AddTo<C> {
    /// `self += cotangent`.
    fn add(&mut self, cotangent: C);
}

impl<B: Tangent> AddTo<B> for B {
    #[inline(always)]
    fn add(&mut self, cotangent: B) {
        self.accumulate(cotangent);
    }
}

impl<C> AddTo<C> for Inert {
    #[inline(always)]
    fn add(&mut self, _: C) {}
}

impl<B: Tangent> AddTo<Vec<B>> for [B] {
    fn add(&mut self, cotangent: Vec<B>) {
        for (bar, c) in self.iter_mut().zip(cotangent) {
            bar.accumulate(c);
        }
    }
}

/// Gives a cotangent its full length before a callee adds to it; a slice of one has it.
#[inline(always)]
pub fn prepare<T: ?Sized + Differentiable, B: ?Sized + Prepare<T>>(value: &T, bar: &mut B) {
    bar.prepare(value);
}

/// Cotangents that can be given the length of a value.
pub trait Prepare<T: ?Sized> {
    /// See [`prepare`].
    fn prepare(&mut self, value: &T);
}

impl<T: ?Sized + Differentiable<Tangent = B>, B: Tangent> Prepare<T> for B {
    #[inline(always)]
    fn prepare(&mut self, value: &T) {
        value.prepare(self);
    }
}

impl<T: ?Sized> Prepare<T> for Inert {
    #[inline(always)]
    fn prepare(&mut self, _: &T) {}
}

impl<T: ?Sized, B> Prepare<T> for [B] {
    #[inline(always)]
    fn prepare(&mut self, _: &T) {}
}

/// A cotangent of an argument's own, for one that is passed twice.
#[inline(always)]
pub fn zero_like<B: Tangent>(_: &B) -> B {
    B::zero()
}

/// A tangent of one's own: that of a slice as a `Vec`.
#[inline(always)]
pub fn own<B: ?Sized + ToOwned>(dot: &B) -> B::Owned {
    dot.to_owned()
}

/// `[v; n]`: each element's tangent.
pub fn fill<'a, B: 'a + Clone>(dots: impl IntoIterator<Item = &'a mut B>, value: B) {
    for dot in dots {
        dot.clone_from(&value);
    }
}

/// A tangent of `value`'s own, from one that may be that of a constant field.
#[inline(always)]
pub fn tangent_of<T: ?Sized + Differentiable>(_: &T, dot: &impl Source<T::Tangent>) -> T::Tangent {
    dot.tangent().cloned().unwrap_or_else(Tangent::zero)
}

/// A value of one's own; of a reference, what is behind it, so that a pullback borrows nothing.
#[inline(always)]
pub fn keep<T>(value: &T) -> <T::Base as ToOwned>::Owned
where
    T: ?Sized + Differentiable<Base: ToOwned>,
{
    value.base().to_owned()
}
