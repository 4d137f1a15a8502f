//! Options, curves and cash flows.
//!
//! Input: functions of a slice. Output: tests of every mode.

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

mod black_scholes_greeks {
    use super::*;
    #[derive(Clone, Copy, PartialEq)]
    enum Kind {
        Call,
        Put,
    }
    #[derive(Clone, Differentiable)]
    struct Quote {
        spot: f64,
        strike: f64,
        #[constant]
        kind: Kind,
        vol: f64,
        t: f64,
    }
    #[differentiable]
    fn norm_cdf(x: f64) -> f64 {
        let k = 1.0 / (1.0 + 0.2316419 * x.abs());
        let poly = k * (0.319381530 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + 1.330274429 * k))));
        let w = 1.0 - (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt() * poly;
        if x < 0.0 { 1.0 - w } else { w }
    }
    #[differentiable]
    impl Quote {
        fn d(&self, r: f64) -> (f64, f64) {
            let sd = self.vol * self.t.sqrt();
            let d1 = ((self.spot / self.strike).ln() + (r + 0.5 * self.vol.powi(2)) * self.t) / sd;
            (d1, d1 - sd)
        }
        fn price(&self, r: f64) -> f64 {
            let (d1, d2) = self.d(r);
            let df = (-r * self.t).exp();
            match self.kind {
                Kind::Call => self.spot * norm_cdf(d1) - self.strike * df * norm_cdf(d2),
                Kind::Put => self.strike * df * norm_cdf(-d2) - self.spot * norm_cdf(-d1),
            }
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let book = [Kind::Call, Kind::Put, Kind::Put]
            .iter()
            .enumerate()
            .map(|(i, &kind)| Quote { spot: x[0], strike: 90.0 + 10.0 * i as f64, kind, vol: x[1], t: 0.5 + 0.5 * i as f64 })
            .collect::<Vec<_>>();
        book.iter().map(|q| q.price(x[2])).sum()
    }
    of_slices! { f at [[100.0, 0.2, 0.03]]; }
}

mod binomial_american {
    use super::*;
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let [s0, k, r, sigma] = x[..] else { return 0.0 };
        let n = 6;
        let dt = 1.0 / n as f64;
        let u = (sigma * dt.sqrt()).exp();
        let d = u.recip();
        let p = ((r * dt).exp() - d) / (u - d);
        let disc = (-r * dt).exp();
        let mut values: Vec<f64> = (0..=n).map(|j| (k - s0 * u.powi(j) * d.powi(n - j)).max(0.0)).collect();
        for step in (0..n).rev() {
            for j in 0..=step as usize {
                let hold = disc * (p * values[j + 1] + (1.0 - p) * values[j]);
                let exercise = k - s0 * u.powi(j as i32) * d.powi(step - j as i32);
                values[j] = hold.max(exercise);
            }
            values.truncate(step as usize + 1);
        }
        values[0]
    }
    of_slices! { f at [[100.0, 103.0, 0.05, 0.3]]; }
}

