//! Fields, filters and rays.
//!
//! Input: functions of a slice. Output: tests of every mode.

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

mod heat_crank {
    use super::*;
    fn grid(n: usize) -> Vec<f64> {
        (0..n).map(|i| i as f64 / (n - 1) as f64).collect()
    }
    #[differentiable]
    fn thomas(a: &[f64], b: &[f64], c: &[f64], d: &[f64]) -> Vec<f64> {
        let n = d.len();
        let mut cp = vec![0.0; n];
        let mut dp = vec![0.0; n];
        cp[0] = c[0] / b[0];
        dp[0] = d[0] / b[0];
        for i in 1..n {
            let m = b[i] - a[i] * cp[i - 1];
            cp[i] = c[i] / m;
            dp[i] = (d[i] - a[i] * dp[i - 1]) / m;
        }
        let mut x = dp.clone();
        for i in (0..n - 1).rev() {
            x[i] -= cp[i] * x[i + 1];
        }
        x
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let (alpha, amp) = (x[0], x[1]);
        let n = 8;
        let xs = grid(n);
        let mut u: Vec<f64> = xs.iter().map(|s| amp * (std::f64::consts::PI * s).sin()).collect();
        let r = alpha * 0.1;
        for _ in 0..4 {
            let (a, b, c) = (vec![-r; n], vec![1.0 + 2.0 * r; n], vec![-r; n]);
            let rhs: Vec<f64> = (0..n)
                .map(|i| {
                    let left = if i > 0 { u[i - 1] } else { 0.0 };
                    let right = if i + 1 < n { u[i + 1] } else { 0.0 };
                    u[i] + r * (left - 2.0 * u[i] + right)
                })
                .collect();
            u = thomas(&a, &b, &c, &rhs);
        }
        u.iter().map(|v| v.powi(2)).sum::<f64>() / n as f64
    }
    of_slices! { f at [[0.8, 1.5]]; }
}

mod kalman {
    use super::*;
    #[derive(Clone, Copy, Differentiable)]
    struct Gaussian {
        mean: f64,
        var: f64,
    }
    #[differentiable]
    fn predict(g: Gaussian, motion: Gaussian) -> Gaussian {
        Gaussian { mean: g.mean + motion.mean, var: g.var + motion.var }
    }
    #[differentiable]
    fn update(prior: Gaussian, z: f64, r: f64) -> (Gaussian, f64) {
        let k = prior.var / (prior.var + r);
        let innov = z - prior.mean;
        let s = prior.var + r;
        let ll = -0.5 * ((2.0 * std::f64::consts::PI * s).ln() + innov * innov / s);
        (Gaussian { mean: prior.mean + k * innov, var: (1.0 - k) * prior.var }, ll)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let zs = [1.0, 1.3, 0.8, 1.9, 2.2];
        zs.iter()
            .fold((Gaussian { mean: x[0], var: x[1] }, 0.0), |(g, ll), &z| {
                let p = predict(g, Gaussian { mean: 0.2, var: x[2] });
                let (g, l) = update(p, z, x[3].exp());
                (g, ll + l)
            })
            .1
    }
    of_slices! { f at [[0.5, 1.0, 0.1, -0.5]]; }
}

mod projectile_event {
    use super::*;
    #[differentiable]
    fn simulate(angle: f64, v0: f64, drag: f64) -> Option<f64> {
        let (mut x, mut y) = (0.0, 0.0);
        let (mut vx, mut vy) = (v0 * angle.cos(), v0 * angle.sin());
        let dt = 0.05;
        let mut steps = 0;
        let landing = loop {
            let (px, py) = (x, y);
            let speed = vx.hypot(vy);
            vx -= drag * speed * vx * dt;
            vy -= (9.81 + drag * speed * vy) * dt;
            x += vx * dt;
            y += vy * dt;
            if y < 0.0 {
                let t = py / (py - y);
                break px + t * (x - px);
            }
            steps += 1;
            if steps > 1000 {
                return None;
            }
        };
        Some(landing)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        simulate(x[0], x[1], x[2]).map_or(0.0, |d| (d - 5.0).powi(2))
    }
    of_slices! { f at [[0.7, 9.0, 0.05]]; }
}

