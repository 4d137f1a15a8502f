//! Portfolios, order books and credit.
//!
//! Input: functions of a slice. Output: tests of every mode.

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

mod heston_cf {
    use super::*;
    use std::ops::{Add, Div, Mul, Sub};
    #[derive(Clone, Copy, Debug, Differentiable)]
    struct C {
        re: f64,
        im: f64,
    }
    #[differentiable]
    impl Add for C {
        type Output = C;
        fn add(self, o: C) -> C {
            C { re: self.re + o.re, im: self.im + o.im }
        }
    }
    #[differentiable]
    impl Sub for C {
        type Output = C;
        fn sub(self, o: C) -> C {
            C { re: self.re - o.re, im: self.im - o.im }
        }
    }
    #[differentiable]
    impl Mul for C {
        type Output = C;
        fn mul(self, o: C) -> C {
            C { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
        }
    }
    #[differentiable]
    impl Div for C {
        type Output = C;
        fn div(self, o: C) -> C {
            let n = o.re.powi(2) + o.im.powi(2);
            C { re: (self.re * o.re + self.im * o.im) / n, im: (self.im * o.re - self.re * o.im) / n }
        }
    }
    #[differentiable]
    impl C {
        fn sqrt(self) -> C {
            let r = self.re.hypot(self.im);
            let a = ((r + self.re) / 2.0).sqrt();
            C { re: a, im: no_grad!(self.im.signum()) * ((r - self.re) / 2.0).sqrt() }
        }
        fn exp(self) -> C {
            let e = self.re.exp();
            C { re: e * self.im.cos(), im: e * self.im.sin() }
        }
        fn scale(self, s: f64) -> C {
            C { re: self.re * s, im: self.im * s }
        }
    }
    #[differentiable]
    fn cf(u: f64, kappa: f64, theta: f64, rho: f64) -> C {
        let i = C { re: 0.0, im: 1.0 };
        let iu = C { re: 0.0, im: u };
        let b = C { re: kappa, im: -rho * 0.3 * u };
        let d = (b * b + (iu + C { re: u * u, im: 0.0 }).scale(0.09)).sqrt();
        let g = (b - d) / (b + d);
        let e = d.scale(-1.0).exp();
        let one = C { re: 1.0, im: 0.0 };
        let dd = (b - d) * (one - e) / (one - g * e);
        (dd.scale(theta) + i.scale(0.1 * u)).exp()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        (1..=4)
            .map(|k| {
                let c = cf(0.5 * k as f64, x[0], x[1], x[2]);
                c.re * 0.9 + c.im / k as f64
            })
            .sum()
    }
    of_slices! { f at [[1.5, 0.04, -0.6]]; }
}

mod portfolio {
    use super::*;
    #[differentiable]
    fn quad(w: &[f64], cov: &[Vec<f64>]) -> f64 {
        w.iter().zip(cov).map(|(wi, row)| wi * row.iter().zip(w).map(|(c, wj)| c * wj).sum::<f64>()).sum()
    }
    #[differentiable]
    fn softmax(x: &[f64]) -> Vec<f64> {
        let m = x.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
        let e: Vec<f64> = x.iter().map(|v| (v - m).exp()).collect();
        let s: f64 = e.iter().sum();
        e.into_iter().map(|v| v / s).collect()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let cov = vec![vec![0.04, 0.01, x[3]], vec![0.01, 0.09, 0.02], vec![x[3], 0.02, 0.16]];
        let w = softmax(&x[0..3]);
        let ret: f64 = w.iter().zip([0.05, 0.08, 0.12].iter()).map(|(a, b)| a * b).sum();
        ret - 2.0 * quad(&w, &cov) - w.iter().map(|w| w * w.ln()).sum::<f64>() * 0.01
    }
    of_slices! { f at [[0.1, 0.4, -0.2, 0.03]]; }
}

mod order_book_matching {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Order {
        price: f64,
        qty: f64,
    }
    #[differentiable]
    fn fill(book: &mut Vec<Order>, want: f64) -> f64 {
        let mut left = want;
        let mut cost = 0.0;
        while let Some(best) = book.last_mut() {
            if best.qty > left {
                best.qty -= left;
                cost += left * best.price;
                break;
            }
            cost += best.qty * best.price;
            left -= best.qty;
            book.pop();
        }
        cost
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut book: Vec<Order> = x.chunks(2).map(|c| Order { price: c[0], qty: c[1] }).collect();
        book.sort_by(|a, b| b.price.partial_cmp(&a.price).unwrap());
        let c = fill(&mut book, 2.5);
        c + book.iter().map(|o| o.price * o.qty).sum::<f64>() * 0.1
    }
    of_slices! { f at [[1.1, 1.0, 1.0, 1.2, 1.3, 2.0]]; }
}

mod garch {
    use super::*;
    #[derive(Clone, Copy, Differentiable)]
    struct Garch {
        omega: f64,
        alpha: f64,
        beta: f64,
    }
    trait Volatility {
        fn next(&self, var: f64, shock: f64) -> f64;
        fn init(&self) -> f64 {
            0.1
        }
    }
    #[differentiable]
    impl Garch {
        fn loglik(&self, returns: &[f64]) -> f64 {
            let mut var = self.omega / (1.0 - self.alpha - self.beta);
            returns
                .windows(2)
                .map(|w| {
                    var = self.omega + self.alpha * w[0] * w[0] + self.beta * var;
                    -0.5 * (var.ln() + w[1] * w[1] / var)
                })
                .sum()
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let g = Garch { omega: x[0], alpha: x[1], beta: x[2] };
        g.loglik(&[0.1, -0.2, 0.15, 0.05, -0.3, x[3]])
    }
    of_slices! { f at [[0.01, 0.1, 0.8, 0.2]]; }
}

mod credit {
    use super::*;
    #[differentiable]
    fn survival(hazards: &[(f64, f64)], t: f64) -> f64 {
        let mut acc = 0.0;
        let mut last = 0.0;
        for &(until, h) in hazards {
            let upto = f64::min(until, t);
            if upto > last {
                acc += h * (upto - last);
            }
            last = until;
            if until >= t {
                break;
            }
        }
        (-acc).exp()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let hazards = [(1.0, x[0]), (3.0, x[1]), (10.0, x[2])];
        let rec = x[3];
        let mut premium = 0.0;
        let mut protection = 0.0;
        let mut prev = 1.0;
        for k in 1..=10 {
            let t = k as f64 * 0.5;
            let q = survival(&hazards, t);
            let df = (-0.03 * t).exp();
            premium += 0.5 * q * df;
            protection += (1.0 - rec) * (prev - q) * df;
            prev = q;
        }
        protection / premium * 1e2
    }
    of_slices! { f at [[0.01, 0.02, 0.03, 0.4]]; }
}
