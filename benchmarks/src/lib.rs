//! What gradients cost: pullback, hand-written adjoints, other crates, JAX and PyTorch, in one run.
//!
//! Input: the cases' data. Output: tables, JSON, a chart. Invariant: every tool computes the same numbers from the same input, is checked
//! before it is timed, and is timed in turn with the others.

pub mod build_time;
pub mod cases;
pub mod chart;
pub mod contender;
pub mod inputs;
pub mod machine;
pub mod number;
pub mod options;
pub mod peers;
pub mod process;
pub mod report;
pub mod schedule;
pub mod serve;
pub mod statistics;
