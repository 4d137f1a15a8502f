//! Models that are fitted, networks, graphs.
//!
//! Input: functions of a slice. Output: tests of every mode.

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

mod hmm_forward {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Hmm<const S: usize> {
        init: [f64; S],
        trans: [[f64; S]; S],
        means: [f64; S],
    }
    #[differentiable]
    impl<const S: usize> Hmm<S> {
        fn log_likelihood(&self, obs: &[f64]) -> f64 {
            let emit = |s: usize, y: f64| (-(y - self.means[s]).powi(2) / 2.0).exp();
            let mut alpha: [f64; S] = std::array::from_fn(|s| self.init[s] * emit(s, obs[0]));
            let mut ll = 0.0;
            for &y in &obs[1..] {
                let z: f64 = alpha.iter().sum();
                ll += z.ln();
                alpha = std::array::from_fn(|s| (0..S).map(|p| alpha[p] / z * self.trans[p][s]).sum::<f64>() * emit(s, y));
            }
            ll + alpha.iter().sum::<f64>().ln()
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let h = Hmm { init: [0.6, 0.4], trans: [[x[0], 1.0 - x[0]], [x[1], 1.0 - x[1]]], means: [x[2], x[3]] };
        h.log_likelihood(&[0.1, 0.9, 1.2, -0.3, 0.8])
    }
    of_slices! { f at [[0.7, 0.3, 0.0, 1.0]]; }
}

mod poisson_regression {
    use super::*;
    struct Row {
        x: [f64; 2],
        y: u32,
    }
    fn data() -> Vec<Row> {
        vec![Row { x: [0.1, 1.0], y: 1 }, Row { x: [0.5, -1.0], y: 0 }, Row { x: [1.2, 0.3], y: 3 }]
    }
    fn ln_factorial(n: u32) -> f64 {
        (1..=n).map(|k| (k as f64).ln()).sum()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let rows = data();
        let [b0, b1, b2] = *x else { panic!("three coefficients") };
        let nll: f64 = rows
            .iter()
            .map(|Row { x: [u, v], y }| {
                let eta = b0 + b1 * u + b2 * v;
                eta.exp() - *y as f64 * eta + ln_factorial(*y)
            })
            .sum();
        nll + 0.1 * x.iter().skip(1).map(|b| b.powi(2)).sum::<f64>()
    }
    of_slices! { f at [[0.2, 0.4, -0.3]]; }
}

mod gaussian_process {
    use super::*;
    #[differentiable]
    fn cholesky(a: &Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
        let n = a.len();
        let mut l = vec![vec![0.0; n]; n];
        for i in 0..n {
            for j in 0..=i {
                let s: f64 = (0..j).map(|k| l[i][k] * l[j][k]).sum();
                if i == j {
                    let d = a[i][i] - s;
                    if d <= 0.0 {
                        return None;
                    }
                    l[i][j] = d.sqrt();
                } else {
                    l[i][j] = (a[i][j] - s) / l[j][j];
                }
            }
        }
        Some(l)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let (ls, sf, sn) = (x[0].exp(), x[1].exp(), x[2].exp());
        let xs = [0.0, 0.5, 1.1, 1.9];
        let ys = [0.1, 0.6, 0.9, 0.7];
        let k: Vec<Vec<f64>> = xs
            .iter()
            .enumerate()
            .map(|(i, a)| {
                xs.iter().enumerate().map(|(j, b)| sf * (-0.5 * ((a - b) / ls).powi(2)).exp() + if i == j { sn } else { 0.0 }).collect()
            })
            .collect();
        let Some(l) = cholesky(&k) else { return f64::INFINITY };
        let mut z = ys.to_vec();
        for i in 0..4 {
            for j in 0..i {
                z[i] = z[i] - l[i][j] * z[j];
            }
            z[i] /= l[i][i];
        }
        0.5 * z.iter().map(|v| v * v).sum::<f64>() + l.iter().enumerate().map(|(i, r)| r[i].ln()).sum::<f64>()
    }
    of_slices! { f at [[-0.2, 0.1, -2.0]]; }
}

mod mlp_struct {
    use super::*;
    #[derive(Clone, Copy)]
    enum Act {
        Relu,
        Tanh,
        Identity,
    }
    #[derive(Clone, Differentiable)]
    struct Dense {
        w: Vec<Vec<f64>>,
        b: Vec<f64>,
        #[constant]
        act: Act,
    }
    #[derive(Clone, Differentiable)]
    struct Mlp {
        layers: Vec<Dense>,
    }
    #[differentiable]
    impl Dense {
        fn forward(&self, x: &[f64]) -> Vec<f64> {
            self.w
                .iter()
                .zip(&self.b)
                .map(|(row, b)| {
                    let z = row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() + b;
                    match self.act {
                        Act::Relu => {
                            if z > 0.0 {
                                z
                            } else {
                                0.1 * z
                            }
                        }
                        Act::Tanh => z.tanh(),
                        Act::Identity => z,
                    }
                })
                .collect()
        }
    }
    #[differentiable]
    impl Mlp {
        fn forward(&self, x: &[f64]) -> Vec<f64> {
            self.layers.iter().fold(x.to_vec(), |h, l| l.forward(&h))
        }
        fn l2(&self) -> f64 {
            self.layers.iter().flat_map(|l| l.w.iter()).flatten().map(|w| w * w).sum()
        }
    }
    struct Builder {
        sizes: Vec<usize>,
    }
    #[differentiable]
    fn build(sizes: &[usize], params: &[f64]) -> Mlp {
        let mut it = params.iter().copied().cycle();
        let mut layers = Vec::new();
        for (i, pair) in sizes.windows(2).enumerate() {
            let (n, m) = (pair[0], pair[1]);
            let mut w = Vec::with_capacity(m);
            for _ in 0..m {
                w.push((0..n).map(|_| it.next().unwrap()).collect::<Vec<f64>>());
            }
            let b = it.by_ref().take(m).collect();
            let act = if i + 2 == sizes.len() {
                Act::Identity
            } else if i % 2 == 0 {
                Act::Tanh
            } else {
                Act::Relu
            };
            layers.push(Dense { w, b, act });
        }
        Mlp { layers }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let net = build(&[2, 3, 3, 1], x);
        let data = [([0.1, 0.2], 0.3), ([0.5, -0.4], -0.1)];
        data.iter().map(|(i, t)| (net.forward(i)[0] - t).powi(2)).sum::<f64>() + 0.01 * net.l2()
    }
    of_slices! { f at [[0.5, -0.3, 0.2, 0.7, 0.11, -0.6, 0.45]]; }
}

mod gru_cell {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Gru<T: Real> {
        wz: T,
        uz: T,
        wr: T,
        ur: T,
        wh: T,
        uh: T,
    }
    #[differentiable]
    fn sigmoid<T: Real>(x: T) -> T {
        T::one() / (T::one() + (-x).exp())
    }
    #[differentiable]
    impl<T: Real> Gru<T> {
        fn step(&self, h: T, x: T) -> T {
            let z = sigmoid(self.wz * x + self.uz * h);
            let r = sigmoid(self.wr * x + self.ur * h);
            let cand = (self.wh * x + self.uh * (r * h)).tanh();
            (T::one() - z) * h + z * cand
        }
        fn run(&self, xs: &[T]) -> T {
            xs.iter().fold(T::zero(), |h, &x| self.step(h, x))
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let g = Gru { wz: x[0], uz: x[1], wr: x[2], ur: x[3], wh: x[4], uh: x[5] };
        g.run(&[0.3, -0.2, 0.8, x[0]])
    }
    of_slices! { f at [[0.5, -0.3, 0.2, 0.7, 0.11, -0.6]]; }
}

mod attention {
    use super::*;
    type Mat = Vec<Vec<f64>>;
    #[differentiable]
    fn matmul(a: &Mat, b: &Mat) -> Mat {
        let (n, m, p) = (a.len(), b.len(), b[0].len());
        let mut c = vec![vec![0.0; p]; n];
        for i in 0..n {
            for k in 0..m {
                let aik = a[i][k];
                for j in 0..p {
                    c[i][j] += aik * b[k][j];
                }
            }
        }
        c
    }
    #[differentiable]
    fn transpose(a: &Mat) -> Mat {
        (0..a[0].len()).map(|j| a.iter().map(|r| r[j]).collect()).collect()
    }
    #[differentiable]
    fn softmax_rows(a: &mut Mat) {
        for row in a.iter_mut() {
            let m = row.iter().fold(f64::MIN, |m, v| m.max(*v));
            let mut z = 0.0;
            for v in row.iter_mut() {
                *v = (*v - m).exp();
                z += *v;
            }
            row.iter_mut().for_each(|v| *v /= z);
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let q: Mat = x.chunks(2).map(|c| c.to_vec()).collect();
        let k: Mat = q.iter().map(|r| r.iter().map(|v| v * 0.5 + 0.1).collect()).collect();
        let mut s = matmul(&q, &transpose(&k));
        for (i, row) in s.iter_mut().enumerate() {
            for (j, v) in row.iter_mut().enumerate() {
                if j > i {
                    *v = -1e9;
                } else {
                    *v /= 2f64.sqrt();
                }
            }
        }
        softmax_rows(&mut s);
        let o = matmul(&s, &q);
        o.concat().iter().map(|v| v.powi(3)).sum()
    }
    of_slices! { f at [[0.5, -0.3, 0.2, 0.7, 0.11, -0.6]]; }
}

mod page_rank {
    use super::*;
    use std::collections::{BTreeMap, HashMap, HashSet};
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let edges = [(0, 1), (1, 2), (2, 0), (0, 2), (3, 0)];
        let mut out: HashMap<usize, Vec<usize>> = HashMap::new();
        for (a, b) in edges {
            out.entry(a).or_default().push(b);
        }
        let n = 4;
        let d = x[0];
        let mut rank = vec![1.0 / n as f64; n];
        for _ in 0..4 {
            let mut next = vec![(1.0 - d) / n as f64; n];
            for a in 0..n {
                let Some(targets) = out.get(&a) else { continue };
                let w: f64 = targets.iter().map(|&t| x[t + 1].exp()).sum();
                for &t in targets {
                    next[t] += d * rank[a] * x[t + 1].exp() / w;
                }
            }
            rank = next;
        }
        rank[2] * rank[0]
    }
    of_slices! { f at [[0.85, 0.1, 0.2, 0.3, 0.4]]; }
}

mod dijkstra {
    use super::*;
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let graph: Vec<Vec<(usize, f64)>> = vec![vec![(1, x[0]), (2, x[1])], vec![(3, x[2])], vec![(1, x[3]), (3, x[4])], vec![]];
        let mut dist = [f64::INFINITY; 4];
        let mut done = [false; 4];
        dist[0] = 0.0;
        for _ in 0..4 {
            let mut u = None;
            for i in 0..4 {
                if !done[i] && u.map_or(true, |j: usize| dist[i] < dist[j]) {
                    u = Some(i);
                }
            }
            let Some(u) = u else { break };
            if dist[u].is_infinite() {
                break;
            }
            done[u] = true;
            for &(v, w) in &graph[u] {
                let alt = dist[u] + w * w;
                if alt < dist[v] {
                    dist[v] = alt;
                }
            }
        }
        dist.iter().sum()
    }
    of_slices! { f at [[0.85, 0.3, 0.2, 0.3, 0.4]]; }
}

mod natural_spline {
    use super::*;
    #[derive(Differentiable, Clone)]
    struct Spline {
        x: Vec<f64>,
        y: Vec<f64>,
        m: Vec<f64>,
    }
    #[differentiable]
    impl Spline {
        fn fit(x: &[f64], y: &[f64]) -> Self {
            let n = x.len();
            let h: Vec<_> = x.windows(2).map(|w| w[1] - w[0]).collect();
            let mut diag = vec![1.0; n];
            let mut rhs = vec![0.0; n];
            let mut upper = vec![0.0; n];
            for i in 1..n - 1 {
                let lower = h[i - 1];
                diag[i] = 2.0 * (h[i - 1] + h[i]);
                upper[i] = h[i];
                rhs[i] = 6.0 * ((y[i + 1] - y[i]) / h[i] - (y[i] - y[i - 1]) / h[i - 1]);
                let f = lower / diag[i - 1];
                diag[i] -= f * upper[i - 1];
                rhs[i] -= f * rhs[i - 1];
            }
            let mut m = vec![0.0; n];
            for i in (1..n - 1).rev() {
                m[i] = (rhs[i] - upper[i] * m[i + 1]) / diag[i];
            }
            Self { x: x.to_vec(), y: y.to_vec(), m }
        }
        fn at(&self, t: f64) -> f64 {
            let i = self.x.partition_point(|v| *v <= t).clamp(1, self.x.len() - 1) - 1;
            let h = self.x[i + 1] - self.x[i];
            let (a, b) = ((self.x[i + 1] - t) / h, (t - self.x[i]) / h);
            a * self.y[i] + b * self.y[i + 1] + ((a.powi(3) - a) * self.m[i] + (b.powi(3) - b) * self.m[i + 1]) * h * h / 6.0
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let s = Spline::fit(&[0.0, 1.0, 2.5, 3.0], &x[..4]);
        s.at(0.3) + s.at(x[4]) * s.at(2.9)
    }
    of_slices! { f at [[0.85, 0.3, 1.2, 0.3, 1.4]]; }
}
