//! The markers `detach` and `no_grad!` as they are outside differentiable code: the value itself.
//!
//! Input: a value. Output: the same value. Invariant: neither does any work beyond a clone; what they mean for gradients is decided by
//! the compiler, which folds them to constants.

use crate::differentiable::Differentiable;

/// `x.detach()`: the same value, with no gradient.
///
/// A tensor shares its storage with the result. In a `#[differentiable]` function the adjoint of what a `detach` cuts off does not
/// exist in the program.
pub trait Detach: Differentiable + ToOwned {
    /// The same value as a constant.
    ///
    /// ```
    /// use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     x.detach() * x
    /// }
    /// assert_eq!(f::grad(3.0), 3.0);
    /// ```
    #[must_use]
    #[inline(always)]
    fn detach(&self) -> Self::Owned {
        self.to_owned()
    }
}

impl<T: ?Sized + Differentiable + ToOwned> Detach for T {}

/// `no_grad! { … }`: a block whose computation carries no gradient. Inside it anything may be called.
///
/// ```
/// use pullback::prelude::*;
/// #[differentiable]
/// fn f(x: f64) -> f64 {
///     let scale = no_grad! { x.floor() };
///     scale * x
/// }
/// assert_eq!(f::grad(2.5), 2.0);
/// ```
#[macro_export]
macro_rules! no_grad {
    ($($body:tt)*) => { { $($body)* } };
}
