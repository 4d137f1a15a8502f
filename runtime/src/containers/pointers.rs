//! What holds one value or none: `Box`, `Rc`, `Arc`, `Option`, `Result`.
//!
//! Input: such a type. Output: its tangent, `Box<T::Tangent>` for a pointer, `Option<T::Tangent>` for what may be empty.
//! Invariant: a recursive type has a finite tangent type, whose zero ends at the first `Option`: `None` is zero.

use crate::differentiable::{Differentiable, Parameters, Tangent, Visitor};
use std::rc::Rc;
use std::sync::Arc;

impl<B: Tangent> Tangent for Box<B> {
    #[inline]
    fn zero() -> Self {
        Box::new(B::zero())
    }
    #[inline]
    fn is_zero(&self) -> bool {
        (**self).is_zero()
    }
    #[inline]
    fn accumulate(&mut self, other: Self) {
        (**self).accumulate(*other);
    }
    #[inline]
    fn scale(&mut self, factor: f64) {
        (**self).scale(factor);
    }
    #[inline]
    fn dot(&self, other: &Self) -> f64 {
        (**self).dot(other)
    }
}

impl<B: Tangent> Tangent for Option<B> {
    #[inline]
    fn zero() -> Self {
        None
    }
    #[inline]
    fn is_zero(&self) -> bool {
        self.as_ref().is_none_or(B::is_zero)
    }
    #[inline]
    fn accumulate(&mut self, other: Self) {
        match (self, other) {
            (Some(bar), Some(term)) => bar.accumulate(term),
            (bar @ None, term) => *bar = term,
            (Some(_), None) => {}
        }
    }
    #[inline]
    fn scale(&mut self, factor: f64) {
        if let Some(b) = self {
            b.scale(factor);
        }
    }
    #[inline]
    fn dot(&self, other: &Self) -> f64 {
        self.as_ref().zip(other.as_ref()).map_or(0.0, |(a, b)| a.dot(b))
    }
}

macro_rules! pointers {
    ($($p:ident)*) => { $(
        /// The tangent of a pointer is a `Box` of the tangent of what it points to.
        impl<T: ?Sized + Differentiable> Differentiable for $p<T> {
            type Tangent = Box<T::Tangent>;
            crate::owned_differentiable!();
            type Shape = ();
            #[inline(always)]
            fn shape(&self) {}
            #[inline]
            fn zero_tangent(&self) -> Self::Tangent { Box::new(T::zero_tangent(self)) }
            #[inline]
            fn prepare(&self, tangent: &mut Self::Tangent) { T::prepare(self, tangent) }
            #[inline]
            fn finish(&self, tangent: &mut Self::Tangent) { T::finish(self, tangent) }
        }
    )* };
}
pointers!(Box Rc Arc);

impl<T: ?Sized + Parameters> Parameters for Box<T> {
    fn visit(&mut self, tangent: Option<&Self::Tangent>, visitor: &mut dyn Visitor) {
        T::visit(self, tangent.map(Box::as_ref), visitor);
    }
}

/// What `Option` and `Result` share: `some` is the pattern of a value that is there.
macro_rules! optional {
    ($some:ident) => {
        type Tangent = Option<T::Tangent>;
        crate::owned_differentiable!();
        type Shape = ();
        #[inline(always)]
        fn shape(&self) {}
        #[inline]
        fn zero_tangent(&self) -> Self::Tangent {
            if let $some(value) = self { Some(value.zero_tangent()) } else { None }
        }
        #[inline]
        fn prepare(&self, tangent: &mut Self::Tangent) {
            if let $some(value) = self {
                value.prepare(tangent.get_or_insert_with(Tangent::zero));
            }
        }
        #[inline]
        fn finish(&self, tangent: &mut Self::Tangent) {
            if let $some(value) = self {
                match tangent {
                    Some(tangent) => value.finish(tangent),
                    None => *tangent = Some(value.zero_tangent()),
                }
            }
        }
    };
}

/// The tangent of an `Option<T>` is an `Option<T::Tangent>`: `None` is zero, and so is that of `None`.
impl<T: Differentiable> Differentiable for Option<T> {
    optional!(Some);
}

/// The tangent of a `Result<T, E>` is an `Option<T::Tangent>`: errors carry no gradient.
impl<T: Differentiable, E> Differentiable for Result<T, E> {
    optional!(Ok);
}

impl<T: Parameters> Parameters for Option<T> {
    fn visit(&mut self, tangent: Option<&Self::Tangent>, visitor: &mut dyn Visitor) {
        if let Some(value) = self {
            value.visit(tangent.and_then(Option::as_ref), visitor);
        }
    }
}

impl<T: Parameters, E> Parameters for Result<T, E> {
    fn visit(&mut self, tangent: Option<&Self::Tangent>, visitor: &mut dyn Visitor) {
        if let Ok(value) = self {
            value.visit(tangent.and_then(Option::as_ref), visitor);
        }
    }
}
