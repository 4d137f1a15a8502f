//! Whose rules the operations on a type have, as a type.
//!
//! Input: the types of an operation's operands. Output: what must be kept of an operand that the operation's row in the table does not keep. Invariant:
//! where all types are this crate's, nothing: a row says all that its rule reads. The rule of a derived type is the user's own function,
//! which may read all of its arguments.

use std::borrow::ToOwned;

/// [`Library`] or [`Users`].
pub trait Ownness {
    /// What is kept.
    type Held<B: ?Sized + ToOwned>;
    /// Both.
    type Or<O: Ownness>: Ownness;
    /// Keeps it.
    fn hold<B: ?Sized + ToOwned>(value: &B) -> Self::Held<B>;
    /// The value, if it was kept.
    fn get<B: ?Sized + ToOwned>(held: &Self::Held<B>) -> Option<&B>;
}

/// A type of this crate, or one that this crate has the rules of.
#[derive(Clone, Copy, Debug)]
pub struct Library;

/// A type that is derived.
#[derive(Clone, Copy, Debug)]
pub struct Users;

impl Ownness for Library {
    type Held<B: ?Sized + ToOwned> = ();
    type Or<O: Ownness> = O;
    #[inline(always)]
    fn hold<B: ?Sized + ToOwned>(_: &B) {}
    #[inline(always)]
    fn get<B: ?Sized + ToOwned>((): &()) -> Option<&B> {
        None
    }
}

impl Ownness for Users {
    type Held<B: ?Sized + ToOwned> = B::Owned;
    type Or<O: Ownness> = Users;
    #[inline(always)]
    fn hold<B: ?Sized + ToOwned>(value: &B) -> B::Owned {
        value.to_owned()
    }
    #[inline(always)]
    fn get<B: ?Sized + ToOwned>(held: &B::Owned) -> Option<&B> {
        Some(std::borrow::Borrow::borrow(held))
    }
}
