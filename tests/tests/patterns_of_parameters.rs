//! The corpus: patterns in parameter lists, struct update syntax.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::of_slices;

#[differentiable]
fn pa([x, y]: [f64; 2], k: f64) -> f64 {
    x * y.sin() * k
}
#[differentiable]
fn param_array(x: &[f64]) -> f64 {
    pa([x[0], x[1]], x[2]) * x[0]
}

#[differentiable]
fn pt((a, b): (f64, f64)) -> f64 {
    a * b.sin()
}
#[differentiable]
fn param_tuple(x: &[f64]) -> f64 {
    pt((x[0], x[1] * x[2]))
}

#[derive(Clone, Differentiable)]
struct P {
    x: f64,
    y: f64,
}
#[differentiable]
fn ps(&P { x, y }: &P) -> f64 {
    x * y.sin()
}
#[differentiable]
fn ps2(P { x, y: other }: &P) -> f64 {
    x * other.sin()
}
#[differentiable]
fn ps3(P { x, y: mut other }: P) -> f64 {
    other *= x;
    x * other.sin()
}
#[differentiable]
fn param_struct_ref(x: &[f64]) -> f64 {
    let p = P { x: x[0], y: x[1] };
    ps(&p) + ps2(&p) * x[2] + ps3(P { x: x[2], y: x[0] })
}

#[differentiable]
fn pn(((a, b), [c, d]): ((f64, f64), [f64; 2]), &(e, _): &(f64, f64)) -> f64 {
    a * b + c * d.sin() * e
}
#[differentiable]
fn param_nested(x: &[f64]) -> f64 {
    pn(((x[0], x[1]), [x[2], x[3]]), &(x[0], x[1]))
}

#[derive(Clone, Copy, Differentiable)]
struct Meters(f64);
#[differentiable]
fn pnt(Meters(a): Meters, Meters(b): &Meters) -> f64 {
    a * b.sin()
}
#[differentiable]
fn param_newtype(x: &[f64]) -> f64 {
    pnt(Meters(x[0]), &Meters(x[1]))
}

#[differentiable]
fn pmp([a, b]: &mut [f64; 2]) {
    *a *= *b;
    *b += *a;
}
#[differentiable]
fn param_mut_pattern(x: &[f64]) -> f64 {
    let mut s = [x[0], x[1]];
    pmp(&mut s);
    s[0] * s[1]
}

#[derive(Clone, Copy, Differentiable)]
struct Pair {
    x: f64,
    y: f64,
    n: usize,
}
#[differentiable]
fn struct_update(x: &[f64]) -> f64 {
    let base = Pair { x: x[0], y: x[1], n: 2 };
    let p = Pair { x: base.x * x[2], ..base };
    let q = Pair { y: p.x, ..p };
    p.x * p.y + q.x * q.y + q.n as f64 * base.y
}

#[derive(Clone, Differentiable, Default)]
struct State {
    pos: Vec<f64>,
    v: f64,
    w: f64,
}
#[differentiable]
fn struct_update_vec(x: &[f64]) -> f64 {
    let base = State { pos: x.to_vec(), v: x[1], w: 1.0 };
    let p = State { v: base.v * x[2], ..base.clone() };
    let q = State { w: p.v, ..Default::default() };
    let r = State { v: q.w * 2.0, ..base };
    r.pos[0] * p.v + p.pos[1] * q.w + r.v + r.w
}

#[derive(Clone, Copy, Differentiable)]
struct Inner {
    a: f64,
    b: f64,
}
#[derive(Clone, Copy, Differentiable)]
struct Outer {
    i: Inner,
    c: f64,
}
#[differentiable]
fn step(s: &Outer, dt: f64) -> Outer {
    Outer { i: Inner { a: s.i.a + dt * s.i.b, ..s.i }, ..*s }
}
#[differentiable]
fn struct_update_nested(x: &[f64]) -> f64 {
    let mut s = Outer { i: Inner { a: x[0], b: x[1] }, c: x[2] };
    for _ in 0..3 {
        s = Outer { c: s.c * s.i.a, ..step(&s, x[3]) };
    }
    s.i.a * s.i.b * s.c
}

of_slices! {
    param_array at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    param_tuple at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    param_struct_ref at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    param_nested at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    param_newtype at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    param_mut_pattern at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    struct_update at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    struct_update_vec at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    struct_update_nested at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
}
