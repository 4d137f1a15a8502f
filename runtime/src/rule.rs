//! Derivative rules: what a rule's author writes, and the entry points that generated code calls.
//!
//! Input: an operation's marker (`op::matmul`), its operands, the cotangent of its result. Output: additions to the
//! cotangents of the operands. Invariant: rules speak of the types behind all references
//! ([`Differentiable::Base`]), so that each is written once.
//!
//! ```
//! // rules written by hand: `vjp = …` and `jvp = …` for a function, `Rule1` and `Rule2` for the operations of a type
//! use pullback::prelude::*;
//! #[differentiable(vjp = half_pull, jvp = half_push)]
//! fn half(x: f64) -> f64 {
//!     x / 2.0
//! }
//! fn half_pull(x: f64) -> (f64, impl Fn(f64) -> f64) {
//!     (x / 2.0, |y_bar| y_bar / 2.0)
//! }
//! fn half_push(x: f64, x_dot: f64) -> (f64, f64) {
//!     (x / 2.0, x_dot / 2.0)
//! }
//! assert_eq!(half::grad(1.0), 0.5);
//! ```

use crate::differentiable::Differentiable;

mod apply;
mod keep;

#[doc(hidden)]
pub use apply::*;
#[doc(hidden)]
pub use keep::*;

/// An operand as a rule sees it: its value if the operation's row in the table keeps it, else its shape alone. See [`Rule1`].
///
/// ```
/// use pullback::rule::Kept;
/// // the derivative of `x.sin()` reads `x`
/// fn slope(x: Kept<f64>) -> f64 {
///     x.value().cos()
/// }
/// # let _ = slope;
/// ```
pub struct Kept<'a, B: ?Sized + Differentiable> {
    value: Option<&'a B>,
    shape: B::Shape,
}

