//! Iterated maps.
//!
//! Input: functions of a slice. Output: tests of every mode.

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

mod gmm_em {
    use super::*;
    #[derive(Clone, Debug, Differentiable)]
    struct Component {
        weight: f64,
        mean: f64,
        var: f64,
    }
    #[differentiable]
    fn em(data: &[f64], comps: &mut Vec<Component>) -> f64 {
        let resp: Vec<Vec<f64>> = data
            .iter()
            .map(|x| {
                let p: Vec<f64> = comps.iter().map(|c| c.weight * (-(x - c.mean).powi(2) / (2.0 * c.var)).exp() / c.var.sqrt()).collect();
                let z: f64 = p.iter().sum();
                p.into_iter().map(|v| v / z).collect()
            })
            .collect();
        for (k, c) in comps.iter_mut().enumerate() {
            let n: f64 = resp.iter().map(|r| r[k]).sum();
            c.weight = n / data.len() as f64;
            c.mean = resp.iter().zip(data).map(|(r, x)| r[k] * x).sum::<f64>() / n;
            c.var = resp.iter().zip(data).map(|(r, x)| r[k] * (x - c.mean) * (x - c.mean)).sum::<f64>() / n + 1e-3;
        }
        resp.iter().map(|r| r[0]).sum()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut c = vec![Component { weight: 0.5, mean: x[0], var: x[1] }, Component { weight: 0.5, mean: x[2], var: 1.0 }];
        let mut s = 0.0;
        for _ in 0..2 {
            s = em(&x[3..], &mut c);
        }
        s + c.iter().map(|c| c.weight * c.mean + c.var).sum::<f64>()
    }
    of_slices! { f at [[0.1, 0.5, 2.0, 0.2, -0.3, 1.8, 2.4, 0.6]]; }
}

mod softmax_regression {
    use super::*;
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Label {
        Cat = 0,
        Dog = 1,
        Bird = 2,
    }
    struct Sample {
        x: [f64; 2],
        label: Label,
    }
    const SAMPLES: [Sample; 3] = [
        Sample { x: [0.1, 0.5], label: Label::Cat },
        Sample { x: [1.0, -0.4], label: Label::Dog },
        Sample { x: [-0.7, 0.3], label: Label::Bird },
    ];
    #[differentiable]
    fn log_softmax(z: [f64; 3]) -> [f64; 3] {
        let m = z.iter().fold(z[0], |a, b| a.max(*b));
        let lse = m + z.map(|v| (v - m).exp()).iter().sum::<f64>().ln();
        z.map(|v| v - lse)
    }
    #[differentiable]
    fn f(w: &[f64]) -> f64 {
        let mut nll = 0.0;
        for Sample { x: [a, b], label } in &SAMPLES {
            let z = std::array::from_fn(|k| w[3 * k] * a + w[3 * k + 1] * b + w[3 * k + 2]);
            nll -= log_softmax(z)[*label as usize];
        }
        nll / SAMPLES.len() as f64
    }
    of_slices! { f at [[0.1, 0.5, 2.0, 0.2, -0.3, 1.8, 2.4, 0.6, -0.1]]; }
}

