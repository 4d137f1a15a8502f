//! The cases.

pub mod ba;
pub mod gmm;
pub mod lstm;
pub mod scalar;
