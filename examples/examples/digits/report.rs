//! How well the network does on the test: the confusion matrix, the mistakes, a table.
//!
//! Input: the test digits and what they were taken for. Output: an [`Outcome`], and its table on the terminal.
//! Invariant: the entries of the confusion matrix sum to the number of test digits.

use crate::data::{CLASSES, Digit};
use std::fmt;

/// A digit taken for another.
pub(crate) struct Mistake<'a> {
    /// The digit.
    pub(crate) digit: &'a Digit,
    /// What it was taken for.
    pub(crate) taken_for: usize,
}

/// The test's result.
pub(crate) struct Outcome<'a> {
    /// `confusion[is][taken for]`.
    pub(crate) confusion: [[usize; CLASSES]; CLASSES],
    /// The digits that were not recognised.
    pub(crate) mistakes: Vec<Mistake<'a>>,
    /// How many there were.
    pub(crate) total: usize,
}

impl<'a> Outcome<'a> {
    /// Compares digits with what they were taken for.
    pub(crate) fn new(digits: &'a [Digit], predicted: &[usize]) -> Self {
        let mut outcome = Outcome { confusion: [[0; CLASSES]; CLASSES], mistakes: Vec::new(), total: digits.len() };
        for (digit, &taken_for) in digits.iter().zip(predicted) {
            outcome.confusion[digit.label][taken_for] += 1;
            if digit.label != taken_for {
                outcome.mistakes.push(Mistake { digit, taken_for });
            }
        }
        outcome
    }

    /// How many digits were recognised.
    pub(crate) fn right(&self) -> usize {
        self.total - self.mistakes.len()
    }
}

impl fmt::Display for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "digit   in the test   recognised   taken for another")?;
        for (label, row) in self.confusion.iter().enumerate() {
            let (all, right) = (row.iter().sum::<usize>(), row[label]);
            let share = if all == 0 { "–".into() } else { format!("{:.1} %", 100.0 * right as f64 / all as f64) };
            let others = (0..CLASSES).filter(|&k| k != label && row[k] > 0).map(|k| format!("{} as {k}", row[k])).collect::<Vec<_>>();
            writeln!(f, "{}", format!("{label:>5}   {all:>11}   {share:>10}   {}", others.join(", ")).trim_end())?;
        }
        Ok(())
    }
}
