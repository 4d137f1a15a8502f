//! What gradients cost. See `README.md`.

pub mod cases;
pub mod inputs;
