//! What companions ask of results and of arguments: traits that rustc names when they are not met.
//!
//! Input: types. Output: names. Invariant: nothing is defined here; nobody needs to name these in a program.
//!
//! ```
//! use pullback::bounds::ScalarResult;
//! fn has_grad<Y: ScalarResult<()>>(_: Y) {} // `f::grad` asks this of the result
//! has_grad(1.0_f64);
//! ```

pub use crate::arg::{ArgRef, ArgVal};
pub use crate::call::{Counted, Nothing, ScalarResult, WithoutExclusive, WithoutFunctions, inert};
