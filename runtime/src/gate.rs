//! The gate: types that are erroneous where a user's function is.
//!
//! Input: the result of a copy of the function, whose type has no name. Output: zero. Invariant: nothing of this is left in the program.

/// Zero. The size of a result without a name is known once its function has been checked; if that has an error, this is one, too, silently.
#[doc(hidden)]
#[must_use]
pub const fn sound<R>(_: fn() -> R) -> usize {
    core::mem::size_of::<R>().saturating_sub(usize::MAX)
}

/// Types whose methods are their own, or a trait's: what is not found on them is not looked for behind them.
#[doc(hidden)]
pub trait Plain {}
impl Plain for f32 {}
impl Plain for f64 {}
impl<T: crate::Real> Plain for crate::Tensor<T> {}
impl<T> Plain for [T] {}
impl<T> Plain for Option<T> {}
impl<T, E> Plain for Result<T, E> {}
impl<T, R: nalgebra::Dim, C: nalgebra::Dim, S> Plain for nalgebra::Matrix<T, R, C, S> {}

/// What a sound function's types are.
#[doc(hidden)]
pub trait Gate {
    /// `T`.
    type Of<T: ?Sized>: ?Sized;
}
impl Gate for [(); 0] {
    type Of<T: ?Sized> = T;
}

/// `T`, for a function whose [`sound`] is `N`.
#[doc(hidden)]
pub type Sound<const N: usize, T> = <[(); N] as Gate>::Of<T>;

/// What a sound method's variables go through where its type can't be named: an array of no elements has this, and an erroneous one has nothing.
#[doc(hidden)]
pub trait Open {
    /// `x`.
    #[inline(always)]
    fn pass<T>(&self, x: T) -> T {
        x
    }
}
impl Open for [(); 0] {}

/// What the attribute on an `impl` block of a trait that has it, too, leaves there.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Attribute;

macro_rules! named_alike {
    ($($name:ident($($argument:ident)?))*) => {
        /// [`Real`](crate::Real)'s own functions, by reference. Beside a user's method of the same name on the same type a call of it is ambiguous.
        #[doc(hidden)]
        pub trait NamedAlike: crate::Real {
            $(
                /// As [`Real`](crate::Real)'s.
                fn $name(&self $(, $argument: Self)?) -> Self {
                    crate::Real::$name(*self $(, $argument)?)
                }
            )*
        }
    };
}
named_alike! { square() erf() sigmoid() relu() gelu() silu() softplus() leaky_relu(slope) }
impl NamedAlike for f32 {}
impl NamedAlike for f64 {}

/// A variable that an expression without adjoint changes: its type tells whether a derivative would be lost.
#[doc(hidden)]
#[derive(Debug)]
pub struct Kept<'a, T: ?Sized>(pub &'a T);

/// The tangent of what carries no gradient.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "what carries a gradient is changed inside an expression that has none: its derivative would be lost",
    label = "changed here",
    note = "let the change be a statement of its own"
)]
pub trait NoTangent {}
impl NoTangent for () {}

/// Found first: of a type that is differentiable.
#[doc(hidden)]
pub trait KeptActive<T: crate::Differentiable + ?Sized> {
    /// An error, unless its tangent is nothing.
    #[inline(always)]
    fn is_kept(&self)
    where
        T::Tangent: NoTangent,
    {
    }
}
impl<T: crate::Differentiable + ?Sized> KeptActive<T> for &Kept<'_, T> {}

/// Found last: of any type.
#[doc(hidden)]
pub trait KeptOther {
    /// Nothing to do.
    #[inline(always)]
    fn is_kept(&self) {}
}
impl<T: ?Sized> KeptOther for Kept<'_, T> {}

/// The types of what a method is given in an expression without adjoint: they tell whether it may change its receiver.
#[doc(hidden)]
#[derive(Debug)]
pub struct Given<A>(core::marker::PhantomData<A>);

/// Of two values; one stands twice.
#[doc(hidden)]
#[inline(always)]
pub fn given<A, B>(_: &A, _: &B) -> Given<(A, B)> {
    Given(core::marker::PhantomData)
}

/// Found first: nothing that is given carries a gradient.
#[doc(hidden)]
pub trait GivenWhole {
    /// For changing.
    #[inline(always)]
    fn lend<'a, T: ?Sized>(&self, receiver: &'a mut T) -> &'a mut T {
        receiver
    }
}
impl<A: crate::Differentiable, B: crate::Differentiable> GivenWhole for &&Given<(A, B)>
where
    A::Tangent: NoTangent,
    B::Tangent: NoTangent,
{
}

/// Found second: something does.
#[doc(hidden)]
pub trait GivenActive {
    /// For reading.
    #[inline(always)]
    fn lend<'a, T: ?Sized>(&self, receiver: &'a mut T) -> &'a T {
        receiver
    }
}
impl<A> GivenActive for &Given<A> {}

/// A value of any type, where only types are asked for.
#[doc(hidden)]
pub fn any<T>() -> T {
    unreachable!("never called")
}

/// Stands under the name of a companion where there is none.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Nothing;
impl Nothing {
    /// Hides that of [`Companion`].
    pub const IS_MISSING: bool = true;
}

/// What all companions are.
#[doc(hidden)]
pub trait Companion {
    /// Whether there is none.
    const IS_MISSING: bool = false;
    /// Which of its parameters are functions without gradient.
    const CONSTANT_FUNCTIONS: &'static [usize] = &[];
}
impl<T> Companion for T {}

/// A companion whose parameter of this number is a function: what stands for the companion of one that is given and has none. Its derivative is never asked for.
#[doc(hidden)]
pub trait Takes<const PARAMETER: usize> {
    /// Has `__given` and `__given_push`, as a companion has, which are never called.
    type Unreached;
}

/// What stands there for one that is asked for its derivative: it has neither.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct FunctionWithGradient;
impl FunctionWithGradient {
    /// There is an error anyway.
    pub fn __given() {}
    /// There is an error anyway.
    pub fn __given_push() {}
}
impl<const PARAMETER: usize> Takes<PARAMETER> for Nothing {
    type Unreached = FunctionWithGradient;
}

/// Whether a number is among these.
#[doc(hidden)]
#[must_use]
pub const fn has(numbers: &[usize], number: usize) -> bool {
    let mut k = 0;
    while k < numbers.len() {
        if numbers[k] == number {
            return true;
        }
        k += 1;
    }
    false
}

/// Types that are no references: what is assigned through a variable of one stays in it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an assignment through a reference that a pattern binds as `mut` is not differentiated",
    label = "this is a reference, `{Self}`",
    note = "assign to the variable itself"
)]
pub trait Whole {}
impl<T: crate::Differentiable<Base = T>> Whole for T {}

/// A variable that is no reference.
#[doc(hidden)]
#[inline(always)]
pub const fn whole<T: Whole>(_: &T) {}

/// What a `collect` whose items carry a gradient makes, under whatever name the type goes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "collecting values that carry a gradient into a `{Self}` is not differentiated",
    label = "this collects into a `{Self}`",
    note = "collect into a `Vec`"
)]
pub trait Collected<T>: Sized {
    /// The list.
    fn of(list: Vec<T>) -> Self;
}
impl<T> Collected<T> for Vec<T> {
    fn of(list: Vec<T>) -> Vec<T> {
        list
    }
}

/// A list under another name of its type.
#[doc(hidden)]
#[inline(always)]
#[must_use]
pub fn collected<C: Collected<T>, T>(list: Vec<T>) -> C {
    C::of(list)
}
