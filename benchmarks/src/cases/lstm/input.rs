//! Inputs of LSTM. Input: a file of ADBench. Output: an `Lstm`. Invariant: the numbers as they stand there.

use crate::inputs::Numbers;

/// A model of `layers` layers of `width` cells, and a sequence.
#[derive(Clone, Debug)]
pub struct Lstm {
    /// Layers.
    pub layers: usize,
    /// Cells in a layer, and characters in the alphabet.
    pub width: usize,
    /// For each layer a row of weights, then one of biases, each for the gates forget, in, out, change: `8 · layers · width`.
    pub main: Vec<f64>,
    /// Input weights, output weights, output biases: `3 · width`.
    pub extra: Vec<f64>,
    /// For each layer its hidden values, then its cells: `2 · layers · width`.
    pub state: Vec<f64>,
    /// One row of zeros and ones for each character.
    pub sequence: Vec<f64>,
}

impl Lstm {
    /// Reads a file of ADBench.
    pub fn read(text: &str) -> Self {
        let mut numbers = Numbers::of(text);
        let (layers, characters, width) = (numbers.count(), numbers.count(), numbers.count());
        Lstm {
            layers,
            width,
            main: numbers.take(8 * layers * width),
            extra: numbers.take(3 * width),
            state: numbers.take(2 * layers * width),
            sequence: numbers.take(characters * width),
        }
    }
}
