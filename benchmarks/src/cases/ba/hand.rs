//! BA's Jacobian, by hand. Input: cameras, points, observations. Output: each observation's rows.
//! Invariant: both rows come from one reverse sweep whose cotangents are pairs.

use super::input::{Ba, Rows};

/// Two cotangents, of the same value for the two residuals.
type Pair = [f64; 2];

/// The rows of all observations.
pub fn jacobian(ba: &Ba) -> Vec<Rows> {
    let observations = ba.observations.iter().zip(&ba.weights).zip(&ba.features);
    observations.map(|((&(camera, point), &weight), feature)| rows(&ba.cameras[camera], &ba.points[point], weight, feature)).collect()
}

fn rows(camera: &[f64; 11], point: &[f64; 3], weight: f64, feature: &[f64; 2]) -> Rows {
    let [r1, r2, r3, c1, c2, c3, focal, u0, v0, k1, k2] = *camera;
    let moved = [point[0] - c1, point[1] - c2, point[2] - c3];
    let rotation = Rotation::of([r1, r2, r3], moved);
    let [rx, ry, rz] = rotation.rotated;
    let inverse = 1.0 / rz;
    let (x, y) = (rx * inverse, ry * inverse);
    let squared = x * x + y * y;
    let radial = k1 + squared * k2;
    let distortion = 1.0 + squared * radial;
    let seen = [x * distortion * focal + u0 - feature[0], y * distortion * focal + v0 - feature[1]];

    // The residuals' cotangents are (1, 0) and (0, 1); before the distortion the sweeps are apart.
    let scaled = weight * focal;
    let d_bar: Pair = [scaled * x, scaled * y];
    let squared_bar: Pair = [d_bar[0] * (radial + squared * k2), d_bar[1] * (radial + squared * k2)];
    let straight = scaled * distortion;
    let x_bar: Pair = [straight + 2.0 * x * squared_bar[0], 2.0 * x * squared_bar[1]];
    let y_bar: Pair = [2.0 * y * squared_bar[0], straight + 2.0 * y * squared_bar[1]];
    let rotated_bar: [Pair; 3] = [
        [x_bar[0] * inverse, x_bar[1] * inverse],
        [y_bar[0] * inverse, y_bar[1] * inverse],
        [-(x_bar[0] * x + y_bar[0] * y) * inverse, -(x_bar[1] * x + y_bar[1] * y) * inverse],
    ];
    let (r_bar, moved_bar) =
        if rotation.inverse == 0.0 { Rotation::adjoint_at_zero(moved, rotated_bar) } else { rotation.adjoint(moved, rotated_bar) };
    let row = |i: usize| {
        let [m1, m2, m3] = [moved_bar[0][i], moved_bar[1][i], moved_bar[2][i]];
        let (along, principal) = ([x, y][i], [[weight, 0.0], [0.0, weight]][i]);
        let k1_bar = d_bar[i] * squared;
        [
            r_bar[0][i],
            r_bar[1][i],
            r_bar[2][i],
            -m1,
            -m2,
            -m3,
            weight * along * distortion,
            principal[0],
            principal[1],
            k1_bar,
            k1_bar * squared,
            m1,
            m2,
            m3,
            seen[i],
        ]
    };
    Rows {
        residual: [weight * seen[0], weight * seen[1]],
        weight_residual: 1.0 - weight * weight,
        jacobian: [row(0), row(1)],
        weight_derivative: -2.0 * weight,
    }
}

/// A rotated vector and what its adjoint reads. At a zero angle `inverse` is 0.
struct Rotation {
    rotated: [f64; 3],
    axis: [f64; 3],
    crossed: [f64; 3],
    sin: f64,
    cos: f64,
    dot: f64,
    inverse: f64,
}

impl Rotation {
    #[inline]
    fn of(r: [f64; 3], x: [f64; 3]) -> Self {
        let squared = dot(&r, &r);
        if squared == 0.0 {
            return Rotation { rotated: x, axis: r, crossed: [0.0; 3], sin: 0.0, cos: 1.0, dot: 0.0, inverse: 0.0 };
        }
        let angle = squared.sqrt();
        let inverse = 1.0 / angle;
        let axis = [r[0] * inverse, r[1] * inverse, r[2] * inverse];
        let (sin, cos) = angle.sin_cos();
        let (crossed, dot) = (cross(&axis, &x), dot(&axis, &x));
        let along = dot * (1.0 - cos);
        let rotated = std::array::from_fn(|i| x[i] * cos + crossed[i] * sin + axis[i] * along);
        Rotation { rotated, axis, crossed, sin, cos, dot, inverse }
    }

    /// The cotangents of the rotation vector and of the vector.
    #[inline]
    fn adjoint(&self, x: [f64; 3], bar: [Pair; 3]) -> ([Pair; 3], [Pair; 3]) {
        let Rotation { axis, crossed, sin, cos, dot: along, inverse, .. } = *self;
        let crossed_bar = bar.map(|b| times(b, sin));
        let (from_axis, from_x) = (cross_pairs(&x, &crossed_bar), cross_pairs(&axis, &crossed_bar));
        let axis_dot = dot_pairs(&axis, &bar);
        let dot_bar = times(axis_dot, 1.0 - cos);
        let axis_bar: [Pair; 3] =
            std::array::from_fn(|i| plus(plus(from_axis[i], times(bar[i], along * (1.0 - cos))), times(dot_bar, x[i])));
        let cos_bar = minus(dot_pairs(&x, &bar), times(axis_dot, along));
        let turned = minus(times(dot_pairs(&crossed, &bar), cos), times(cos_bar, sin));
        let angle_bar = minus(turned, times(dot_pairs(&axis, &axis_bar), inverse));
        let r_bar = std::array::from_fn(|i| plus(times(axis_bar[i], inverse), times(angle_bar, axis[i])));
        let x_bar = std::array::from_fn(|i| plus(minus(times(bar[i], cos), from_x[i]), times(dot_bar, axis[i])));
        (r_bar, x_bar)
    }

    /// The same at a zero angle, where the rotated vector is `x + r × x`.
    fn adjoint_at_zero(x: [f64; 3], bar: [Pair; 3]) -> ([Pair; 3], [Pair; 3]) {
        let crossed = |s: usize| cross(&x, &[bar[0][s], bar[1][s], bar[2][s]]);
        let (first, second) = (crossed(0), crossed(1));
        (std::array::from_fn(|i| [first[i], second[i]]), bar)
    }
}

fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn plus(a: Pair, b: Pair) -> Pair {
    [a[0] + b[0], a[1] + b[1]]
}

fn minus(a: Pair, b: Pair) -> Pair {
    [a[0] - b[0], a[1] - b[1]]
}

fn times(a: Pair, s: f64) -> Pair {
    [a[0] * s, a[1] * s]
}

fn dot_pairs(a: &[f64; 3], b: &[Pair; 3]) -> Pair {
    plus(plus(times(b[0], a[0]), times(b[1], a[1])), times(b[2], a[2]))
}

fn cross_pairs(a: &[f64; 3], b: &[Pair; 3]) -> [Pair; 3] {
    let minor = |i: usize, j: usize| minus(times(b[j], a[i]), times(b[i], a[j]));
    [minor(1, 2), minor(2, 0), minor(0, 1)]
}
