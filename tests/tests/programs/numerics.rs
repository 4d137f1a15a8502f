//! Integrators, linear systems and geometry.
//!
//! Input: functions of a slice. Output: tests of every mode.

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

mod deque_window {
    use super::*;
    // moving maximum by the usual ring buffer in a Vec
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        const W: usize = 3;
        let mut ring = [0.0; W];
        let mut head = 0;
        let mut s = 0.0;
        for (i, v) in x.iter().enumerate() {
            ring[head] = *v * 2.0;
            head = (head + 1) % W;
            if i + 1 >= W {
                s += ring.iter().copied().fold(f64::NEG_INFINITY, f64::max) * ring[head];
            }
        }
        s
    }
    of_slices! { f at [[0.7, -1.3, 0.2, 0.9, 0.1, -0.5]]; }
}

mod generic_real_matrix {
    use super::*;
    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    struct Mat<T: Real, const R: usize, const C: usize>([[T; C]; R]);
    #[differentiable]
    impl<T: Real, const R: usize, const C: usize> Mat<T, R, C> {
        fn zero() -> Self {
            Mat([[T::zero(); C]; R])
        }
        fn mul<const K: usize>(&self, o: &Mat<T, C, K>) -> Mat<T, R, K> {
            let mut out = Mat::<T, R, K>::zero();
            for i in 0..R {
                for j in 0..K {
                    for k in 0..C {
                        out.0[i][j] = out.0[i][j] + self.0[i][k] * o.0[k][j];
                    }
                }
            }
            out
        }
        fn transpose(&self) -> Mat<T, C, R> {
            let mut out = Mat([[T::zero(); R]; C]);
            for (i, row) in self.0.iter().enumerate() {
                for (j, v) in row.iter().enumerate() {
                    out.0[j][i] = *v;
                }
            }
            out
        }
        fn trace(&self) -> T {
            let mut t = T::zero();
            for i in 0..R.min(C) {
                t += self.0[i][i];
            }
            t
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let a = Mat([[x[0], x[1], 1.0], [x[2], 0.5, x[3]]]);
        let g = a.mul(&a.transpose());
        g.mul(&g).trace() + g.0[0][1]
    }
    of_slices! { f at [[0.7, -1.3, 0.2, 0.9]]; }
}

mod trait_models {
    use super::*;
    #[differentiable]
    trait Model {
        fn predict(&self, x: f64) -> f64;
        fn loss(&self, data: &[(f64, f64)]) -> f64 {
            data.iter().map(|&(x, y)| (self.predict(x) - y).powi(2)).sum::<f64>()
        }
    }
    #[derive(Clone, Differentiable)]
    struct Linear {
        a: f64,
        b: f64,
    }
    #[derive(Clone, Differentiable)]
    struct Poly<const N: usize> {
        c: [f64; N],
    }
    #[differentiable(of_trait)]
    impl Model for Linear {
        fn predict(&self, x: f64) -> f64 {
            self.a * x + self.b
        }
    }
    #[differentiable(of_trait)]
    impl<const N: usize> Model for Poly<N> {
        fn predict(&self, x: f64) -> f64 {
            self.c.iter().rev().fold(0.0, |acc, c| acc * x + c)
        }
        fn loss(&self, data: &[(f64, f64)]) -> f64 {
            data.iter().map(|(x, y)| (self.predict(*x) - y).abs()).sum()
        }
    }
    #[differentiable]
    fn fit<M: Model + Differentiable>(m: &M) -> f64 {
        m.loss(&[(0.0, 1.0), (1.0, 2.0), (2.0, 2.5)])
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        fit(&Linear { a: x[0], b: x[1] }) + fit(&Poly { c: [x[0], x[1], x[2]] })
    }
    of_slices! { f at [[0.7, 0.3, 0.2]]; }
}

mod newton_system {
    use super::*;
    #[differentiable]
    fn solve_dense(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
        let n = b.len();
        for c in 0..n {
            let p = (c..n).max_by(|&i, &j| a[i][c].abs().total_cmp(&a[j][c].abs())).unwrap();
            a.swap(c, p);
            b.swap(c, p);
            let (top, bottom) = a.split_at_mut(c + 1);
            let pivot = &top[c];
            for (k, row) in bottom.iter_mut().enumerate() {
                let m = row[c] / pivot[c];
                for j in c..n {
                    row[j] -= m * pivot[j];
                }
                b[c + 1 + k] -= m * b[c];
            }
        }
        for i in (0..n).rev() {
            let s: f64 = a[i][i + 1..].iter().zip(&b[i + 1..]).map(|(a, b)| a * b).sum();
            b[i] = (b[i] - s) / a[i][i];
        }
        b
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let a: Vec<Vec<f64>> = x[..9].chunks(3).map(<[f64]>::to_vec).collect();
        let r = solve_dense(a, x[9..].to_vec());
        r[0] + r[1] * r[2]
    }
    of_slices! { f at [[0.7, 0.3, 0.2, -1.0, 2.0, 0.4, 0.1, -0.6, 1.5, 1.0, 2.0, 3.0]]; }
}

mod adaptive_simpson {
    use super::*;
    #[differentiable]
    fn adapt(f: &impl Fn(f64) -> f64, a: f64, b: f64, fa: f64, fb: f64, fm: f64, depth: u32) -> f64 {
        let m = 0.5 * (a + b);
        let (fl, fr) = (f(0.5 * (a + m)), f(0.5 * (m + b)));
        let whole = no_grad!((b - a) / 6.0 * (fa + 4.0 * fm + fb));
        let left = (m - a) / 6.0 * (fa + 4.0 * fl + fm);
        let right = (b - m) / 6.0 * (fm + 4.0 * fr + fb);
        if depth == 0 || (left + right - whole).abs() < 1e-9 {
            left + right
        } else {
            adapt(f, a, m, fa, fm, fl, depth - 1) + adapt(f, m, b, fm, fb, fr, depth - 1)
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let g = |t: f64| (x[0] * t).sin() * (-x[1] * t * t).exp();
        adapt(&g, 0.0, x[2], g(0.0), g(x[2]), g(x[2] / 2.0), 4)
    }
    of_slices! { f at [[2.0, 0.3, 1.2]]; }
}

mod rk45_adaptive {
    use super::*;
    #[derive(Clone, Copy)]
    struct Options {
        tol: f64,
        h0: f64,
        max_steps: usize,
    }
    #[differentiable]
    fn rhs(t: f64, y: [f64; 2], mu: f64) -> [f64; 2] {
        [y[1], mu * (1.0 - y[0] * y[0]) * y[1] - y[0] + 0.1 * t]
    }
    #[differentiable]
    fn axpy(y: [f64; 2], h: f64, k: [f64; 2]) -> [f64; 2] {
        [y[0] + h * k[0], y[1] + h * k[1]]
    }
    #[differentiable]
    fn integrate(y0: [f64; 2], mu: f64, t_end: f64, #[constant] o: Options) -> Result<[f64; 2], String> {
        let (mut t, mut y, mut h) = (0.0, y0, o.h0);
        let mut steps = 0;
        while t < t_end {
            steps += 1;
            if steps > o.max_steps {
                return Err(format!("too many steps: {steps}"));
            }
            h = h.min(t_end - t);
            let k1 = rhs(t, y, mu);
            let k2 = rhs(t + h / 2.0, axpy(y, h / 2.0, k1), mu);
            let k3 = rhs(t + 0.75 * h, axpy(y, 0.75 * h, k2), mu);
            let next: [f64; 2] = core::array::from_fn(|i| y[i] + h / 9.0 * (2.0 * k1[i] + 3.0 * k2[i] + 4.0 * k3[i]));
            let err = no_grad! { ((next[0] - y[0] - h * k2[0]).abs()).max((next[1] - y[1] - h * k2[1]).abs()) };
            if err > o.tol {
                h *= 0.5;
                continue;
            }
            t += h;
            y = next;
            if err < o.tol * 0.1 {
                h *= 1.5;
            }
        }
        Ok(y)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        match integrate([x[0], x[1]], x[2], 1.0, Options { tol: 1e-3, h0: 0.1, max_steps: 200 }) {
            Ok([a, b]) => a * a + b,
            Err(_) => f64::NAN,
        }
    }
    of_slices! { f at [[0.6, 0.3, 1.2]]; }
}

mod implicit_euler {
    use super::*;
    #[differentiable]
    fn residual(y: f64, y0: f64, h: f64, k: f64) -> f64 {
        y - y0 - h * (-k * y.powi(3) + y.cos())
    }
    #[differentiable]
    fn step(y0: f64, h: f64, k: f64) -> f64 {
        let mut y = y0;
        for _ in 0..25 {
            let r = residual(y, y0, h, k);
            let dr = 1.0 + h * (3.0 * k * y * y + y.sin());
            let dy = r / dr;
            y -= dy;
            if dy.abs() < 1e-14 {
                break;
            }
        }
        y
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        (0..5).fold(x[0], |y, _| step(y, 0.2, x[1]))
    }
    of_slices! { f at [[0.6, 1.3]]; }
}

mod bezier_de_casteljau {
    use super::*;
    type P = (f64, f64);
    #[differentiable]
    fn lerp(a: P, b: P, t: f64) -> P {
        (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t)
    }
    #[differentiable]
    fn bezier(points: &[P], t: f64) -> P {
        if let [p] = points {
            return *p;
        }
        let next: Vec<P> = points.windows(2).map(|w| lerp(w[0], w[1], t)).collect();
        bezier(&next, t)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let pts = [(0.0, x[0]), (x[1], 1.0), (1.0, x[2]), (2.0, 0.0)];
        let mut len = 0.0;
        let mut prev = bezier(&pts, 0.0);
        for i in 1..=5 {
            let p = bezier(&pts, i as f64 / 5.0);
            len += (p.0 - prev.0).hypot(p.1 - prev.1);
            prev = p;
        }
        len
    }
    of_slices! { f at [[0.6, 0.3, 1.2]]; }
}

mod polygon_area {
    use super::*;
    #[differentiable]
    fn shoelace(p: &[[f64; 2]]) -> f64 {
        0.5 * p.iter().zip(p.iter().cycle().skip(1)).map(|(a, b)| a[0] * b[1] - a[1] * b[0]).sum::<f64>()
    }
    #[differentiable]
    fn clip(poly: &[[f64; 2]], n: [f64; 2], d: f64) -> Vec<[f64; 2]> {
        let mut out = vec![];
        for i in 0..poly.len() {
            let (a, b) = (poly[i], poly[(i + 1) % poly.len()]);
            let (da, db) = (n[0] * a[0] + n[1] * a[1] - d, n[0] * b[0] + n[1] * b[1] - d);
            if da <= 0.0 {
                out.push(a);
            }
            if da * db < 0.0 {
                let t = da / (da - db);
                out.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
            }
        }
        out
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let poly: Vec<[f64; 2]> = x[..8].chunks_exact(2).map(|c| c.try_into().unwrap()).collect();
        let c = clip(&poly, [1.0, 0.2], x[8]);
        shoelace(&c) + 0.1 * shoelace(&poly)
    }
    of_slices! { f at [[0.0, 0.0, 1.1, 0.1, 1.0, 1.2, -0.1, 0.9, 0.6]]; }
}