mod chemistry {
    use super::*;
    struct Reaction {
        reactants: &'static [usize],
        products: &'static [usize],
    }
    const NET: [Reaction; 3] = [
        Reaction { reactants: &[0], products: &[1] },
        Reaction { reactants: &[1, 1], products: &[2] },
        Reaction { reactants: &[2, 0], products: &[1, 1] },
    ];
    #[differentiable]
    fn rates(c: &[f64], k: &[f64]) -> Vec<f64> {
        let mut dc = vec![0.0; c.len()];
        for (r, k) in NET.iter().zip(k) {
            let rate = r.reactants.iter().fold(*k, |acc, &i| acc * c[i]);
            for &i in r.reactants {
                dc[i] -= rate;
            }
            for &i in r.products {
                dc[i] += rate;
            }
        }
        dc
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut c = vec![1.0, 0.1, 0.0];
        for _ in 0..6 {
            let d = rates(&c, &x[..3]);
            c.iter_mut().zip(&d).for_each(|(c, d)| *c += 0.1 * d);
        }
        c[2] + c[0] * c[1]
    }
    of_slices! { f at [[0.5, 1.2, 0.7]]; }
}

mod ray_sphere {
    use super::*;
    #[derive(Clone, Copy, Differentiable)]
    struct V(f64, f64, f64);
    #[differentiable]
    impl V {
        fn dot(self, o: V) -> f64 {
            self.0 * o.0 + self.1 * o.1 + self.2 * o.2
        }
        fn sub(self, o: V) -> V {
            V(self.0 - o.0, self.1 - o.1, self.2 - o.2)
        }
        fn at(self, d: V, t: f64) -> V {
            V(self.0 + t * d.0, self.1 + t * d.1, self.2 + t * d.2)
        }
        fn unit(self) -> V {
            let n = self.dot(self).sqrt();
            V(self.0 / n, self.1 / n, self.2 / n)
        }
    }
    #[derive(Clone, Differentiable)]
    enum Shape {
        Sphere { c: V, r: f64 },
        Plane { n: V, d: f64 },
    }
    #[differentiable]
    impl Shape {
        fn hit(&self, o: V, d: V) -> Option<(f64, V)> {
            match self {
                Shape::Sphere { c, r } => {
                    let oc = o.sub(*c);
                    let b = oc.dot(d);
                    let disc = b * b - (oc.dot(oc) - r * r);
                    if disc < 0.0 {
                        return None;
                    }
                    let t = -b - disc.sqrt();
                    (t > 0.0).then(|| (t, o.at(d, t).sub(*c).unit()))
                }
                Shape::Plane { n, d: dist } => {
                    let denom = n.dot(d);
                    if denom.abs() < 1e-9 {
                        None
                    } else {
                        let t = (dist - n.dot(o)) / denom;
                        if t > 0.0 { Some((t, *n)) } else { None }
                    }
                }
            }
        }
    }
    #[differentiable]
    fn shade(shapes: &[Shape], o: V, d: V, light: V) -> f64 {
        let mut best: Option<(f64, V)> = None;
        for s in shapes {
            if let Some((t, n)) = s.hit(o, d) {
                if best.is_none() || t < best.unwrap().0 {
                    best = Some((t, n));
                }
            }
        }
        match best {
            Some((t, n)) => n.dot(light).max(0.0) * (-0.1 * t).exp(),
            None => 0.0,
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let scene = vec![Shape::Sphere { c: V(x[0], 0.0, 5.0), r: x[1] }, Shape::Plane { n: V(0.0, 1.0, 0.0), d: x[2] }];
        let mut s = 0.0;
        for i in 0..3 {
            for j in 0..3 {
                let d = V(0.1 * i as f64 - 0.1, 0.15 * j as f64 - 0.15, 1.0).unit();
                s += shade(&scene, V(0.0, 0.0, 0.0), d, V(0.3, x[3], -0.5).unit());
            }
        }
        s
    }
    of_slices! { f at [[0.2, 1.1, -1.0, 0.8]]; }
}

mod optics_abcd {
    use super::*;
    #[derive(Clone, Copy, Differentiable)]
    enum Element {
        Free(f64),
        Lens(f64),
        Interface { n1: f64, n2: f64 },
    }
    #[differentiable]
    impl Element {
        fn matrix(&self) -> [[f64; 2]; 2] {
            match *self {
                Element::Free(d) => [[1.0, d], [0.0, 1.0]],
                Element::Lens(f) => [[1.0, 0.0], [-1.0 / f, 1.0]],
                Element::Interface { n1, n2 } => [[1.0, 0.0], [0.0, n1 / n2]],
            }
        }
    }
    #[differentiable]
    fn matmul<const N: usize>(a: &[[f64; N]; N], b: &[[f64; N]; N]) -> [[f64; N]; N] {
        let mut c = [[0.0; N]; N];
        for i in 0..N {
            for j in 0..N {
                for k in 0..N {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        c
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let system = [Element::Free(x[0]), Element::Lens(x[1]), Element::Interface { n1: 1.0, n2: x[3] }, Element::Free(x[2])];
        let m = system.iter().rev().map(|e| e.matrix()).reduce(|acc, m| matmul(&acc, &m)).unwrap();
        m[0][0] * 0.3 + m[0][1] * 0.1 + m[1][0]
    }
    of_slices! { f at [[0.5, 1.5, 0.8, 1.33]]; }
}

mod planar_arm {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Arm<const N: usize> {
        lengths: [f64; N],
    }
    #[differentiable]
    impl<const N: usize> Arm<N> {
        fn forward(&self, q: &[f64; N]) -> (f64, f64) {
            let mut angle = 0.0;
            let mut tip = (0.0, 0.0);
            for (l, q) in self.lengths.iter().zip(q.iter()) {
                angle += q;
                tip.0 += l * angle.cos();
                tip.1 += l * angle.sin();
            }
            tip
        }
        fn ik(&self, target: (f64, f64)) -> [f64; N] {
            let mut q = [0.1; N];
            for _ in 0..5 {
                let (x, y) = self.forward(&q);
                let (ex, ey) = (target.0 - x, target.1 - y);
                let mut angle = 0.0;
                let mut g = [0.0; N];
                for i in 0..N {
                    let mut a = angle;
                    for j in i..N {
                        a += q[j];
                        g[i] += self.lengths[j] * (-a.sin() * ex + a.cos() * ey);
                    }
                    angle += q[i];
                }
                for (q, g) in q.iter_mut().zip(&g) {
                    *q += 0.1 * g;
                }
            }
            q
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let arm = Arm { lengths: [x[0], x[1], 0.5] };
        let q = arm.ik((x[2], x[3]));
        let (a, b) = arm.forward(&q);
        (a - x[2]).powi(2) + (b - x[3]).powi(2) + q.iter().map(|v| v.abs()).sum::<f64>()
    }
    of_slices! { f at [[1.0, 0.8, 1.2, 0.9]]; }
}

mod wave_2d {
    use super::*;
    const N: usize = 5;
    type Grid = [[f64; N]; N];
    #[differentiable]
    fn laplacian(u: &Grid, i: usize, j: usize) -> f64 {
        let at = |i: usize, j: usize| u[i % N][j % N];
        at(i + 1, j) + at(i + N - 1, j) + at(i, j + 1) + at(i, j + N - 1) - 4.0 * u[i][j]
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut u = [[0.0; N]; N];
        u[2][2] = x[0];
        u[1][3] = x[1];
        let mut prev = u;
        let c2 = x[2] * x[2] * 0.1;
        for _ in 0..4 {
            let mut next = [[0.0; N]; N];
            for i in 0..N {
                for j in 0..N {
                    next[i][j] = 2.0 * u[i][j] - prev[i][j] + c2 * laplacian(&u, i, j);
                }
            }
            prev = u;
            u = next;
        }
        u.iter().flatten().map(|v| v * v).sum::<f64>() + u[0][0]
    }
    of_slices! { f at [[1.0, -0.5, 0.9]]; }
}
