//! Inputs of BA. Input: a file of ADBench. Output: a `Ba`. Invariant: cameras, points and observations are replicated as ADBench does.

use crate::inputs::Numbers;

/// Cameras, points, and observations of points by cameras.
#[derive(Clone, Debug)]
pub struct Ba {
    /// Rotation vector (3), centre (3), focal length, principal point (2), radial distortion (2).
    pub cameras: Vec<[f64; 11]>,
    /// Points in space.
    pub points: Vec<[f64; 3]>,
    /// One weight for each observation.
    pub weights: Vec<f64>,
    /// Where each observation was seen.
    pub features: Vec<[f64; 2]>,
    /// For each observation its camera and its point.
    pub observations: Vec<(usize, usize)>,
}

impl Ba {
    /// Reads a file of ADBench.
    pub fn read(text: &str) -> Self {
        let mut numbers = Numbers::of(text);
        let (n, m, p) = (numbers.count(), numbers.count(), numbers.count());
        let camera = std::array::from_fn(|_| numbers.take(1)[0]);
        let point = std::array::from_fn(|_| numbers.take(1)[0]);
        let weight = numbers.take(1)[0];
        let feature = std::array::from_fn(|_| numbers.take(1)[0]);
        Ba {
            cameras: vec![camera; n],
            points: vec![point; m],
            weights: vec![weight; p],
            features: vec![feature; p],
            observations: (0..p).map(|i| (i % n, i % m)).collect(),
        }
    }
}

/// One observation's residuals and their derivatives.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rows {
    /// The two reprojection residuals.
    pub residual: [f64; 2],
    /// The weight's own residual.
    pub weight_residual: f64,
    /// For each reprojection residual, its derivatives by the camera (11), the point (3) and the weight.
    pub jacobian: [[f64; 15]; 2],
    /// The derivative of the weight's residual by the weight.
    pub weight_derivative: f64,
}

impl Rows {
    /// All numbers, in the order of ADBench's reference.
    pub fn numbers(&self) -> impl Iterator<Item = f64> {
        let jacobian = self.jacobian.into_iter().flatten();
        self.residual.into_iter().chain([self.weight_residual]).chain(jacobian).chain([self.weight_derivative])
    }
}
