//! References that are lent as others, exits in assignments of whole numbers, names.
//!
//! Input: functions of a slice. Output: tests of every mode.

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

mod exits_of_whole_numbers {
    use super::*;
    fn next(i: usize) -> Option<usize> {
        (i < 3).then_some(i + 1)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut i = 0;
        let mut s = 0.0;
        let mut n = 0;
        let mut hits = [0usize; 5];
        loop {
            s += x[i] * x[i];
            i = match next(i) {
                Some(j) => j,
                None => break,
            };
            n += if i > 5 { return 0.0 } else { 1 };
            hits[match next(i) {
                Some(j) => j,
                None => continue,
            }] = 1;
            hits[match next(i) {
                Some(j) => j,
                None => continue,
            }] += 2;
        }
        s * n as f64 + hits[2] as f64 * x[0]
    }
    of_slices! { f at [[1.0, 2.0, 3.0, 4.0]]; }
}

mod exclusive_as_shared {
    use super::*;
    #[differentiable]
    fn acc(b: &[f64]) -> Vec<f64> {
        b.iter().map(|v| v * v * b[0]).collect()
    }
    #[differentiable]
    fn total(b: &[f64; 2]) -> f64 {
        b[0] * b[1]
    }
    #[differentiable]
    fn bump(b: &mut [f64; 2], by: f64) {
        b[0] *= by;
    }
    #[differentiable]
    fn step(b: &mut Vec<f64>, h: f64) {
        let a = acc(b);
        for (b, a) in b.iter_mut().zip(&a) {
            *b += h * a;
        }
        let a = acc(b);
        b[0] += h * a[1];
    }
    #[differentiable]
    fn step2(b: &mut [f64], h: f64) -> f64 {
        let a = acc(b);
        b[0] = b[0] * a[1];
        let c = acc(b);
        b[1] *= c[0] * h;
        c[1]
    }
    #[differentiable]
    fn step3(b: &mut [f64; 2], h: f64) -> f64 {
        let mut s = 0.0;
        for _ in 0..3 {
            let t = total(b);
            b[0] += t * h;
            s += total(b) + acc(b)[1];
            bump(b, t);
        }
        s
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut b = vec![x[0], x[1]];
        step(&mut b, x[2]);
        let s = step2(&mut b, x[1]);
        let mut c = [x[0], b[1]];
        b[0] * b[1] + s + step3(&mut c, 0.3 * x[0]) + c[0] * c[1]
    }
    #[differentiable]
    fn both(p: &mut f64, q: &mut f64) -> f64 {
        let r = mixed(p, q);
        *q *= r;
        mixed(q, p) + one(*p, q)
    }
    #[differentiable]
    fn mixed(p: &f64, q: &mut f64) -> f64 {
        *q += *p * *q;
        *p * *q
    }
    #[differentiable]
    fn one(p: f64, q: &f64) -> f64 {
        p * q * q
    }
    #[differentiable]
    fn g(x: &[f64]) -> f64 {
        let (mut a, mut b) = (x[0], x[1]);
        both(&mut a, &mut b) + a * b
    }
    of_slices! { f at [[0.9, 0.8, 0.3]]; g at [[0.5, 0.7]]; }
}

mod named_like_attributes {
    use super::*;
    #[differentiable]
    fn path(x: f64) -> f64 {
        x * x
    }
    #[differentiable]
    fn cold(t: f64) -> f64 {
        t.sin()
    }
    #[differentiable]
    fn feature(t: f64) -> f64 {
        t.exp()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        path(x[0]) * cold(x[1]) + feature(x[0])
    }
    of_slices! { f at [[0.5, 0.7]]; }
}
