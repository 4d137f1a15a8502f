//! The cotangents of what an enum of the standard library holds.
//!
//! Input: the tangent of an `Option` or `Result`, an `Option` itself. Output: that of the value inside. Invariant: these are used
//! where the primal has matched `Some` or `Ok`, so that a missing tangent is a zero that was not written out.

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
