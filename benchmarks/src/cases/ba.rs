//! Bundle adjustment (ADBench's BA): the residuals of all observations, and their sparse Jacobian.

pub mod generic;
pub mod gradient;
pub mod hand;
pub mod input;
pub mod primal;

pub use input::Ba;
