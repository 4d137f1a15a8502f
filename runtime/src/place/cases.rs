//! The cotangents of what an enum of the standard library holds.
//!
//! Input: the tangent of an `Option` or `Result`, an `Option` itself. Output: that of the value inside. Invariant: these are used
//! where the primal has matched `Some` or `Ok`, so that a missing tangent is a zero that was not written out.

use super::{IndexBar, IndexDot, IndexKey, Same};
use crate::differentiable::Tangent;

/// The cotangent of the `x` in `Some(x)`, in place.
#[inline]
pub fn some_bar<B: Tangent>(bar: &mut Option<B>) -> &mut B {
    bar.get_or_insert_with(B::zero)
}

/// The tangent of the `x` in `Some(x)`.
#[inline]
pub fn some_dot<B: Tangent>(dot: &Option<B>) -> B {
    dot.clone().unwrap_or_else(B::zero)
}

/// The cotangent of the `x` in `Ok(x)`, in place.
#[inline]
pub fn ok_bar<B: Tangent>(bar: &mut Option<B>) -> &mut B {
    some_bar(bar)
}

/// The tangent of the `x` in `Ok(x)`.
#[inline]
pub fn ok_dot<B: Tangent>(dot: &Option<B>) -> B {
    some_dot(dot)
}

/// An `Option` or `Result` as a container of at most one element: what `map` does with it is a loop.
macro_rules! one_element {
    ($([$($generics:tt)*] $t:ty;)*) => { $(
        impl<$($generics)*> IndexKey<usize> for $t {
            type Key = usize;
            type Rest = Same;
            #[inline(always)]
            fn key(&self, index: usize) -> usize {
                index
            }
            #[inline(always)]
            fn rest(&self, _: usize) -> Same {
                Same
            }
        }
    )* };
}
one_element! {
    [T] Option<T>;
    [T, E] Result<T, E>;
}

/// What an iterator runs through, as a slice: of an `Option`, one entry or none.
pub trait Listed {
    /// An entry.
    type Entry;
    /// The entries.
    fn list(&self) -> &[Self::Entry];
}

macro_rules! listed {
    ($([$($generics:tt)*] $t:ty, $entry:ty, |$v:ident| $list:expr;)*) => { $(
        impl<$($generics)*> Listed for $t {
            type Entry = $entry;
            #[inline(always)]
            fn list(&self) -> &[$entry] {
                let $v = self;
                $list
            }
        }
    )* };
}
listed! {
    [T] [T], T, |v| v;
    [T] Vec<T>, T, |v| v;
    [T, const N: usize] [T; N], T, |v| v;
    [T] Option<T>, T, |v| v.as_slice();
    [T, E] Result<T, E>, T, |v| v.as_ref().map_or(&[], std::slice::from_ref);
    [T: nalgebra::Scalar, R: nalgebra::Dim, C: nalgebra::Dim, S: nalgebra::RawStorage<T, R, C> + nalgebra::IsContiguous]
        nalgebra::Matrix<T, R, C, S>, T, |v| v.as_slice();
    [T: ?Sized + Listed] &T, T::Entry, |v| (**v).list();
    [T: ?Sized + Listed] &mut T, T::Entry, |v| (**v).list();
    [T: ?Sized + Listed] Box<T>, T::Entry, |v| (**v).list();
}

impl<B: Tangent> IndexBar<usize> for Option<B> {
    type Elem = B;
    #[inline(always)]
    fn at(&mut self, _: usize) -> &mut B {
        some_bar(self)
    }
}

impl<B: Tangent> IndexDot<usize> for Option<B> {
    type Part = B;
    type Elem = B;
    #[inline(always)]
    fn peek(&self, _: usize) -> Option<&B> {
        self.as_ref()
    }
    #[inline(always)]
    fn get(&self, _: usize) -> B {
        some_dot(self)
    }
}

/// What a closure of `map` or `from_fn` yields in forward mode, values beside their tangents, taken apart.
pub trait Unzip {
    /// The container of the values.
    type Values;
    /// Its tangent.
    type Dots;
    /// Takes the pairs apart.
    fn unzip(self) -> (Self::Values, Self::Dots);
}

