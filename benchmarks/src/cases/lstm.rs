//! A character model of stacked LSTM cells with elementwise gates (ADBench's LSTM), with respect to all its weights.

pub mod generic;
pub mod hand;
pub mod input;
pub mod primal;

pub use input::Lstm;
