//! Finance: prices, volatilities, ratings.

mod bs_greeks {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Copy)]
    enum OptionType {
        Call,
        Put,
    }
    #[derive(Clone, Copy, Differentiable)]
    struct Market {
        spot: f64,
        rate: f64,
        div: f64,
        vol: f64,
    }
    #[derive(Clone, Copy, Differentiable)]
    struct Contract {
        #[constant]
        kind: OptionType,
        strike: f64,
        expiry: f64,
    }
    #[differentiable]
    fn norm_cdf(x: f64) -> f64 {
        let k = 1.0 / (1.0 + 0.2316419 * x.abs());
        let poly = k * (0.319381530 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
        let tail = (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * poly;
        if x >= 0.0 { 1.0 - tail } else { tail }
    }
    #[differentiable]
    impl Contract {
        fn price(&self, m: &Market) -> f64 {
            let Market { spot, rate, div, vol } = *m;
            let sd = vol * self.expiry.sqrt();
            let d1 = ((spot / self.strike).ln() + (rate - div + 0.5 * vol * vol) * self.expiry) / sd;
            let d2 = d1 - sd;
            let (df, dq) = ((-rate * self.expiry).exp(), (-div * self.expiry).exp());
            match self.kind {
                OptionType::Call => spot * dq * norm_cdf(d1) - self.strike * df * norm_cdf(d2),
                OptionType::Put => self.strike * df * norm_cdf(-d2) - spot * dq * norm_cdf(-d1),
            }
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let m = Market { spot: x[0], rate: x[1], div: x[2], vol: x[3] };
        let book = [
            Contract { kind: OptionType::Call, strike: 100.0, expiry: 0.5 },
            Contract { kind: OptionType::Put, strike: x[4], expiry: 1.5 },
        ];
        book.iter().map(|c| c.price(&m)).sum()
    }
    of_slices! { f at [[101.0, 0.03, 0.01, 0.25, 95.0]]; }
}

mod implied_vol {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn cdf(x: f64) -> f64 {
        1.0 / (1.0 + (-1.702 * x).exp())
    }
    #[differentiable]
    fn call(s: f64, k: f64, v: f64) -> f64 {
        let d = (s / k).ln() / v + 0.5 * v;
        s * cdf(d) - k * cdf(d - v)
    }
    #[differentiable]
    fn implied(price: f64, s: f64, k: f64) -> Option<f64> {
        let mut v = 0.4;
        for iter in 0.. {
            if iter > 50 {
                return None;
            }
            let h = 1e-4;
            let y = call(s, k, v) - price;
            let slope = (call(s, k, v + h) - call(s, k, v - h)) / (2.0 * h);
            let dv = y / slope;
            v -= dv;
            if dv.abs() < 1e-10 {
                break;
            }
        }
        Some(v)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        implied(x[0], x[1], x[2]).unwrap_or(f64::NAN)
    }
    of_slices! { f at [[12.0, 100.0, 95.0]]; }
}

mod heston_mc {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn simulate(s0: f64, v0: f64, kappa: f64, theta: f64, xi: f64, rho: f64, normals: &[(f64, f64)], dt: f64) -> (f64, f64) {
        let (mut s, mut v) = (s0, v0);
        for (z1, z2) in normals {
            let w2 = rho * z1 + (1.0 - rho * rho).sqrt() * z2;
            let vp = v.max(0.0);
            s *= (-0.5 * vp * dt + (vp * dt).sqrt() * z1).exp();
            v += kappa * (theta - vp) * dt + xi * (vp * dt).sqrt() * w2;
        }
        (s, v)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let paths: Vec<Vec<(f64, f64)>> = vec![vec![(0.3, -0.1), (0.2, 1.1), (-0.7, 0.4)], vec![(1.3, 0.1), (-0.2, -1.1), (0.7, 0.2)]];
        let payoff = paths
            .iter()
            .map(|p| {
                let (s, _) = simulate(x[0], x[1], x[2], x[3], x[4], x[5], p, 0.1);
                (s - 95.0).max(0.0)
            })
            .sum::<f64>();
        payoff / paths.len() as f64
    }
    of_slices! { f at [[100.0, 0.04, 1.5, 0.05, 0.3, -0.6]]; }
}

mod sabr {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn sabr_vol(f: f64, k: f64, t: f64, alpha: f64, beta: f64, rho: f64, nu: f64) -> f64 {
        let fk = (f * k).powf((1.0 - beta) / 2.0);
        let lfk = (f / k).ln();
        let b1 = 1.0 - beta;
        let denom = fk * (1.0 + b1.powi(2) / 24.0 * lfk.powi(2) + b1.powi(4) / 1920.0 * lfk.powi(4));
        let z = nu / alpha * fk * lfk;
        let chi = (((1.0 - 2.0 * rho * z + z * z).sqrt() + z - rho) / (1.0 - rho)).ln();
        let ratio = if z.abs() < 1e-7 { 1.0 - 0.5 * rho * z } else { z / chi };
        let corr = 1.0
            + (b1.powi(2) / 24.0 * alpha * alpha / (fk * fk)
                + 0.25 * rho * beta * nu * alpha / fk
                + (2.0 - 3.0 * rho * rho) / 24.0 * nu * nu)
                * t;
        alpha / denom * ratio * corr
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let strikes = [90.0, 100.0, 110.0];
        let market = [0.21, 0.2, 0.205];
        strikes.iter().zip(market.iter()).map(|(&k, m)| (sabr_vol(100.0, k, 1.0, x[0], x[1], x[2], x[3]) - m).powi(2)).sum::<f64>() * 1e4
    }
    of_slices! { f at [[0.9, 0.7, -0.3, 0.4]]; }
}

mod garch {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    struct Returns<'a> {
        r: &'a [f64],
    }
    #[differentiable]
    fn garch_nll(omega: f64, alpha: f64, beta: f64, #[constant] r: &[f64]) -> f64 {
        let n = r.len();
        let mut sigma2 = Vec::with_capacity(n);
        sigma2.push(omega / (1.0 - alpha - beta));
        for t in 1..n {
            let prev = *sigma2.last().unwrap();
            sigma2.push(omega + alpha * r[t - 1].powi(2) + beta * prev);
        }
        sigma2.iter().zip(r).map(|(s, e)| 0.5 * (s.ln() + e * e / s)).sum()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        garch_nll(x[0].exp(), 1.0 / (1.0 + (-x[1]).exp()) * 0.3, 0.5 * x[2].tanh().abs(), &[0.1, -0.3, 0.4, 0.2, -0.5])
    }
    of_slices! { f at [[-2.0, 0.7, 0.8]]; }
}

mod elo_like {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    use std::fmt;
    #[derive(Debug)]
    enum Outcome {
        Win,
        Loss,
        Draw,
    }
    impl fmt::Display for Outcome {
        fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
            write!(f, "{:?}", self)
        }
    }
    #[differentiable]
    fn expected(a: f64, b: f64) -> f64 {
        1.0 / (1.0 + 10f64.powf((b - a) / 400.0))
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let games = [(0, 1, Outcome::Win), (1, 2, Outcome::Draw), (2, 0, Outcome::Loss)];
        let mut rating = x[..3].to_vec();
        let k = x[3];
        let mut log = String::new();
        let mut ll = 0.0;
        for (a, b, o) in &games {
            let e = expected(rating[*a], rating[*b]);
            let s = match o {
                Outcome::Win => 1.0,
                Outcome::Draw => 0.5,
                Outcome::Loss => 0.0,
            };
            log.push_str(&format!("{a}-{b}: {o} "));
            ll += s * e.ln() + (1.0 - s) * (1.0 - e).ln();
            rating[*a] += k * (s - e);
            rating[*b] -= k * (s - e);
        }
        if log.is_empty() {
            return 0.0;
        }
        -ll
    }
    of_slices! { f at [[1500.0, 1600.0, 1450.0, 32.0]]; }
}
