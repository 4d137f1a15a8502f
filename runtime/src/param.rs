//! Parameters: values with their gradient buffers.
//!
//! Input: a value, gradients. Output: [`Param`]. Invariant: gradients add up until they are zeroed; before the first `backward`, and after
//! `zero_grad`, there is none.
//!
//! ```
//! use pullback::prelude::*;
//! #[differentiable]
//! fn square(w: f64) -> f64 {
//!     w * w
//! }
//! let mut w = Param::new(3.0);
//! square::backward(&mut w);
//! assert_eq!(w.grad(), Some(&6.0));
//! ```

use crate::differentiable::{Differentiable, Tangent};
use std::sync::atomic::{AtomicU64, Ordering};

/// A value with a gradient buffer: what an optimizer moves.
///
/// ```
/// use pullback::prelude::*;
/// #[differentiable]
/// fn loss(w: f64) -> f64 {
///     w * w
/// }
/// let mut w = Param::new(3.0);
/// assert_eq!(w.grad(), None);
/// loss::backward(&mut w);
/// assert_eq!(w.grad(), Some(&6.0));
/// ```
#[derive(Debug)]
pub struct Param<T: Differentiable> {
    value: T,
    grad: Option<T::Tangent>,
    frozen: bool,
    id: u64,
}

/// An identity, by which an optimizer finds its state again.
fn fresh_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl<T: Differentiable> Param<T> {
    /// A parameter without a gradient yet.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let p = Param::new(3.0);
    /// assert_eq!((p.value(), p.grad()), (&3.0, None));
    /// ```
    pub fn new(value: T) -> Self {
        Param { value, grad: None, frozen: false, id: fresh_id() }
    }

    /// The value.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(Param::new(3.0).value(), &3.0);
    /// ```
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The value, to be changed outside any gradient.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let mut p = Param::new(3.0);
    /// *p.value_mut() += 1.0;
    /// assert_eq!(p.value(), &4.0);
    /// ```
    pub fn value_mut(&mut self) -> &mut T {
        &mut self.value
    }

    /// The value alone.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(Param::new(3.0).into_inner(), 3.0);
    /// ```
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The gradient added up since the last `zero_grad`; `None` before the first `backward`.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn square(x: f64) -> f64 {
    ///     x * x
    /// }
    /// let mut p = Param::new(3.0);
    /// assert_eq!(p.grad(), None);
    /// square::backward(&mut p);
    /// square::backward(&mut p);
    /// assert_eq!(p.grad(), Some(&12.0));
    /// ```
    pub fn grad(&self) -> Option<&T::Tangent> {
        self.grad.as_ref()
    }

    /// Forgets the gradient.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn square(x: f64) -> f64 {
    ///     x * x
    /// }
    /// let mut p = Param::new(3.0);
    /// square::backward(&mut p);
    /// p.zero_grad();
    /// assert_eq!(p.grad(), None);
    /// ```
    pub fn zero_grad(&mut self) {
        self.grad = None;
    }

    /// Stops tracking: `backward` adds nothing, an optimizer changes nothing.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn square(x: f64) -> f64 {
    ///     x * x
    /// }
    /// let mut p = Param::new(3.0);
    /// p.freeze();
    /// square::backward(&mut p);
    /// assert_eq!(p.grad(), None);
    /// ```
    pub fn freeze(&mut self) {
        self.frozen = true;
    }

    /// Tracks again.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let mut p = Param::new(3.0);
    /// p.freeze();
    /// p.unfreeze();
    /// assert!(p.requires_grad());
    /// ```
    pub fn unfreeze(&mut self) {
        self.frozen = false;
    }

    /// Whether gradients are tracked.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let mut p = Param::new(3.0);
    /// assert!(p.requires_grad());
    /// p.freeze();
    /// assert!(!p.requires_grad());
    /// ```
    pub fn requires_grad(&self) -> bool {
        !self.frozen
    }

    /// The buffer for a pullback to add to; that of a frozen parameter is thrown away afterwards.
    pub(crate) fn take_buffer(&mut self) -> T::Tangent {
        if self.frozen { T::Tangent::zero() } else { self.grad.take().unwrap_or_else(T::Tangent::zero) }
    }

    pub(crate) fn put_buffer(&mut self, mut bar: T::Tangent) {
        if !self.frozen {
            self.value.finish(&mut bar);
            self.grad = Some(bar);
        }
    }

    /// The value to move, the gradient to move it by, and the parameter's identity; `None` if there is nothing to do.
    pub(crate) fn step(&mut self) -> Option<(&mut T, &T::Tangent, u64)> {
        if self.frozen {
            return None;
        }
        self.grad.as_ref().map(|g| (&mut self.value, g, self.id))
    }
}

impl<T: Differentiable + Clone> Clone for Param<T> {
    /// A parameter of its own, with the same value and gradient.
    fn clone(&self) -> Self {
        Param { value: self.value.clone(), grad: self.grad.clone(), frozen: self.frozen, id: fresh_id() }
    }
}

impl<T: Differentiable> From<T> for Param<T> {
    fn from(value: T) -> Self {
        Param::new(value)
    }
}