mod yield_bootstrap {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Curve {
        times: Vec<f64>,
        dfs: Vec<f64>,
    }
    #[differentiable]
    impl Curve {
        fn flat() -> Curve {
            Curve { times: vec![0.0], dfs: vec![1.0] }
        }
        fn df(&self, t: f64) -> f64 {
            let i = match self.times.iter().position(|&s| s >= t) {
                Some(0) => return self.dfs[0],
                Some(i) => i,
                None => return self.dfs.last().copied().unwrap().powf(t / self.times[self.times.len() - 1]),
            };
            let w = (t - self.times[i - 1]) / (self.times[i] - self.times[i - 1]);
            (self.dfs[i - 1].ln() * (1.0 - w) + self.dfs[i].ln() * w).exp()
        }
        fn add_swap(&mut self, maturity: usize, rate: f64) {
            let mut annuity = 0.0;
            for k in 1..maturity {
                annuity += self.df(k as f64);
            }
            let df = (1.0 - rate * annuity) / (1.0 + rate);
            self.times.push(maturity as f64);
            self.dfs.push(df);
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut c = Curve::flat();
        for (i, r) in x.iter().enumerate() {
            c.add_swap(i + 1, *r);
        }
        [0.5, 1.7, 2.9, 4.5].iter().map(|&t| c.df(t)).sum::<f64>()
    }
    of_slices! { f at [[0.03, 0.032, 0.035, 0.04]]; }
}

mod monte_carlo_asian {
    use super::*;
    struct Lcg(u64);
    impl Lcg {
        fn next(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((self.0 >> 33) as f64) / (1u64 << 31) as f64
        }
        fn normal(&mut self) -> f64 {
            (0..12).map(|_| self.next()).sum::<f64>() - 6.0
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let (s0, sigma, r, k) = (x[0], x[1], x[2], 1.0);
        let mut rng = Lcg(42);
        let (paths, steps) = (5, 4);
        let dt = 1.0 / steps as f64;
        let mut payoff = 0.0;
        for _ in 0..paths {
            let mut s = s0;
            let mut avg = 0.0;
            for _ in 0..steps {
                let z = rng.normal();
                s *= ((r - 0.5 * sigma * sigma) * dt + sigma * dt.sqrt() * z).exp();
                avg += s / steps as f64;
            }
            payoff += (avg - k).max(0.0);
        }
        (-r).exp() * payoff / paths as f64
    }
    of_slices! { f at [[1.05, 0.2, 0.03]]; }
}

mod nelson_siegel {
    use super::*;
    #[derive(Clone, Copy, Differentiable)]
    struct NelsonSiegel {
        b0: f64,
        b1: f64,
        b2: f64,
        tau: f64,
    }
    impl From<&[f64]> for NelsonSiegel {
        fn from(x: &[f64]) -> Self {
            NelsonSiegel { b0: x[0], b1: x[1], b2: x[2], tau: x[3] }
        }
    }
    #[differentiable]
    impl NelsonSiegel {
        fn from_slice(x: &[f64]) -> Self {
            Self { b0: x[0], b1: x[1], b2: x[2], tau: x[3] }
        }
        fn rate(&self, t: f64) -> f64 {
            let Self { b0, b1, b2, tau } = self;
            let e = (-t / tau).exp();
            let l = (1.0 - e) * tau / t;
            b0 + b1 * l + b2 * (l - e)
        }
    }
    const DATA: &[(f64, f64)] = &[(0.5, 0.02), (1.0, 0.022), (2.0, 0.025), (5.0, 0.03), (10.0, 0.033)];
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let m = NelsonSiegel::from_slice(x);
        DATA.iter()
            .map(|&(t, y)| {
                let e = m.rate(t) - y;
                e * e * 1e4
            })
            .sum::<f64>()
            / DATA.len() as f64
    }
    of_slices! { f at [[0.035, -0.02, 0.01, 1.5]]; }
}

mod implied_vol_newton {
    use super::*;
    #[differentiable]
    fn price(s: f64, vol: f64) -> f64 {
        s * vol * 0.4 - 0.01 * vol.powi(3)
    }
    #[differentiable]
    fn vega(s: f64, vol: f64) -> f64 {
        s * 0.4 - 0.03 * vol.powi(2)
    }
    #[derive(Debug)]
    enum Failure {
        Diverged,
        Flat(usize),
    }
    #[differentiable]
    fn solve(s: f64, target: f64) -> Result<f64, Failure> {
        let mut v = 0.5;
        for i in 0..20 {
            let e = price(s, v) - target;
            if e.abs() < 1e-13 {
                return Ok(v);
            }
            let d = vega(s, v);
            if d.abs() < 1e-9 {
                return Err(Failure::Flat(i));
            }
            v -= e / d;
            if !v.is_finite() {
                return Err(Failure::Diverged);
            }
        }
        Ok(v)
    }
    #[differentiable]
    fn smile(s: f64, quotes: &[f64]) -> Result<f64, Failure> {
        let mut total = 0.0;
        for q in quotes {
            total += solve(s, *q)?.powi(2);
        }
        Ok(total)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        smile(x[0], &x[1..]).unwrap_or(-1.0)
    }
    of_slices! { f at [[1.2, 0.2, 0.3, 0.25]]; }
}

mod cashflow_irr {
    use super::*;
    #[differentiable]
    fn npv(cfs: &[f64], r: f64) -> f64 {
        cfs.iter().rev().fold(0.0, |acc, cf| acc / (1.0 + r) + cf)
    }
    #[differentiable]
    fn bisect(cfs: &[f64], #[constant] lo: f64, #[constant] hi: f64) -> f64 {
        let (mut lo, mut hi) = (lo, hi);
        while hi - lo > 1e-3 {
            let mid = 0.5 * (lo + hi);
            if npv(cfs, mid) > 0.0 { lo = mid } else { hi = mid }
        }
        let r = 0.5 * (lo + hi);
        let slope = (npv(cfs, r + 1e-4) - npv(cfs, r - 1e-4)) / 2e-4;
        r - npv(cfs, r) / slope.detach()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        npv(x, 0.1) + npv(&x[1..], x[1] * 0.05)
    }
    #[test]
    fn irr() {
        let g = bisect::grad(&[-1.0, 0.6, 0.6], 0.0, 1.0);
        assert!(g.iter().all(|v| *v > 0.0));
    }
    of_slices! { f at [[-1.0, 0.6, 0.6]]; }
}
