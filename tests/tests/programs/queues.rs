//! Queues, assignments, alignments and noise.
//!
//! Input: functions of a slice. Output: tests of every mode.

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

mod queue_sim {
    use super::*;
    #[derive(Clone, Copy, Differentiable)]
    struct Job {
        arrival: f64,
        service: f64,
    }
    #[differentiable]
    fn simulate(jobs: &[Job], servers: usize) -> f64 {
        let mut free = vec![0.0_f64; servers];
        let mut wait = 0.0;
        for Job { arrival, service } in jobs.iter().copied() {
            let (k, t) = free.iter().copied().enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            let start = if t > arrival { t } else { arrival };
            wait += start - arrival;
            free[k] = start + service;
        }
        wait + free.iter().copied().fold(0.0, f64::max)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut t = 0.0;
        let jobs: Vec<Job> = x
            .iter()
            .map(|v| {
                t += 0.3 * v;
                Job { arrival: t, service: v * v + 0.5 }
            })
            .collect();
        simulate(&jobs, 2)
    }
    of_slices! { f at [[0.5, 0.7, 0.2, 1.1, 0.9]]; }
}

mod sudoku_like_backtrack {
    use super::*;
    #[differentiable]
    fn best(costs: &[Vec<f64>], row: usize, used: &mut Vec<bool>) -> f64 {
        if row == costs.len() {
            return 0.0;
        }
        let mut m = f64::INFINITY;
        for c in 0..costs[row].len() {
            if used[c] {
                continue;
            }
            used[c] = true;
            let v = costs[row][c] + best(costs, row + 1, used);
            used[c] = false;
            if v < m {
                m = v;
            }
        }
        m
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let costs: Vec<Vec<f64>> = x.chunks(3).map(|r| r.iter().map(|v| v * v + 0.1).collect()).collect();
        best(&costs, 0, &mut vec![false; 3])
    }
    of_slices! { f at [[0.5, 0.7, 0.2, 1.1, 0.9, 0.3, 0.35, 0.8, 1.3]]; }
}

mod lcs_alignment {
    use super::*;
    #[differentiable]
    fn align(a: &str, b: &str, w: &[f64]) -> f64 {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let mut prev: Vec<f64> = (0..=b.len()).map(|j| j as f64 * w[0]).collect();
        for (i, ca) in a.iter().enumerate() {
            let mut row = Vec::with_capacity(b.len() + 1);
            row.push((i + 1) as f64 * w[0]);
            for (j, cb) in b.iter().enumerate() {
                let sub = prev[j] + if ca == cb { w[1] } else { w[2] };
                let del = prev[j + 1] + w[0];
                let ins = row[j] + w[0];
                row.push(sub.max(del).max(ins));
            }
            prev = row;
        }
        *prev.last().unwrap()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        align("GATTACA", "GCATGCU", x)
    }
    of_slices! { f at [[-1.1, 1.0, -0.9]]; }
}

mod perlin {
    use super::*;
    fn hash(ix: i64, iy: i64) -> u64 {
        let mut h = (ix as u64).wrapping_mul(0x9E3779B97F4A7C15) ^ (iy as u64).wrapping_mul(0xC2B2AE3D27D4EB4F);
        h ^= h >> 29;
        h
    }
    #[differentiable]
    fn fade(t: f64) -> f64 {
        t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
    }
    #[differentiable]
    fn lerp(a: f64, b: f64, t: f64) -> f64 {
        a + t * (b - a)
    }
    #[differentiable]
    fn grad(h: u64, x: f64, y: f64) -> f64 {
        match h & 3 {
            0 => x + y,
            1 => -x + y,
            2 => x - y,
            _ => -x - y,
        }
    }
    #[differentiable]
    fn noise(x: f64, y: f64) -> f64 {
        let (ix, iy) = no_grad!((x.floor(), y.floor()));
        let (fx, fy) = (x - ix, y - iy);
        let (ix, iy) = (ix as i64, iy as i64);
        let (u, v) = (fade(fx), fade(fy));
        lerp(
            lerp(grad(hash(ix, iy), fx, fy), grad(hash(ix + 1, iy), fx - 1.0, fy), u),
            lerp(grad(hash(ix, iy + 1), fx, fy - 1.0), grad(hash(ix + 1, iy + 1), fx - 1.0, fy - 1.0), u),
            v,
        )
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let (mut amp, mut freq, mut s) = (1.0, 1.0, 0.0);
        for _ in 0..3 {
            s += amp * noise(x[0] * freq, x[1] * freq);
            amp *= x[2];
            freq *= 2.0;
        }
        s
    }
    of_slices! { f at [[0.37, 1.71, 0.5]]; }
}

mod camera_projection {
    use super::*;
    use nalgebra::{Matrix3, Vector2, Vector3};
    #[derive(Clone, Differentiable)]
    struct Camera {
        rot: Vector3<f64>,
        t: Vector3<f64>,
        focal: f64,
        k: [f64; 2],
    }
    #[differentiable]
    fn rodrigues(w: &Vector3<f64>) -> Matrix3<f64> {
        let theta = w.norm();
        let k = w / theta;
        let kx = Matrix3::new(0.0, -k.z, k.y, k.z, 0.0, -k.x, -k.y, k.x, 0.0);
        Matrix3::identity() + kx * theta.sin() + kx * kx * (1.0 - theta.cos())
    }
    #[differentiable]
    impl Camera {
        fn project(&self, p: &Vector3<f64>) -> Vector2<f64> {
            let q = rodrigues(&self.rot) * p + self.t;
            let uv = Vector2::new(q.x / q.z, q.y / q.z);
            let r2 = uv.norm_squared();
            uv * (self.focal * (1.0 + r2 * (self.k[0] + r2 * self.k[1])))
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let c = Camera { rot: Vector3::new(x[0], x[1], x[2]), t: Vector3::new(0.1, x[3], 4.0), focal: x[4], k: [x[5], 0.01] };
        let pts = [Vector3::new(0.5, 0.2, 0.1), Vector3::new(-0.4, 0.6, 0.3)];
        pts.iter().map(|p| c.project(p).norm()).sum()
    }
    of_slices! { f at [[0.1, 0.2, -0.3, 0.2, 1.2, 0.1]]; }
}

mod tridiagonal_generic {
    use super::*;
    #[differentiable]
    fn solve<T: Real, const N: usize>(lower: [T; N], diag: [T; N], upper: [T; N], mut rhs: [T; N]) -> [T; N] {
        let mut d = diag;
        for i in 1..N {
            let m = lower[i] / d[i - 1];
            d[i] -= m * upper[i - 1];
            let r = rhs[i - 1];
            rhs[i] -= m * r;
        }
        rhs[N - 1] /= d[N - 1];
        for i in (0..N - 1).rev() {
            rhs[i] = (rhs[i] - upper[i] * rhs[i + 1]) / d[i];
        }
        rhs
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let s = solve([0.0, x[0], x[1]], [2.0 + x[2], 2.0, 3.0], [x[0], x[2], 0.0], [1.0, x[1], 2.0]);
        s.iter().map(|v| v.powi(2)).sum()
    }
    of_slices! { f at [[0.4, 0.2, -0.3]]; }
}
