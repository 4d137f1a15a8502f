//! Statements that carry no gradient, last in arms, branches, bodies of loops and closures: what they change is read later.

use pullback::prelude::*;
use pullback_tests::of_slices;

#[differentiable]
fn arms(x: &[f64]) -> f64 {
    let (mut s, mut n, mut w) = (0.0, 0, 0.5);
    for (k, v) in x.iter().enumerate() {
        match k % 3 {
            0 => {
                s += v * w;
            }
            1 => {
                n += 1;
                w = 2.0;
            }
            _ => {
                let u = 3.0;
                w *= u;
            }
        }
    }
    s * n as f64
}

#[differentiable]
fn other_branch(x: &[f64]) -> f64 {
    let (mut s, mut w, mut seen) = (0.0, 0.5, vec![1usize]);
    for (k, v) in x.iter().enumerate() {
        if let 0 = k % 3 {
            s += v * w;
        } else {
            let u = 3.0;
            w *= u;
        }
        if k % 2 == 0 {
            s = s.sin() + v;
            seen.push(k)
        }
        if k > 1 { s += v * w } else { seen.push(k) }
    }
    s * seen.len() as f64
}

#[differentiable]
fn decided(x: &[f64]) -> f64 {
    let (mut s, mut w) = (0.0, 0.5);
    for (k, v) in x.iter().enumerate() {
        match (k % 3, *v > 0.5) {
            (0, true) => {
                let mut q = [*v, 0.0];
                q[1] = w;
                s += q[0] * q[1];
                s = s.sin();
            }
            (0, false) => {
                let q: Vec<f64> = vec![0.5, 0.7];
                let mut r = vec![0.1];
                r.push(q[0]);
                w -= r[1];
            }
            _ => {}
        }
    }
    s * w
}

#[differentiable]
fn bodies(x: &[f64]) -> f64 {
    let (mut s, mut log, mut n) = (1.0, vec![0.5], 0);
    for v in x {
        s += v * log[log.len() - 1];
        log.push(log.len() as f64)
    }
    let mut k = 0;
    while k < x.len() {
        s *= x[k].cos();
        {
            k += 1;
            log.insert(0, 2.0)
        }
    }
    for k in 0..x.len() {
        s += x[k] * log[0];
        match k {
            0 => s *= 0.5,
            _ => log.truncate(2),
        }
    }
    x.iter().for_each(|v| {
        s += v * v;
        { n += 1 }
    });
    let mut add = |v: f64| {
        s += v;
        n += 2
    };
    add(x[0]);
    add(x[1] * x[0]);
    let r = loop {
        if n > 20 {
            break s;
        } else {
            n += 3
        }
        s = s.sin() * 2.0;
        n += 1
    };
    r * n as f64 + log.iter().sum::<f64>() * s
}

#[differentiable]
fn stepped(v: &mut [f64], log: &mut Vec<usize>) {
    v[0] *= v[1];
    log.push(v.len())
}

#[differentiable]
fn marked(v: &mut [f64], #[constant] log: &mut Vec<usize>) {
    v[1] *= v[0].sin();
    log.push(v.len())
}

#[differentiable]
fn at_the_end(x: &[f64]) -> f64 {
    let (mut v, mut log) = (x.to_vec(), vec![]);
    stepped(&mut v, &mut log);
    stepped(&mut v, &mut log);
    marked(&mut v, &mut log);
    v[0] * v[1] * log.len() as f64
}

of_slices! {
    arms at [[0.9, 0.7, 0.8, 0.3, 0.4, 0.5, 1.6, 1.7]];
    other_branch at [[0.9, 0.7, 0.8, 0.3, 0.4, 0.5, 1.6, 1.7]];
    decided at [[0.9, 0.7, 0.8, 0.3, 0.4, 0.5, 1.6, 1.7]];
    bodies at [[0.9, 0.7, 0.8]];
    at_the_end at [[0.9, 0.7, 0.8]];
}
