//! Statistics: mixtures, chains, regressions.

mod gmm1d {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn log_normal(x: f64, mu: f64, log_sigma: f64) -> f64 {
        let z = (x - mu) / log_sigma.exp();
        -0.5 * z * z - log_sigma - 0.5 * (2.0 * std::f64::consts::PI).ln()
    }
    #[derive(Clone, Differentiable)]
    struct Component {
        logit: f64,
        mu: f64,
        ls: f64,
    }
    #[derive(Clone, Differentiable)]
    struct Mixture {
        parts: Vec<Component>,
    }
    #[differentiable]
    impl Mixture {
        fn from_flat(x: &[f64]) -> Self {
            Mixture { parts: x.chunks_exact(3).map(|c| Component { logit: c[0], mu: c[1], ls: c[2] }).collect() }
        }
        fn log_likelihood(&self, #[constant] data: &[f64]) -> f64 {
            let m = self.parts.iter().map(|p| p.logit).fold(f64::MIN, f64::max);
            let z = m + self.parts.iter().map(|p| (p.logit - m).exp()).sum::<f64>().ln();
            data.iter()
                .map(|&d| {
                    let ls: Vec<f64> = self.parts.iter().map(|p| p.logit - z + log_normal(d, p.mu, p.ls)).collect();
                    let top = ls.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
                    top + ls.iter().map(|l| (l - top).exp()).sum::<f64>().ln()
                })
                .sum()
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        Mixture::from_flat(x).log_likelihood(&[0.1, 0.7, -1.2, 2.2])
    }
    of_slices! { f at [[0.7, 0.2, 0.5, 0.9, -0.4, 0.1]]; }
}

mod hmm {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn log_sum_exp(v: &[f64]) -> f64 {
        let m = v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        m + v.iter().map(|x| (x - m).exp()).sum::<f64>().ln()
    }
    #[differentiable]
    fn forward(log_init: &[f64], log_trans: &Vec<Vec<f64>>, log_emit: &Vec<Vec<f64>>, obs: &[usize]) -> f64 {
        let k = log_init.len();
        let mut alpha: Vec<f64> = (0..k).map(|i| log_init[i] + log_emit[i][obs[0]]).collect();
        for &o in obs.iter().skip(1) {
            let mut next = Vec::with_capacity(k);
            for j in 0..k {
                let terms: Vec<f64> = (0..k).map(|i| alpha[i] + log_trans[i][j]).collect();
                next.push(log_sum_exp(&terms) + log_emit[j][o]);
            }
            alpha = next;
        }
        log_sum_exp(&alpha)
    }
    #[differentiable]
    fn log_softmax(v: &[f64]) -> Vec<f64> {
        let z = log_sum_exp(v);
        v.iter().map(|x| x - z).collect()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let init = log_softmax(&x[0..2]);
        let trans = vec![log_softmax(&x[2..4]), log_softmax(&x[4..6])];
        let emit = x[6..12].chunks(3).map(|c| log_softmax(c)).collect::<Vec<_>>();
        forward(&init, &trans, &emit, &[0, 2, 1, 1, 0, 2])
    }
    of_slices! { f at [[0.1, 0.2, 1.0, -1.0, 0.4, 0.6, 0.2, 0.5, -0.3, 0.9, 0.1, -0.2]]; }
}

mod viterbi {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        const N: usize = 3;
        let trans: Vec<Vec<f64>> = (0..N).map(|i| x[i * N..(i + 1) * N].to_vec()).collect();
        let emit = &x[N * N..];
        let mut score = [0.0f64; N];
        let mut back: Vec<[usize; N]> = vec![];
        for (t, e) in emit.iter().enumerate() {
            let mut next = [f64::NEG_INFINITY; N];
            let mut ptr = [0usize; N];
            for j in 0..N {
                for i in 0..N {
                    let s = score[i] + trans[i][j] + e * (j as f64 - 1.0) * (t + 1) as f64;
                    if s > next[j] {
                        next[j] = s;
                        ptr[j] = i;
                    }
                }
            }
            score = next;
            back.push(ptr);
        }
        let mut best = 0;
        for j in 1..N {
            if score[j] > score[best] {
                best = j;
            }
        }
        score[best] + 0.1 * back.len() as f64
    }
    of_slices! { f at [[0.1, 0.2, 1.0, -1.0, 0.4, 0.6, 0.2, 0.5, -0.3, 0.9, 0.1, -0.2]]; }
}

