//! Training steps of multi-layer perceptrons: rectified linear units, softmax cross-entropy, gradient descent; f32.

pub mod hand;
pub mod model;

use crate::contender::Arrays;
use crate::inputs::Random;

/// The step's length.
pub const RATE: f32 = 0.1;

/// A network's sizes and its batch.
#[derive(Clone, Debug)]
pub struct Training {
    /// The layers' widths, the input's first.
    pub widths: Vec<usize>,
    /// The batch.
    pub batch: usize,
    /// For each layer its weights, `[out, in]`.
    pub weights: Vec<Vec<f32>>,
    /// Inputs, `[batch, widths[0]]`.
    pub x: Vec<f32>,
    /// The right classes.
    pub labels: Vec<usize>,
}

impl Training {
    /// Weights as He et al. 2015, random inputs and labels. Biases start at zero.
    pub fn generate(widths: &[usize], batch: usize) -> Self {
        let mut random = Random::seeded(widths.iter().sum::<usize>() as u64);
        let mut normals = |n: usize, scale: f64| -> Vec<f32> { random.normals(n).into_iter().map(|v| (v * scale) as f32).collect() };
        let weights = widths.windows(2).map(|w| normals(w[0] * w[1], (2.0 / w[0] as f64).sqrt())).collect();
        let x = normals(batch * widths[0], 1.0);
        let classes = widths[widths.len() - 1];
        let labels = random.uniforms(batch).into_iter().map(|u| (u * classes as f64) as usize).collect();
        Training { widths: widths.to_vec(), batch, weights, x, labels }
    }

    /// For Python.
    pub fn arrays(&self) -> Arrays {
        let wide = |v: &[f32]| v.iter().map(|v| f64::from(*v)).collect();
        let mut arrays: Arrays = vec![
            ("x", vec![self.batch, self.widths[0]], wide(&self.x)),
            ("labels", vec![self.batch], self.labels.iter().map(|l| *l as f64).collect()),
            ("rate", vec![], vec![f64::from(RATE)]),
        ];
        for (weights, widths) in self.weights.iter().zip(self.widths.windows(2)) {
            arrays.push(("weights", vec![widths[1], widths[0]], wide(weights)));
        }
        arrays
    }

    /// The loss, and what a first step took from each weight and bias, divided by the rate: the gradient.
    pub fn gradient<'a>(&self, loss: f32, layers: impl IntoIterator<Item = (&'a [f32], &'a [f32])>) -> Vec<f64> {
        let rate = f64::from(RATE);
        let mut numbers = vec![f64::from(loss)];
        for ((weights, biases), before) in layers.into_iter().zip(&self.weights) {
            numbers.extend(weights.iter().zip(before).map(|(w, b)| (f64::from(*b) - f64::from(*w)) / rate));
            numbers.extend(biases.iter().map(|b| -f64::from(*b) / rate));
        }
        numbers
    }
}
