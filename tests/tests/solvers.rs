//! Decompositions, linear systems, iterations and integrators, written out over arrays and vectors.
//!
//! Input: functions of a slice. Output: tests of every mode.
#![allow(clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

#[differentiable]
fn cholesky_in_place(x: &[f64]) -> f64 {
    let n = 3;
    let mut a = [[0.0f64; 3]; 3];
    let mut k = 0;
    for i in 0..n {
        for j in i..n {
            a[i][j] = x[k];
            a[j][i] = x[k];
            k += 1;
        }
    }
    for j in 0..n {
        for k in 0..j {
            let l = a[j][k];
            for i in j..n {
                a[i][j] -= l * a[i][k];
            }
        }
        let d = a[j][j].sqrt();
        for i in j..n {
            a[i][j] /= d;
        }
    }
    (0..n).map(|i| a[i][i].ln() + a[n - 1][i]).sum()
}

#[differentiable]
fn gauss_pivot(x: &[f64]) -> f64 {
    let n = 3;
    let mut a: Vec<Vec<f64>> = x.chunks(n).map(|r| r.to_vec()).collect();
    let mut b = vec![1.0, x[0], 2.0];
    for c in 0..n {
        let p = (c..n).max_by(|&i, &j| a[i][c].abs().partial_cmp(&a[j][c].abs()).unwrap()).unwrap();
        a.swap(c, p);
        b.swap(c, p);
        for r in c + 1..n {
            let f = a[r][c] / a[c][c];
            for k in c..n {
                a[r][k] -= f * a[c][k];
            }
            b[r] -= f * b[c];
        }
    }
    let mut s = vec![0.0; n];
    for i in (0..n).rev() {
        let mut t = b[i];
        for k in i + 1..n {
            t -= a[i][k] * s[k];
        }
        s[i] = t / a[i][i];
    }
    s.iter().sum()
}

#[differentiable]
fn tridiag_thomas(x: &[f64]) -> f64 {
    let n = 3;
    let (diag, rhs) = x.split_at(n);
    let mut c = [0.0; 3];
    let mut d = [0.0; 3];
    c[0] = 0.5 / diag[0];
    d[0] = rhs[0] / diag[0];
    for i in 1..n {
        let m = diag[i] - 0.4 * c[i - 1];
        c[i] = 0.5 / m;
        d[i] = (rhs[i] - 0.4 * d[i - 1]) / m;
    }
    for i in (0..n - 1).rev() {
        let next = d[i + 1];
        d[i] -= c[i] * next;
    }
    d.iter().map(|v| v * v).sum()
}

#[differentiable]
fn levinson_like(r: &[f64]) -> f64 {
    let n = r.len();
    let mut a = vec![1.0];
    let mut e = r[0];
    for i in 1..n {
        let mut acc = 0.0;
        for j in 0..i {
            acc += a[j] * r[i - j];
        }
        let k = -acc / e;
        let prev = a.clone();
        a.push(0.0);
        for j in 1..=i {
            a[j] += k * prev[i - j];
        }
        e *= 1.0 - k * k;
    }
    e + a.iter().sum::<f64>()
}

#[differentiable]
fn matvec(m: &[Vec<f64>], v: &[f64]) -> Vec<f64> {
    m.iter().map(|r| r.iter().zip(v).map(|(a, b)| a * b).sum()).collect()
}
#[differentiable]
fn power_iteration(x: &[f64]) -> f64 {
    let m: Vec<Vec<f64>> = x.chunks(2).map(<[f64]>::to_vec).collect();
    let mut v = vec![1.0, 0.5];
    for _ in 0..5 {
        let w = matvec(&m, &v);
        let n = w.iter().map(|a| a * a).sum::<f64>().sqrt();
        v = w.into_iter().map(|a| a / n).collect();
    }
    let w = matvec(&m, &v);
    v.iter().zip(&w).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn deriv(y: [f64; 2], k: f64) -> [f64; 2] {
    [y[1], -k * y[0]]
}
#[differentiable]
fn axpy2(y: &[f64; 2], h: f64, d: &[f64; 2]) -> [f64; 2] {
    [y[0] + h * d[0], y[1] + h * d[1]]
}
#[differentiable]
fn runge_kutta(x: &[f64]) -> f64 {
    let mut y = [x[0], x[1]];
    let h = 0.1;
    for _ in 0..5 {
        let k1 = deriv(y, x[2]);
        let k2 = deriv(axpy2(&y, h / 2.0, &k1), x[2]);
        let k3 = deriv(axpy2(&y, h / 2.0, &k2), x[2]);
        let k4 = deriv(axpy2(&y, h, &k3), x[2]);
        for i in 0..2 {
            y[i] += h / 6.0 * (k1[i] + 2.0 * (k2[i] + k3[i]) + k4[i]);
        }
    }
    y[0] * y[1]
}

#[differentiable]
fn welford(x: &[f64]) -> f64 {
    let (mut mean, mut m2, mut n) = (0.0, 0.0, 0usize);
    for &v in x {
        n += 1;
        let d = v - mean;
        mean += d / n as f64;
        m2 += d * (v - mean);
    }
    m2 / (n - 1) as f64
}

#[differentiable]
fn newton_active(x: f64) -> f64 {
    let mut r = x;
    let mut iter = 0;
    let root = loop {
        let next = 0.5 * (r + x / r);
        iter += 1;
        if (next - r).abs() < 1e-12 || iter == 50 {
            break next;
        }
        r = next;
    };
    root * root.ln()
}

#[derive(Clone, Differentiable, Default)]
struct Body {
    pos: [f64; 2],
    vel: (f64, f64),
    id: u32,
}
#[differentiable]
fn mutation_nested(x: &[f64]) -> f64 {
    let mut bodies = vec![Body::default(), Body { pos: [x[0], x[1]], vel: (x[2], x[3]), id: 1 }];
    bodies[0].pos[1] = x[0] * x[3];
    bodies[0].vel.0 -= x[1];
    for b in bodies.iter_mut() {
        b.pos[0] += b.vel.0 * 0.1;
        b.pos[1] /= 1.0 + b.vel.1 * b.vel.1;
        b.vel.1 *= b.pos[0];
    }
    let mut e = 0.0;
    for b in &bodies {
        e += b.pos.iter().map(|p| p * p).sum::<f64>() + b.vel.0 * b.vel.1 * (b.id as f64 + 1.0);
    }
    e
}

#[differentiable]
fn self_update_alias(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let idx = [(0, 1), (2, 2), (1, 0), (3, 3), (0, 3)];
    for &(i, j) in &idx {
        a[i] = a[i] * a[j];
        a[j] += a[i] * 0.5;
    }
    a.iter().sum()
}

of_scalars! {
    newton_active at [2.0, 7.0];
}
of_slices! {
    cholesky_in_place at [vec![2.0,0.5,0.3,3.0,0.1,4.0]];
    gauss_pivot at [vec![2.0,0.5,0.3,3.0,0.1,4.0,1.0,-1.0,5.0]];
    tridiag_thomas at [vec![2.0,3.2,4.5,1.5,0.3,0.2]];
    levinson_like at [vec![2.0,0.2,0.5,1.5]];
    power_iteration at [vec![2.0,0.2,0.5,1.5]];
    runge_kutta at [vec![1.0,0.5,0.3]];
    welford at [vec![1.0,2.0,3.0,7.0]];
    mutation_nested at [vec![1.0,2.0,3.0,4.0]];
    self_update_alias at [vec![1.0,2.0,3.0,4.0]];
}
