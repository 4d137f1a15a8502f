//! A robot arm of six joints: where its tip is, and the Jacobian by the angles, through nalgebra.

pub mod generic;
pub mod gradient;
pub mod hand;
pub mod primal;

use crate::inputs::Random;
use nalgebra::SVector;

/// Joints.
pub const JOINTS: usize = 6;
/// Each link's length along the joint's axis x, then along z.
pub const LINKS: [[f64; 2]; JOINTS] = [[0.0, 0.4], [0.45, 0.0], [0.05, 0.0], [0.0, 0.42], [0.0, 0.0], [0.0, 0.1]];
/// Each link's twist: sine and cosine.
pub const TWISTS: [[f64; 2]; JOINTS] = [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [-1.0, 0.0], [1.0, 0.0], [0.0, 1.0]];

/// A thousand poses.
pub fn poses() -> Vec<SVector<f64, JOINTS>> {
    let mut random = Random::seeded(3);
    (0..1000).map(|_| SVector::from_fn(|_, _| 2.0 * random.uniform() - 1.0)).collect()
}
