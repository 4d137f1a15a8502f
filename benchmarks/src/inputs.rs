//! What inputs are made from. Input: text, or a seed. Output: numbers. Invariant: the same numbers on every machine.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// The whitespace-separated numbers of a text, in order.
pub struct Numbers<'a>(std::str::SplitAsciiWhitespace<'a>);

impl<'a> Numbers<'a> {
    /// Starts at the first.
    pub fn of(text: &'a str) -> Self {
        Numbers(text.split_ascii_whitespace())
    }

    /// The next `n`.
    ///
    /// # Panics
    /// If there are fewer, or one is no number.
    pub fn take(&mut self, n: usize) -> Vec<f64> {
        let read = |word: &str| word.parse().unwrap_or_else(|_| panic!("no number: {word}"));
        let numbers: Vec<f64> = self.0.by_ref().take(n).map(read).collect();
        assert_eq!(numbers.len(), n, "the file ends too early");
        numbers
    }

    /// The next number, a count.
    pub fn count(&mut self) -> usize {
        self.take(1)[0] as usize
    }

    /// All that are left.
    pub fn rest(self) -> Vec<f64> {
        self.0.map(|word| word.parse().unwrap_or_else(|_| panic!("no number: {word}"))).collect()
    }
}

/// A seeded source of numbers.
pub struct Random(Pcg64Mcg);

impl Random {
    /// Starts the sequence of a seed.
    pub fn seeded(seed: u64) -> Self {
        Random(Pcg64Mcg::seed_from_u64(seed))
    }

    /// Uniform in [0, 1).
    pub fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    /// `n` numbers, uniform in [0, 1).
    pub fn uniforms(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.uniform()).collect()
    }

    /// `n` numbers with the standard normal distribution (Box and Muller 1958).
    pub fn normals(&mut self, n: usize) -> Vec<f64> {
        let mut normal = || {
            let (u, v) = (1.0 - self.uniform(), self.uniform());
            (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
        };
        (0..n).map(|_| normal()).collect()
    }
}
