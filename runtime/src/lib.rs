#![doc = include_str!("guide.md")]

extern crate self as pullback;

#[macro_use]
mod elementary;

pub mod arg;
pub mod call;
pub mod change;
pub mod check;
pub mod containers;
pub mod detach;
pub mod differentiable;
#[doc(hidden)]
pub mod gate;
pub mod graph;
pub mod matrices;
pub mod op;
pub mod optim;
pub mod param;
pub mod place;
pub mod proof;
mod real;
pub mod rule;
mod scalar_rules;
pub mod tensor;

pub use arg::{Activity, Off, On};
pub use detach::Detach;
pub use differentiable::{Differentiable, Parameters, Tangent, Visitor};
pub use param::Param;
pub use pullback_macros::{Differentiable, assert_gradient, assert_no_gradient, differentiable};
pub use real::Real;
pub use tensor::{Mask, ShapeError, Tensor};

#[doc(hidden)]
pub use nalgebra;

/// What a user needs daily.
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

/// The program in the README runs, too.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