mod builder {
    use super::*;
    #[derive(Clone, Default, Differentiable)]
    struct Beam {
        length: f64,
        modulus: f64,
        inertia: f64,
        loads: Vec<(f64, f64)>,
    }
    #[differentiable]
    impl Beam {
        fn new(length: f64) -> Self {
            Beam { length, modulus: 1.0, inertia: 1.0, loads: Vec::new() }
        }
        fn modulus(mut self, e: f64) -> Self {
            self.modulus = e;
            self
        }
        fn section(self, b: f64, h: f64) -> Self {
            Self { inertia: b * h.powi(3) / 12.0, ..self }
        }
        fn load(mut self, at: f64, p: f64) -> Self {
            self.loads.push((at, p));
            self
        }
        fn deflection(&self, x: f64) -> f64 {
            let ei = self.modulus * self.inertia;
            self.loads
                .iter()
                .map(|&(a, p)| {
                    let b = self.length - a;
                    let l = self.length;
                    if x <= a {
                        p * b * x * (l * l - b * b - x * x) / (6.0 * l * ei)
                    } else {
                        p * a * (l - x) * (2.0 * l * x - x * x - a * a) / (6.0 * l * ei)
                    }
                })
                .sum()
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let beam = Beam::new(x[0]).modulus(x[1]).section(0.3, x[2]).load(0.4, x[3]).load(1.1, 2.0);
        beam.deflection(0.7) + beam.deflection(x[4])
    }
    of_slices! { f at [[2.0, 1.5, 0.8, 1.0, 0.9]]; }
}

mod lqr_riccati {
    use super::*;
    type M2 = [[f64; 2]; 2];
    #[differentiable]
    fn mm(a: M2, b: M2) -> M2 {
        [
            [a[0][0] * b[0][0] + a[0][1] * b[1][0], a[0][0] * b[0][1] + a[0][1] * b[1][1]],
            [a[1][0] * b[0][0] + a[1][1] * b[1][0], a[1][0] * b[0][1] + a[1][1] * b[1][1]],
        ]
    }
    #[differentiable]
    fn tr(a: M2) -> M2 {
        let [[a, b], [c, d]] = a;
        [[a, c], [b, d]]
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let a = [[1.0, x[0]], [-x[1] * x[0], 1.0]];
        let b = [0.0, x[0]];
        let (q, r) = ([[1.0, 0.0], [0.0, x[2]]], x[3]);
        let mut p = q;
        let mut gains = vec![];
        for _ in 0..6 {
            let pb = [p[0][0] * b[0] + p[0][1] * b[1], p[1][0] * b[0] + p[1][1] * b[1]];
            let s = r + b[0] * pb[0] + b[1] * pb[1];
            let pa = mm(p, a);
            let k = [(b[0] * pa[0][0] + b[1] * pa[1][0]) / s, (b[0] * pa[0][1] + b[1] * pa[1][1]) / s];
            let atpa = mm(tr(a), pa);
            let mut next = q;
            for i in 0..2 {
                for j in 0..2 {
                    next[i][j] += atpa[i][j] - k[i] * s * k[j];
                }
            }
            p = next;
            gains.push(k);
        }
        let [k0, k1] = *gains.last().unwrap();
        k0 * k0 + k1 + p[0][0]
    }
    of_slices! { f at [[0.1, 1.0, 0.5, 0.2]]; }
}

mod graph_laplacian_power {
    use super::*;
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let edges: Vec<(usize, usize, f64)> =
            [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)].iter().zip(x).map(|(&(a, b), w)| (a, b, w.exp())).collect();
        let mut v = vec![1.0, -0.5, 0.3, 0.2];
        for _ in 0..3 {
            let mut next = vec![0.0; 4];
            for (a, b, w) in &edges {
                let d = w * (v[*a] - v[*b]);
                next[*a] += d;
                next[*b] -= d;
            }
            let norm = next.iter().map(|n| n * n).sum::<f64>().sqrt();
            next.iter_mut().for_each(|n| *n /= norm);
            v = next;
        }
        edges.iter().map(|&(a, b, w)| w * (v[a] - v[b]).powi(2)).sum()
    }
    of_slices! { f at [[0.1, -0.2, 0.3, 0.0, 0.2]]; }
}

mod lattice_boltzmann_1d {
    use super::*;
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let n = 6;
        let omega = x[0];
        let mut f: [Vec<f64>; 3] = [vec![0.5; n], vec![0.25; n], vec![0.25; n]];
        f[0][2] += x[1];
        f[1][3] *= x[2];
        for _ in 0..3 {
            for i in 0..n {
                let rho = f[0][i] + f[1][i] + f[2][i];
                let u = (f[1][i] - f[2][i]) / rho;
                let eq = [
                    2.0 / 3.0 * rho * (1.0 - 1.5 * u * u),
                    rho / 6.0 * (1.0 + 3.0 * u + 3.0 * u * u),
                    rho / 6.0 * (1.0 - 3.0 * u + 3.0 * u * u),
                ];
                for (fk, e) in f.iter_mut().zip(eq) {
                    fk[i] += omega * (e - fk[i]);
                }
            }
            f[1].rotate_right(1);
            f[2].rotate_left(1);
        }
        f.iter().flatten().enumerate().map(|(i, v)| v * v * (i as f64 + 1.0)).sum()
    }
    of_slices! { f at [[1.1, 0.2, 0.9]]; }
}