mod mcmc_logpost {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Differentiable)]
    struct Priors {
        mu0: f64,
        tau: f64,
    }
    trait LogDensity {
        fn log_density(&self, theta: f64) -> f64;
    }
    #[differentiable]
    impl Priors {
        fn log_density(&self, theta: f64) -> f64 {
            -0.5 * ((theta - self.mu0) / self.tau).powi(2) - self.tau.ln()
        }
    }
    #[differentiable]
    fn poisson_lpmf(k: u64, lambda: f64) -> f64 {
        let log_fact: f64 = (1..=k).map(|i| (i as f64).ln()).sum::<f64>();
        k as f64 * lambda.ln() - lambda - log_fact
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let [a, b, ls] = [x[0], x[1], x[2]];
        let counts: [u64; 4] = [2, 4, 3, 9];
        let cov = [0.1, 0.4, 0.5, 1.2];
        let priors = Priors { mu0: 0.0, tau: ls.exp() };
        let mut lp = priors.log_density(a) + priors.log_density(b);
        for (k, c) in counts.into_iter().zip(cov) {
            let eta = a + b * c;
            let lambda = if eta > 3.0 { eta.exp().min(1e3) } else { eta.exp() };
            lp += poisson_lpmf(k, lambda);
        }
        lp
    }
    of_slices! { f at [[0.4, 1.1, 0.3]]; }
}

mod em_step {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let data = &x[4..];
        let (mut mu, mut sd) = ([x[0], x[1]], [x[2].abs(), x[3].abs()]);
        for _ in 0..3 {
            let mut num = [0.0; 2];
            let mut den = [1e-9; 2];
            let mut sq = [0.0; 2];
            for &d in data {
                let p: [f64; 2] = [0, 1].map(|k| (-0.5 * ((d - mu[k]) / sd[k]).powi(2)).exp() / sd[k]);
                let tot = p[0] + p[1];
                for k in 0..2 {
                    let r = p[k] / tot;
                    num[k] += r * d;
                    den[k] += r;
                    sq[k] += r * (d - mu[k]).powi(2);
                }
            }
            for k in 0..2 {
                mu[k] = num[k] / den[k];
                sd[k] = (sq[k] / den[k] + 0.1).sqrt();
            }
        }
        mu[0] * sd[1] - mu[1] * sd[0]
    }
    of_slices! { f at [[0.1, 2.2, 0.8, 0.7, 0.0, 0.3, 2.0, 1.8, -0.4]]; }
}

mod lasso_cd {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn soft(x: f64, l: f64) -> f64 {
        if x > l {
            x - l
        } else if x < -l {
            x + l
        } else {
            0.0
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let data = [[1.0, 0.2, 0.1], [0.3, 1.0, -0.2], [0.0, 0.4, 1.5], [1.0, 1.0, 0.2]];
        let y = &x[1..5];
        let lambda = x[0];
        let mut beta = [0.0; 3];
        for _ in 0..10 {
            for j in 0..3 {
                let (mut rho, mut z) = (0.0, 0.0);
                for (row, &yi) in data.iter().zip(y.iter()) {
                    let pred: f64 = row.iter().zip(beta.iter()).enumerate().filter(|(k, _)| *k != j).map(|(_, (a, b))| a * b).sum();
                    rho += row[j] * (yi - pred);
                    z += row[j] * row[j];
                }
                beta[j] = soft(rho, lambda) / z;
            }
        }
        beta.iter().map(|b| b.powi(2)).sum::<f64>()
    }
    of_slices! { f at [[0.1, 1.2, 0.8, -0.7, 2.0]]; }
}

mod gp_chol {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn cholesky(a: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
        let n = a.len();
        let mut l = vec![vec![0.0; n]; n];
        for i in 0..n {
            for j in 0..=i {
                let sum = (0..j).fold(0.0, |acc, k| acc + l[i][k] * l[j][k]);
                if i == j {
                    let d = a[i][i] - sum;
                    if d <= 0.0 {
                        return None;
                    }
                    l[i][j] = d.sqrt();
                } else {
                    l[i][j] = (a[i][j] - sum) / l[j][j];
                }
            }
        }
        Some(l)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let (ls, sf, sn) = (x[0].exp(), x[1].exp(), x[2].exp());
        let t = [0.0, 0.4, 1.1, 1.7];
        let y = &x[3..];
        let k: Vec<Vec<f64>> = t
            .iter()
            .enumerate()
            .map(|(i, a)| {
                t.iter()
                    .enumerate()
                    .map(|(j, b)| {
                        let d = (a - b) / ls;
                        sf * (-0.5 * d * d).exp() + if i == j { sn } else { 0.0 }
                    })
                    .collect()
            })
            .collect();
        let l = match cholesky(&k) {
            Some(l) => l,
            None => return f64::INFINITY,
        };
        let mut z = y.to_vec();
        for i in 0..z.len() {
            for j in 0..i {
                z[i] -= l[i][j] * z[j];
            }
            z[i] /= l[i][i];
        }
        0.5 * z.iter().map(|v| v * v).sum::<f64>() + l.iter().enumerate().map(|(i, r)| r[i].ln()).sum::<f64>()
    }
    of_slices! { f at [[0.5, 0.2, -1.5, 0.03, 0.4, 1.0, -0.3]]; }
}
