//! Inputs of GMM. Input: a file of ADBench, or a seed. Output: a `Gmm`. Invariant: the same numbers on every machine.

use crate::inputs::{Numbers, Random};

/// The prior's parameters.
#[derive(Clone, Copy, Debug)]
pub struct Wishart {
    /// γ.
    pub gamma: f64,
    /// m.
    pub m: i32,
}

/// A mixture of `k` Gaussians in `d` dimensions, and `n` points.
#[derive(Clone, Debug)]
pub struct Gmm {
    /// Dimensions.
    pub d: usize,
    /// Components.
    pub k: usize,
    /// Points.
    pub n: usize,
    /// `k` unnormalised log-weights.
    pub alphas: Vec<f64>,
    /// `k` rows of `d`.
    pub means: Vec<f64>,
    /// `k` rows: `d` log-diagonal entries, then the strict lower triangle column by column.
    pub icf: Vec<f64>,
    /// `n` rows of `d`.
    pub x: Vec<f64>,
    /// The prior.
    pub wishart: Wishart,
}

impl Gmm {
    /// Reads a file of ADBench.
    pub fn read(text: &str) -> Self {
        let mut numbers = Numbers::of(text);
        let (d, k, n) = (numbers.count(), numbers.count(), numbers.count());
        let triangle = d * (d + 1) / 2;
        Gmm {
            d,
            k,
            n,
            alphas: numbers.take(k),
            means: numbers.take(k * d),
            icf: numbers.take(k * triangle),
            x: numbers.take(n * d),
            wishart: Wishart { gamma: numbers.take(1)[0], m: numbers.count() as i32 },
        }
    }

    /// Draws one as ADBench does: means uniform, everything else normal.
    pub fn generate(d: usize, k: usize, n: usize) -> Self {
        let mut random = Random::seeded(31 * d as u64 + k as u64);
        Gmm {
            d,
            k,
            n,
            alphas: random.normals(k),
            means: random.uniforms(k * d),
            icf: random.normals(k * d * (d + 1) / 2),
            x: random.normals(n * d),
            wishart: Wishart { gamma: 1.0, m: 0 },
        }
    }
}