impl<T, B, const N: usize> Unzip for [(T, B); N] {
    type Values = [T; N];
    type Dots = [B; N];
    #[inline]
    fn unzip(self) -> ([T; N], [B; N]) {
        let mut dots = [const { None }; N];
        let mut rest = dots.iter_mut();
        let values = self.map(|(value, dot)| {
            if let Some(place) = rest.next() {
                *place = Some(dot);
            }
            value
        });
        (values, dots.map(|dot| dot.expect("there is a tangent for each value")))
    }
}

impl<T, B> Unzip for Option<(T, B)> {
    type Values = Option<T>;
    type Dots = Option<B>;
    #[inline]
    fn unzip(self) -> (Option<T>, Option<B>) {
        self.map_or((None, None), |(value, dot)| (Some(value), Some(dot)))
    }
}

impl<T, B, E> Unzip for Result<(T, B), E> {
    type Values = Result<T, E>;
    type Dots = Option<B>;
    #[inline]
    fn unzip(self) -> (Result<T, E>, Option<B>) {
        match self {
            Ok((value, dot)) => (Ok(value), Some(dot)),
            Err(error) => (Err(error), None),
        }
    }
}

/// What was matched where there is no value: `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absence;

/// A value that may be absent: `Option`, `Result`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither an `Option` nor a `Result`",
    label = "this can't be taken apart in differentiable code",
    note = "write the `match` that is meant"
)]
pub trait Attempt {
    /// What `Some` or `Ok` holds.
    type Value;
    /// What there is instead: [`Absence`], or the error.
    type Rest;
    /// The value, or what there is instead.
    fn attempt(self) -> Result<Self::Value, Self::Rest>;
    /// The value, or the same without one.
    fn tried(self) -> Result<Self::Value, Self>
    where
        Self: Sized;
    /// With this value.
    fn success(value: Self::Value) -> Self;
}

impl<T> Attempt for Option<T> {
    type Value = T;
    type Rest = Absence;
    #[inline(always)]
    fn attempt(self) -> Result<T, Absence> {
        self.ok_or(Absence)
    }
    #[inline(always)]
    fn tried(self) -> Result<T, Self> {
        self.ok_or(None)
    }
    #[inline(always)]
    fn success(value: T) -> Self {
        Some(value)
    }
}

impl<T, E> Attempt for Result<T, E> {
    type Value = T;
    type Rest = E;
    #[inline(always)]
    fn attempt(self) -> Self {
        self
    }
    #[inline(always)]
    fn tried(self) -> Result<T, Self> {
        self.map_err(Err)
    }
    #[inline(always)]
    fn success(value: T) -> Self {
        Ok(value)
    }
}

/// What a function returns where `?` finds no value.
#[diagnostic::on_unimplemented(
    message = "`?` can't return this from a function whose result is `{Self}`",
    label = "the error does not convert"
)]
pub trait Failed<Rest> {
    /// The result without a value; an error is converted as `?` does it.
    fn failed(rest: Rest) -> Self;
}

impl<T> Failed<Absence> for Option<T> {
    #[inline(always)]
    fn failed(_: Absence) -> Self {
        None
    }
}

impl<T, E, F: From<E>> Failed<E> for Result<T, F> {
    #[inline(always)]
    fn failed(rest: E) -> Self {
        Err(rest.into())
    }
}

/// The value, or what there is instead.
///
/// # Errors
/// What there is instead.
#[inline(always)]
pub fn attempt<A: Attempt>(whole: A) -> Result<A::Value, A::Rest> {
    whole.attempt()
}

/// The value, or the same `Option` or `Result` without one.
///
/// # Errors
/// The same without a value.
#[inline(always)]
pub fn tried<A: Attempt>(whole: A) -> Result<A::Value, A> {
    whole.tried()
}

/// The `Option` or `Result` with this value.
#[inline(always)]
pub fn success<A: Attempt>(value: A::Value) -> A {
    A::success(value)
}

/// What a function returns where `?` finds no value.
#[inline(always)]
pub fn failed<Rest, Y: Failed<Rest>>(rest: Rest) -> Y {
    Y::failed(rest)
}
