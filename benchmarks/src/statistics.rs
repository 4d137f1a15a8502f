//! Medians and spread. Input: numbers. Output: a `Spread`. Invariant: of an empty list it is NaN.

use serde::Serialize;

/// The median of some times and their quartiles.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Spread {
    /// Half are below.
    pub median: f64,
    /// A quarter is below.
    pub low: f64,
    /// A quarter is above.
    pub high: f64,
}

impl Spread {
    /// Sorts, and takes them.
    pub fn of(numbers: &mut [f64]) -> Self {
        numbers.sort_by(f64::total_cmp);
        let at = |share: f64| numbers.get((share * numbers.len().saturating_sub(1) as f64).round() as usize).copied().unwrap_or(f64::NAN);
        Spread { median: at(0.5), low: at(0.25), high: at(0.75) }
    }
}
