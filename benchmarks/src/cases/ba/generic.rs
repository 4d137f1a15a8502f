//! BA for other crates' number types. Input: camera, point and weight as fifteen numbers. Output: two residuals.
//! Invariant: the same computation as the primal.

use crate::number::{Map, Number, sum};

/// An observation, apart from what is differentiated.
pub struct Observation {
    /// Where it was seen.
    pub feature: [f64; 2],
}

impl Map<15, 2> for Observation {
    fn values<T: Number>(&self, x: &[T; 15]) -> [T; 2] {
        let [r1, r2, r3, c1, c2, c3, focal, u0, v0, k1, k2, p1, p2, p3, weight] = x.clone();
        let [x, y, z] = rotate([r1, r2, r3], [p1 - c1, p2 - c2, p3 - c3]);
        let (x, y) = (x / z.clone(), y / z);
        let squared = x.clone().squared() + y.clone().squared();
        let distortion = (squared.clone() * (k1 + squared * k2)).plus(1.0);
        let scale = distortion * focal;
        let (u, v) = (x * scale.clone() + u0, y * scale + v0);
        [weight.clone() * u.plus(-self.feature[0]), weight * v.plus(-self.feature[1])]
    }
}

fn rotate<T: Number>(r: [T; 3], x: [T; 3]) -> [T; 3] {
    let squared = dot(&r, &r);
    if squared.value() == 0.0 {
        let c = cross(&r, &x);
        let mut pairs = x.into_iter().zip(c);
        return std::array::from_fn(|_| pairs.next().map(|(x, c)| x + c).expect("three"));
    }
    let angle = squared.sqrt();
    let axis = r.map(|r| r / angle.clone());
    let (sin, cos) = (angle.clone().sin(), angle.cos());
    let c = cross(&axis, &x);
    let along = dot(&axis, &x) * (-cos.clone()).plus(1.0);
    std::array::from_fn(|i| x[i].clone() * cos.clone() + c[i].clone() * sin.clone() + axis[i].clone() * along.clone())
}

fn dot<T: Number>(a: &[T; 3], b: &[T; 3]) -> T {
    sum(a.iter().zip(b).map(|(a, b)| a.clone() * b.clone()))
}

fn cross<T: Number>(a: &[T; 3], b: &[T; 3]) -> [T; 3] {
    let minor = |i: usize, j: usize| a[i].clone() * b[j].clone() - a[j].clone() * b[i].clone();
    [minor(1, 2), minor(2, 0), minor(0, 1)]
}
