//! Filters and arms by nalgebra, quadrature and roots.
//!
//! Input: functions of a slice. Output: tests of every mode.

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

mod savgol_matrix {
    use super::*;
    use nalgebra::{DMatrix, DVector, Matrix2, SMatrix, Vector2};
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let n = x.len();
        let a = DMatrix::from_fn(n, 2, |i, j| (i as f64 * 0.5).powi(j as i32));
        let y = DVector::from_column_slice(x);
        let ata = a.transpose() * &a;
        let aty = a.transpose() * &y;
        let c = ata.lu().solve(&aty).unwrap();
        let r = &y - &a * &c;
        r.norm_squared() + c[0] * c[1]
    }
    of_slices! { f at [[0.0, 0.4, 1.2, 1.1, 2.0]]; }
}

mod ekf_nalgebra {
    use super::*;
    use nalgebra::{Matrix2, RowVector2, Vector2};
    #[derive(Clone, Differentiable)]
    struct Ekf {
        x: Vector2<f64>,
        p: Matrix2<f64>,
    }
    #[differentiable]
    impl Ekf {
        fn predict(&mut self, dt: f64, q: f64) {
            let f = Matrix2::new(1.0, dt, 0.0, 1.0);
            self.x = f * self.x;
            self.p = f * self.p * f.transpose() + Matrix2::identity() * q;
        }
        fn update(&mut self, z: f64, r: f64) -> f64 {
            let h = RowVector2::new(1.0, 0.0);
            let innov = z - self.x[0];
            let s = (h * self.p * h.transpose())[(0, 0)] + r;
            let k = self.p * h.transpose() / s;
            self.x += k * innov;
            self.p = (Matrix2::identity() - k * h) * self.p;
            -0.5 * (s.ln() + innov * innov / s)
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut k = Ekf { x: Vector2::new(x[0], x[1]), p: Matrix2::new(1.0, 0.1, 0.1, 1.0) };
        let mut ll = 0.0;
        for z in [0.1, 0.4, 0.9] {
            k.predict(0.1, x[2]);
            ll += k.update(z, x[3]);
        }
        ll + k.x.norm()
    }
    of_slices! { f at [[0.0, 0.4, 0.2, 0.1]]; }
}

mod robot_dh {
    use super::*;
    use nalgebra::{Matrix4, Vector3, Vector4};
    #[differentiable]
    fn dh(theta: f64, d: f64, a: f64, alpha: f64) -> Matrix4<f64> {
        let (st, ct) = theta.sin_cos();
        let (sa, ca) = alpha.sin_cos();
        Matrix4::new(ct, -st * ca, st * sa, a * ct, st, ct * ca, -ct * sa, a * st, 0.0, sa, ca, d, 0.0, 0.0, 0.0, 1.0)
    }
    #[differentiable]
    fn fk(q: &[f64]) -> Vector3<f64> {
        let t = q
            .iter()
            .enumerate()
            .fold(Matrix4::identity(), |t, (i, q)| t * dh(*q, 0.1 * i as f64, 0.5, if i % 2 == 0 { 1.57 } else { 0.0 }));
        let p = t * Vector4::new(0.0, 0.0, 0.1, 1.0);
        Vector3::new(p.x, p.y, p.z)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let p = fk(x);
        (p - Vector3::new(0.5, 0.2, 0.3)).norm_squared() + p.dot(&Vector3::x())
    }
    of_slices! { f at [[0.1, 0.4, -0.6]]; }
}

mod quadrature_gauss {
    use super::*;
    static NODES: [(f64, f64); 3] =
        [(-0.7745966692414834, 0.5555555555555556), (0.0, 0.8888888888888888), (0.7745966692414834, 0.5555555555555556)];
    #[differentiable]
    fn gauss<F>(f: F, a: f64, b: f64, panels: usize) -> f64
    where
        F: Fn(f64) -> f64,
    {
        let h = (b - a) / panels as f64;
        (0..panels)
            .map(|i| {
                let mid = a + (i as f64 + 0.5) * h;
                NODES.iter().map(|(x, w)| w * f(mid + 0.5 * h * x)).sum::<f64>() * 0.5 * h
            })
            .sum()
    }
    #[differentiable]
    fn bessel_integrand(t: f64) -> f64 {
        (1.3 * t.sin()).cos()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        gauss(bessel_integrand, 0.0, x[0], 3) + gauss(|t| gauss(|s| (t * s * x[1]).exp(), 0.0, t, 2), x[2], 1.0, 2)
    }
    of_slices! { f at [[1.0, 0.4, -0.6]]; }
}

mod brent_like {
    use super::*;
    #[differentiable]
    fn secant(g: impl Fn(f64) -> f64, x0: f64, x1: f64) -> Option<f64> {
        let (mut a, mut b) = (x0, x1);
        let (mut fa, mut fb) = (g(a), g(b));
        for _ in 0..30 {
            if (fb - fa).abs() < 1e-15 {
                return if fb.abs() < 1e-9 { Some(b) } else { None };
            }
            let c = b - fb * (b - a) / (fb - fa);
            (a, fa) = (b, fb);
            b = c;
            fb = g(b);
            if fb.abs() < 1e-13 {
                return Some(b);
            }
        }
        None
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let root = secant(|t| t.powi(3) - x[0] * t - x[1], 1.0, 2.5);
        root.map(|r| r * r).unwrap_or(f64::NAN)
    }
    of_slices! { f at [[1.0, 1.4]]; }
}