impl<'a, B: ?Sized + Differentiable> Kept<'a, B> {
    /// The value.
    ///
    /// # Panics
    /// If the operation's row does not keep it: a mistake in the row, found by its gradient check.
    ///
    /// ```
    /// use pullback::rule::Kept;
    /// fn slope_of_the_square(x: Kept<f64>) -> f64 {
    ///     2.0 * x.value()
    /// }
    /// # let _ = slope_of_the_square;
    /// ```
    #[inline(always)]
    pub fn value(&self) -> &'a B {
        self.value.expect("the operation's row in the table does not keep this value")
    }

    /// The shape.
    ///
    /// ```
    /// use pullback::Tensor;
    /// use pullback::rule::Kept;
    /// // the cotangent of a sum: the result's, repeated
    /// fn spread(x: Kept<Tensor<f64>>, y_bar: f64) -> Tensor<f64> {
    ///     Tensor::full(&x.shape()[..], y_bar)
    /// }
    /// # let _ = spread;
    /// ```
    #[inline(always)]
    pub fn shape(&self) -> &B::Shape {
        &self.shape
    }
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
    ///
    /// ```
    /// use pullback::op;
    /// use pullback::prelude::*;
    /// use pullback::rule::{Kept, Rule1};
    /// #[derive(Differentiable, Clone, Copy, Debug)]
    /// struct Angle {
    ///     turns: f64,
    /// }
    /// impl Rule1<op::to_degrees, (), f64> for Angle {
    ///     fn pull(_: Kept<Self>, (): &(), _: Kept<f64>, y_bar: &f64, x_bar: &mut AngleTangent) {
    ///         x_bar.turns += 360.0 * y_bar;
    ///     }
    ///     fn push(_: Kept<Self>, (): &(), _: Kept<f64>, x_dot: &AngleTangent) -> f64 {
    ///         360.0 * x_dot.turns
    ///     }
    /// }
    /// impl Angle {
    ///     fn to_degrees(self) -> f64 {
    ///         360.0 * self.turns
    ///     }
    /// }
    /// #[differentiable]
    /// fn degrees(a: Angle) -> f64 {
    ///     a.to_degrees()
    /// }
    /// assert_eq!(degrees::grad(Angle { turns: 0.25 }).turns, 360.0);
    /// ```
    fn pull(x: Kept<Self>, p: &P, y: Kept<Y>, y_bar: &Y::Tangent, x_bar: &mut Self::Tangent);
    /// ẏ = (∂y/∂x) ẋ.
    ///
    /// ```
    /// use pullback::op;
    /// use pullback::prelude::*;
    /// use pullback::rule::{Kept, Rule1};
    /// #[derive(Differentiable, Clone, Copy, Debug)]
    /// struct Angle {
    ///     turns: f64,
    /// }
    /// impl Rule1<op::to_degrees, (), f64> for Angle {
    ///     fn pull(_: Kept<Self>, (): &(), _: Kept<f64>, y_bar: &f64, x_bar: &mut AngleTangent) {
    ///         x_bar.turns += 360.0 * y_bar;
    ///     }
    ///     fn push(_: Kept<Self>, (): &(), _: Kept<f64>, x_dot: &AngleTangent) -> f64 {
    ///         360.0 * x_dot.turns
    ///     }
    /// }
    /// impl Angle {
    ///     fn to_degrees(self) -> f64 {
    ///         360.0 * self.turns
    ///     }
    /// }
    /// #[differentiable]
    /// fn degrees(a: Angle) -> f64 {
    ///     a.to_degrees()
    /// }
    /// assert_eq!(degrees::jvp(Angle { turns: 0.25 }, AngleTangent { turns: 1.0 }), (90.0, 360.0));
    /// ```
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
///
/// ```
/// use pullback::op;
/// use pullback::prelude::*;
/// use pullback::rule::{Kept, Rule2};
/// #[derive(Differentiable, Clone, Copy, Debug)]
/// struct Metres {
///     value: f64,
/// }
/// impl std::ops::Mul<f64> for Metres {
///     type Output = f64;
///     fn mul(self, k: f64) -> f64 {
///         self.value * k
///     }
/// }
/// impl Rule2<op::Mul, (), f64, f64> for Metres {
///     fn pull_lhs(_: Kept<Self>, k: Kept<f64>, (): &(), _: Kept<f64>, z_bar: &f64, x_bar: &mut MetresTangent) {
///         x_bar.value += z_bar * k.value();
///     }
///     fn pull_rhs(x: Kept<Self>, _: Kept<f64>, (): &(), _: Kept<f64>, z_bar: &f64, k_bar: &mut f64) {
///         *k_bar += z_bar * x.value().value;
///     }
///     fn push_lhs(_: Kept<Self>, k: Kept<f64>, (): &(), _: Kept<f64>, x_dot: &MetresTangent) -> f64 {
///         x_dot.value * k.value()
///     }
///     fn push_rhs(x: Kept<Self>, _: Kept<f64>, (): &(), _: Kept<f64>, k_dot: &f64) -> f64 {
///         k_dot * x.value().value
///     }
/// }
/// #[differentiable]
/// fn scaled(x: Metres, k: f64) -> f64 {
///     x * k
/// }
/// let x = Metres { value: 3.0 };
/// let (x_bar, k_bar) = scaled::grad(x, 2.0);
/// assert_eq!((x_bar.value, k_bar), (2.0, 3.0));
/// ```
#[diagnostic::on_unimplemented(
    message = "this operation on `{Self}` has no derivative rule",
    label = "no rule for `{Self}` here",
    note = "a rule is an implementation of `pullback::rule::Rule2`; if no gradient is meant, write `no_grad! {{ … }}`"
)]
pub trait Rule2<Op, P, R: ?Sized + Differentiable, Z: ?Sized + Differentiable>: Differentiable {
    /// Adds x̄ += (∂z/∂x)ᵀ z̄.
    ///
    /// ```
    /// use pullback::op;
    /// use pullback::prelude::*;
    /// use pullback::rule::{Kept, Rule2};
    /// #[derive(Differentiable, Clone, Copy, Debug)]
    /// struct Metres {
    ///     value: f64,
    /// }
    /// impl std::ops::Mul<f64> for Metres {
    ///     type Output = f64;
    ///     fn mul(self, k: f64) -> f64 {
    ///         self.value * k
    ///     }
    /// }
    /// impl Rule2<op::Mul, (), f64, f64> for Metres {
    ///     fn pull_lhs(_: Kept<Self>, k: Kept<f64>, (): &(), _: Kept<f64>, z_bar: &f64, x_bar: &mut MetresTangent) {
    ///         x_bar.value += z_bar * k.value();
    ///     }
    ///     fn pull_rhs(x: Kept<Self>, _: Kept<f64>, (): &(), _: Kept<f64>, z_bar: &f64, k_bar: &mut f64) {
    ///         *k_bar += z_bar * x.value().value;
    ///     }
    ///     fn push_lhs(_: Kept<Self>, k: Kept<f64>, (): &(), _: Kept<f64>, x_dot: &MetresTangent) -> f64 {
    ///         x_dot.value * k.value()
    ///     }
    ///     fn push_rhs(x: Kept<Self>, _: Kept<f64>, (): &(), _: Kept<f64>, k_dot: &f64) -> f64 {
    ///         k_dot * x.value().value
    ///     }
    /// }
    /// #[differentiable]
    /// fn scaled(x: Metres, k: f64) -> f64 {
    ///     x * k
    /// }
    /// let x = Metres { value: 3.0 };
    /// assert_eq!(scaled::grad(x, 2.0).0.value, 2.0);
    /// ```
    fn pull_lhs(x: Kept<Self>, y: Kept<R>, p: &P, z: Kept<Z>, z_bar: &Z::Tangent, x_bar: &mut Self::Tangent);
    /// Adds ȳ += (∂z/∂y)ᵀ z̄.
    ///
    /// ```
    /// use pullback::op;
    /// use pullback::prelude::*;
    /// use pullback::rule::{Kept, Rule2};
    /// #[derive(Differentiable, Clone, Copy, Debug)]
    /// struct Metres {
    ///     value: f64,
    /// }
    /// impl std::ops::Mul<f64> for Metres {
    ///     type Output = f64;
    ///     fn mul(self, k: f64) -> f64 {
    ///         self.value * k
    ///     }
    /// }
    /// impl Rule2<op::Mul, (), f64, f64> for Metres {
    ///     fn pull_lhs(_: Kept<Self>, k: Kept<f64>, (): &(), _: Kept<f64>, z_bar: &f64, x_bar: &mut MetresTangent) {
    ///         x_bar.value += z_bar * k.value();
    ///     }
    ///     fn pull_rhs(x: Kept<Self>, _: Kept<f64>, (): &(), _: Kept<f64>, z_bar: &f64, k_bar: &mut f64) {
    ///         *k_bar += z_bar * x.value().value;
    ///     }
    ///     fn push_lhs(_: Kept<Self>, k: Kept<f64>, (): &(), _: Kept<f64>, x_dot: &MetresTangent) -> f64 {
    ///         x_dot.value * k.value()
    ///     }
    ///     fn push_rhs(x: Kept<Self>, _: Kept<f64>, (): &(), _: Kept<f64>, k_dot: &f64) -> f64 {
    ///         k_dot * x.value().value
    ///     }
    /// }
    /// #[differentiable]
    /// fn scaled(x: Metres, k: f64) -> f64 {
    ///     x * k
    /// }
    /// let x = Metres { value: 3.0 };
    /// assert_eq!(scaled::grad(x, 2.0).1, 3.0);
    /// ```
    fn pull_rhs(x: Kept<Self>, y: Kept<R>, p: &P, z: Kept<Z>, z_bar: &Z::Tangent, y_bar: &mut R::Tangent);
    /// (∂z/∂x) ẋ.
    ///
    /// ```
    /// use pullback::op;
    /// use pullback::prelude::*;
    /// use pullback::rule::{Kept, Rule2};
    /// #[derive(Differentiable, Clone, Copy, Debug)]
    /// struct Metres {
    ///     value: f64,
    /// }
    /// impl std::ops::Mul<f64> for Metres {
    ///     type Output = f64;
    ///     fn mul(self, k: f64) -> f64 {
    ///         self.value * k
    ///     }
    /// }
    /// impl Rule2<op::Mul, (), f64, f64> for Metres {
    ///     fn pull_lhs(_: Kept<Self>, k: Kept<f64>, (): &(), _: Kept<f64>, z_bar: &f64, x_bar: &mut MetresTangent) {
    ///         x_bar.value += z_bar * k.value();
    ///     }
    ///     fn pull_rhs(x: Kept<Self>, _: Kept<f64>, (): &(), _: Kept<f64>, z_bar: &f64, k_bar: &mut f64) {
    ///         *k_bar += z_bar * x.value().value;
    ///     }
    ///     fn push_lhs(_: Kept<Self>, k: Kept<f64>, (): &(), _: Kept<f64>, x_dot: &MetresTangent) -> f64 {
    ///         x_dot.value * k.value()
    ///     }
    ///     fn push_rhs(x: Kept<Self>, _: Kept<f64>, (): &(), _: Kept<f64>, k_dot: &f64) -> f64 {
    ///         k_dot * x.value().value
    ///     }
    /// }
    /// #[differentiable]
    /// fn scaled(x: Metres, k: f64) -> f64 {
    ///     x * k
    /// }
    /// let x = Metres { value: 3.0 };
    /// assert_eq!(scaled::jvp((x, 2.0), (MetresTangent { value: 1.0 }, 0.0)), (6.0, 2.0));
    /// ```
    fn push_lhs(x: Kept<Self>, y: Kept<R>, p: &P, z: Kept<Z>, x_dot: &Self::Tangent) -> Z::Tangent;
    /// (∂z/∂y) ẏ.
    ///
    /// ```
    /// use pullback::op;
    /// use pullback::prelude::*;
    /// use pullback::rule::{Kept, Rule2};
    /// #[derive(Differentiable, Clone, Copy, Debug)]
    /// struct Metres {
    ///     value: f64,
    /// }
    /// impl std::ops::Mul<f64> for Metres {
    ///     type Output = f64;
    ///     fn mul(self, k: f64) -> f64 {
    ///         self.value * k
    ///     }
    /// }
    /// impl Rule2<op::Mul, (), f64, f64> for Metres {
    ///     fn pull_lhs(_: Kept<Self>, k: Kept<f64>, (): &(), _: Kept<f64>, z_bar: &f64, x_bar: &mut MetresTangent) {
    ///         x_bar.value += z_bar * k.value();
    ///     }
    ///     fn pull_rhs(x: Kept<Self>, _: Kept<f64>, (): &(), _: Kept<f64>, z_bar: &f64, k_bar: &mut f64) {
    ///         *k_bar += z_bar * x.value().value;
    ///     }
    ///     fn push_lhs(_: Kept<Self>, k: Kept<f64>, (): &(), _: Kept<f64>, x_dot: &MetresTangent) -> f64 {
    ///         x_dot.value * k.value()
    ///     }
    ///     fn push_rhs(x: Kept<Self>, _: Kept<f64>, (): &(), _: Kept<f64>, k_dot: &f64) -> f64 {
    ///         k_dot * x.value().value
    ///     }
    /// }
    /// #[differentiable]
    /// fn scaled(x: Metres, k: f64) -> f64 {
    ///     x * k
    /// }
    /// let x = Metres { value: 3.0 };
    /// assert_eq!(scaled::jvp((x, 2.0), (MetresTangent { value: 0.0 }, 1.0)), (6.0, 3.0));
    /// ```
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
