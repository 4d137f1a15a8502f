//! `*p`: what a pointer points to.
//!
//! Input: a reference, `Box`, `Rc` or `Arc`. Output: the part of its cotangent that is that of the pointee. Invariant: a reference's
//! cotangent is its pointee's own (`f64` for `&f64`); that of a pointer that owns is a `Box` of it, whose type tells them apart.

use std::borrow::ToOwned;
use std::rc::Rc;
use std::sync::Arc;

/// The key of `*r` for a reference: the cotangent itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Through;

/// The key of `*b` for a `Box`, `Rc` or `Arc`: the inside of the cotangent's `Box`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inside;

/// What can be dereferenced.
pub trait Star {
    /// [`Through`] or [`Inside`].
    type Key: Copy;
    /// The key of `*self`.
    fn star(&self) -> Self::Key;
}

/// A cotangent that the cotangent of a pointee is part of.
pub trait StarBar<K> {
    /// The pointee's cotangent.
    type Elem: ?Sized;
    /// The cotangent of `*p`, in place.
    fn inside(&mut self, key: K) -> &mut Self::Elem;
}

/// A tangent that the tangent of a pointee is part of.
pub trait StarDot<K> {
    /// The pointee's tangent, owned.
    type Elem;
    /// The tangent of `*p`.
    fn inside(&self, key: K) -> Self::Elem;
}

macro_rules! stars {
    ($($p:ty => $key:ident;)*) => { $(
        impl<T: ?Sized> Star for $p {
            type Key = $key;
            #[inline(always)]
            fn star(&self) -> $key {
                $key
            }
        }
    )* };
}
stars! {
    &T => Through;
    &mut T => Through;
    Box<T> => Inside;
    Rc<T> => Inside;
    Arc<T> => Inside;
}

impl<B: ?Sized> StarBar<Through> for B {
    type Elem = B;
    #[inline(always)]
    fn inside(&mut self, Through: Through) -> &mut B {
        self
    }
}

impl<B: ?Sized> StarBar<Inside> for Box<B> {
    type Elem = B;
    #[inline(always)]
    fn inside(&mut self, Inside: Inside) -> &mut B {
        self
    }
}

impl<B: ?Sized + ToOwned> StarDot<Through> for B {
    type Elem = B::Owned;
    #[inline(always)]
    fn inside(&self, Through: Through) -> B::Owned {
        self.to_owned()
    }
}

impl<B: ?Sized + ToOwned> StarDot<Inside> for Box<B> {
    type Elem = B::Owned;
    #[inline(always)]
    fn inside(&self, Inside: Inside) -> B::Owned {
        (**self).to_owned()
    }
}
