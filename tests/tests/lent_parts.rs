//! References to parts that methods lend, and functions whose result is a reference.
//!
//! Input: functions of a slice. Output: tests of every mode. Invariant: what is written through such a reference has its adjoint.
#![allow(clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::of_slices;

#[differentiable]
fn goi_mut(x: &[f64]) -> f64 {
    let mut o: Option<f64> = None;
    for v in x {
        let r = o.get_or_insert(v * x[0]);
        *r *= *v;
    }
    let mut w = x.to_vec();
    let l = w.last_mut().unwrap();
    *l += 2.0;
    let f = w.iter_mut().find(|v| **v > 1.5).unwrap();
    *f *= x[0];
    let s = w.as_mut_slice();
    s[1] *= s[2];
    let mut p = Some([x[0], x[1]]);
    let q = p.as_mut().unwrap();
    q[1] += q[0] * q[0];
    *o.get_or_insert_with(|| 3.0) += 1.0;
    o.unwrap() * w.iter().sum::<f64>() + p.unwrap()[1]
}

#[differentiable]
fn get_or_insert(x: &[f64]) -> f64 {
    let mut first: Option<f64> = None;
    let mut s = 0.0;
    for &v in x {
        let f = *first.get_or_insert(v * 2.0);
        s += f * v;
    }
    s
}

#[differentiable]
fn get_or_insert_with(x: &[f64]) -> f64 {
    let mut cache: Vec<Option<f64>> = vec![None; 4];
    let mut s = 0.0;
    for &i in &[0usize, 2, 0, 2, 3] {
        let v = match cache[i] {
            Some(v) => v,
            None => {
                let v = x[i] * x[i].sin();
                cache[i] = Some(v);
                v
            }
        };
        s += v * x[0];
    }
    let mut o: Option<f64> = None;
    let r = o.get_or_insert_with(|| x[1]);
    *r *= 2.0;
    s + o.unwrap()
}

#[differentiable]
fn find_iter_mut(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    if let Some(v) = y.iter_mut().find(|v| **v > 1.5) {
        *v *= 3.0;
    }
    y[0] * y[1] * y[2]
}

#[differentiable]
fn last_mut_first_mut(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    if let Some(l) = y.last_mut() {
        *l *= 2.0;
    }
    *y.first_mut().unwrap() += x[2];
    if let Some(v) = y.get_mut(1) {
        *v = *v * *v;
    }
    let (h, t) = y.split_first_mut().unwrap();
    *h += t[0];
    y.iter().product()
}

#[differentiable]
fn option_as_mut(x: &[f64]) -> f64 {
    let mut acc = Some(x[0]);
    for &v in &x[1..] {
        if let Some(a) = acc.as_mut() {
            *a = *a * v + 1.0;
        }
    }
    acc.unwrap()
}

#[differentiable]
fn get_expect(x: &[f64]) -> f64 {
    let v = x.get(1).expect("two");
    let mut s = x[0];
    for i in 0..3 {
        if i > 0 {
            let w = x.get(i).expect("w");
            s += w * v.sin();
        }
    }
    s * v
}

#[differentiable]
fn biggest(x: &[f64]) -> &f64 {
    if x[0] > x[1] { &x[0] } else { &x[1] }
}
#[differentiable]
fn elided_result(x: &[f64]) -> f64 {
    let b = biggest(x);
    b * b + x[2]
}

#[derive(Clone, Copy, Differentiable)]
struct V2 {
    x: f64,
    y: f64,
}
#[differentiable]
impl std::ops::Sub for V2 {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        V2 { x: self.x - o.x, y: self.y - o.y }
    }
}
#[differentiable]
impl std::ops::Mul<V2> for f64 {
    type Output = V2;
    fn mul(self, v: V2) -> V2 {
        V2 { x: self * v.x, y: self * v.y }
    }
}
#[differentiable]
impl std::ops::SubAssign for V2 {
    fn sub_assign(&mut self, o: V2) {
        self.x -= o.x;
        self.y -= o.y;
    }
}
#[differentiable]
fn own_compound(x: &[f64]) -> f64 {
    let (mut p, mut v) = (V2 { x: x[0], y: x[1] }, V2 { x: x[2], y: x[1] });
    for _ in 0..3 {
        let d = p - v;
        let r = d.x * d.x + 1.0;
        v -= (0.05 / (r * r)) * d;
        p -= 0.1 * v;
    }
    let mut all = [p, v];
    all[0] -= v;
    for a in all.iter_mut() {
        *a -= p;
    }
    all[0].x * all[1].y + p.x
}

of_slices! {
    goi_mut at [vec![1.0,2.0,3.0,4.0]];
    get_or_insert at [vec![1.0,2.0,3.0,4.0]];
    get_or_insert_with at [vec![1.0,2.0,3.0,4.0]];
    find_iter_mut at [vec![1.0,2.0,3.0]];
    last_mut_first_mut at [vec![1.0,2.0,3.0]];
    option_as_mut at [vec![1.0,2.0,3.0,4.0]];
    get_expect at [vec![1.0,-2.0,3.0,-4.0]];
    elided_result at [vec![1.0,-2.0,3.0,-4.0]];
    own_compound at [vec![1.0,2.0,3.0]];
}
