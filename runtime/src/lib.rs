#![doc = include_str!("guide.md")]

extern crate self as pullback;

#[macro_use]
mod elementary;

#[doc(hidden)]
pub mod arg;
pub mod bounds;
#[doc(hidden)]
pub mod call;
#[doc(hidden)]
pub mod change;
pub mod check;
#[doc(hidden)]
pub mod containers;
#[doc(hidden)]
pub mod detach;
pub mod differentiable;
#[doc(hidden)]
pub mod gate;
pub mod graph;
pub mod matrices;
pub mod op;
pub mod optim;
pub mod param;
#[doc(hidden)]
pub mod place;
#[doc(hidden)]
pub mod proof;
mod real;
pub mod rule;
mod scalar_rules;
pub mod tensor;

#[doc(hidden)]
pub use arg::{Activity, Off, On};
pub use detach::Detach;
pub use differentiable::{Differentiable, Parameters, Tangent, Visitor};
pub use param::Param;
pub use pullback_macros::{Differentiable, assert_gradient, assert_no_gradient, differentiable};
pub use real::Real;
pub use tensor::{Mask, ShapeError, Tensor};

#[doc(hidden)]
pub use nalgebra;

/// What a user needs daily: `use pullback::prelude::*;`.
///
/// ```
/// use pullback::prelude::*;
/// #[differentiable]
/// fn f(x: f64) -> f64 {
///     x.sin() * x.detach()
/// }
/// assert_eq!(f::grad(0.0), 0.0);
/// ```
pub mod prelude {
    pub use crate::detach::Detach;
    pub use crate::differentiable::{Differentiable, Parameters, Tangent};
    pub use crate::optim::{Adam, AdamW, Sgd};
    pub use crate::param::Param;
    pub use crate::real::Real;
    pub use crate::tensor::{Mask, Tensor};
    pub use crate::{no_grad, tensor};
    pub use pullback_macros::{Differentiable, assert_gradient, assert_no_gradient, differentiable};
}

/// The programs in the README and in the documentation of the macros run, too.
#[cfg(doctest)]
mod elsewhere {
    #[doc = include_str!("../../README.md")]
    struct Readme;
    #[doc = include_str!("../../macros/src/docs/differentiable.md")]
    struct Attribute;
    #[doc = include_str!("../../macros/src/docs/derive.md")]
    struct Derive;
    #[doc = include_str!("../../macros/src/docs/assert_gradient.md")]
    struct Gradient;
    #[doc = include_str!("../../macros/src/docs/assert_no_gradient.md")]
    struct NoGradient;
}
