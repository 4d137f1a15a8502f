//! Arguments of `f::backward`: which of them want their gradient, decided by type.
//!
//! Input: a value, a reference, or a `&mut Param`. Output: the primal value, an [`Activity`], a place for the gradient. Invariant: the
//! adjoint code of an argument that is [`Off`] is not instantiated.

use crate::differentiable::{Differentiable, Tangent};
use crate::param::Param;

/// Whether an argument's gradient is wanted, as a type.
pub trait Activity: Copy + Default + 'static {
    /// Whether it is.
    const ON: bool;
    /// On if either is.
    type Or<B: Activity>: Activity;
}

/// The gradient is wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct On;

/// The argument is constant.
#[derive(Clone, Copy, Debug, Default)]
pub struct Off;

impl Activity for On {
    const ON: bool = true;
    type Or<B: Activity> = On;
}
impl Activity for Off {
    const ON: bool = false;
    type Or<B: Activity> = B;
}

/// An argument for a parameter of type `X` or `&X`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be passed here to `backward`",
    label = "neither the parameter's type nor a `&mut Param` of it",
    note = "a `&mut Param` receives its gradient; a plain value or reference is a constant"
)]
pub trait Argument<X: ?Sized + Differentiable> {
    /// Whether its gradient is wanted.
    type Act: Activity;
    /// The gradient buffer, taken out to be added to.
    fn take(&mut self) -> X::Tangent;
    /// The gradient buffer, put back.
    fn put(&mut self, bar: X::Tangent);
    /// Whether its gradient is wanted, as a value.
    #[inline(always)]
    fn act() -> Self::Act {
        Self::Act::default()
    }
    /// What is lent of the buffer to be added to, if the gradient is wanted.
    #[inline(always)]
    fn lend(bar: &mut X::Tangent) -> Option<&mut X::Bar> {
        if Self::Act::ON { Some(X::bar(bar)) } else { None }
    }
}

/// An argument for a parameter `&X`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be passed here to `backward`",
    label = "neither a reference to the parameter's type nor a `&mut Param` of it",
    note = "a `&mut Param` receives its gradient; a reference is a constant"
)]
pub trait ArgRef<X: ?Sized + Differentiable>: Argument<X> {
    /// The value.
    fn primal(&self) -> &X;
    /// As [`Argument::take`]; a buffer that is wanted has the value's full length.
    #[inline(always)]
    fn take_for(&mut self) -> X::Tangent {
        let mut bar = self.take();
        if Self::Act::ON {
            X::prepare(self.primal(), &mut bar);
        }
        bar
    }
}

/// An argument for a parameter `X`, passed by value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be passed here to `backward`",
    label = "neither the parameter's type nor a `&mut Param` of it",
    note = "a `&mut Param` receives its gradient; a value is a constant"
)]
pub trait ArgVal<X: Differentiable>: Argument<X> {
    /// A copy of the value.
    fn primal(&self) -> X;
}

macro_rules! constant {
    ($([$($generics:tt)*] $t:ty => $x:ty;)*) => { $(
        impl<$($generics)*> Argument<$x> for $t {
            type Act = Off;
            #[inline(always)]
            fn take(&mut self) -> <$x as Differentiable>::Tangent { Tangent::zero() }
            #[inline(always)]
            fn put(&mut self, _: <$x as Differentiable>::Tangent) {}
        }
    )* };
}
macro_rules! parameter {
    ($([$($generics:tt)*] $t:ty => $x:ty;)*) => { $(
        impl<$($generics)*> Argument<$x> for &mut Param<$t> {
            type Act = On;
            fn take(&mut self) -> <$x as Differentiable>::Tangent { self.take_buffer() }
            fn put(&mut self, bar: <$x as Differentiable>::Tangent) { self.put_buffer(bar); }
        }
    )* };
}
macro_rules! by_reference {
    ($([$($generics:tt)*] $t:ty => $x:ty, |$v:ident| $e:expr;)*) => { $(
        impl<$($generics)*> ArgRef<$x> for $t {
            #[inline(always)]
            fn primal(&self) -> &$x { let $v = self; $e }
        }
    )* };
}

constant! {
    [T: Differentiable] T => T;
    [T: Differentiable] &T => T;
    [E: Differentiable] &Vec<E> => [E];
    [E: Differentiable] &[E] => [E];
    [E: Differentiable, const N: usize] &[E; N] => [E];
}
parameter! {
    [T: Differentiable] T => T;
    [E: Differentiable] Vec<E> => [E];
}
by_reference! {
    [T: Differentiable] &T => T, |v| v;
    [T: Differentiable] &mut Param<T> => T, |v| v.value();
    [E: Differentiable] &Vec<E> => [E], |v| v;
    [E: Differentiable] &[E] => [E], |v| v;
    [E: Differentiable, const N: usize] &[E; N] => [E], |v| &v[..];
    [E: Differentiable] &mut Param<Vec<E>> => [E], |v| v.value();
}

impl<T: Differentiable + Clone> ArgVal<T> for T {
    #[inline(always)]
    fn primal(&self) -> T {
        self.clone()
    }
}
impl<T: Differentiable + Clone> ArgVal<T> for &mut Param<T> {
    #[inline(always)]
    fn primal(&self) -> T {
        self.value().clone()
    }
}
