//! What companions ask of results and of arguments: traits that rustc names when they are not met.
//!
//! Input: types. Output: names. Invariant: nothing is defined here; nobody needs to name these in a program.

pub use crate::arg::{ArgRef, ArgVal};
pub use crate::call::{Counted, Nothing, ScalarResult, WithoutExclusive, WithoutFunctions, inert};
