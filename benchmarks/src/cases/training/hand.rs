//! A training step, by hand. Input: a network, a batch. Output: the loss; the network is changed.
//! Invariant: no allocation; the gradient is never stored, each product adds straight into the weights.

use super::{RATE, Training};
use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, Axis};

/// A network with its buffers.
pub struct Network {
    /// What it began with.
    pub training: Training,
    /// Weights `[out, in]` and biases.
    pub layers: Vec<(Array2<f32>, Array1<f32>)>,
    /// The input, then each layer's output.
    signals: Vec<Array2<f32>>,
    /// The cotangent of each layer's output.
    bars: Vec<Array2<f32>>,
}

impl Network {
    /// Sets one up.
    ///
    /// # Panics
    /// If sizes do not fit.
    pub fn new(training: Training) -> Self {
        let array = |rows: usize, columns: usize, v: &[f32]| Array2::from_shape_vec((rows, columns), v.to_vec()).expect("the sizes fit");
        let (widths, batch) = (&training.widths, training.batch);
        let layer = |(w, v): (&[usize], &Vec<f32>)| (array(w[1], w[0], v), Array1::zeros(w[1]));
        let layers = widths.windows(2).zip(&training.weights).map(layer).collect();
        let mut signals = vec![array(batch, widths[0], &training.x)];
        signals.extend(widths[1..].iter().map(|w| Array2::zeros((batch, *w))));
        let bars = widths[1..].iter().map(|w| Array2::zeros((batch, *w))).collect();
        Network { layers, signals, bars, training }
    }

    /// One step.
    pub fn step(&mut self) -> f32 {
        let loss = self.forward();
        for index in (0..self.layers.len()).rev() {
            let (before, after) = self.bars.split_at_mut(index);
            let (bar, input) = (&after[0], &self.signals[index]);
            let (weights, biases) = &mut self.layers[index];
            if let Some(input_bar) = before.last_mut() {
                general_mat_mul(1.0, bar, weights, 0.0, input_bar);
                ndarray::Zip::from(input_bar).and(input).for_each(|b, x| *b = if *x > 0.0 { *b } else { 0.0 });
            }
            general_mat_mul(-RATE, &bar.t(), input, 1.0, weights);
            for row in bar.axis_iter(Axis(0)) {
                biases.scaled_add(-RATE, &row);
            }
        }
        loss
    }

    /// The loss; leaves its cotangent by the scores in the last of `bars`.
    fn forward(&mut self) -> f32 {
        let last = self.layers.len() - 1;
        for (index, (weights, biases)) in self.layers.iter().enumerate() {
            let (before, after) = self.signals.split_at_mut(index + 1);
            let output = &mut after[0];
            general_mat_mul(1.0, &before[index], &weights.t(), 0.0, output);
            for mut row in output.axis_iter_mut(Axis(0)) {
                let rectified = index < last;
                row.zip_mut_with(biases, |z, b| *z = if rectified { (*z + b).max(0.0) } else { *z + b });
            }
        }
        let scale = 1.0 / self.training.batch as f32;
        let mut loss = 0.0;
        let rows = self.signals[last + 1].axis_iter(Axis(0)).zip(self.bars[last].axis_iter_mut(Axis(0)));
        for ((scores, mut bar), &label) in rows.zip(&self.training.labels) {
            let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            bar.zip_mut_with(&scores, |b, z| *b = (z - largest).exp());
            let sum: f32 = bar.iter().sum();
            loss += largest + sum.ln() - scores[label];
            bar.mapv_inplace(|e| e * scale / sum);
            bar[label] -= scale;
        }
        loss * scale
    }

    /// The gradient that the first step followed.
    pub fn numbers(&self, loss: f32) -> Vec<f64> {
        let layers = self.layers.iter().map(|(w, b)| (w.as_slice().unwrap_or_default(), b.as_slice().unwrap_or_default()));
        self.training.gradient(loss, layers)
    }
}
