//! The corpus: bindings, blocks, shadowing, references, tuples, arrays.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

const SCALE: f64 = 1.5;
static OFFSET: f64 = 0.25;

#[differentiable]
fn straight(x: f64) -> f64 {
    let a = x * x;
    let b = a.sin() + 3.0 * x;
    b / (1.0 + a)
}

#[differentiable]
fn shadowed(x: f64) -> f64 {
    let x = x * x;
    let x = x.exp() - x;
    {
        let x = x * 0.5;
        x + 1.0
    }
}

#[differentiable]
fn late(x: f64) -> f64 {
    let y;
    if x > 0.0 {
        y = x * x;
    } else {
        y = -x;
    }
    y * x
}

#[differentiable]
fn tuples(x: f64) -> f64 {
    let (a, (b, c)) = (x * x, (x.sin(), x + 1.0));
    let t = (a * b, c);
    let (u, _) = t;
    u + t.1 * t.0
}

#[differentiable]
fn arrays(x: f64) -> f64 {
    let v = [x, x * x, 2.0];
    let m = [[v[0], 1.0], [v[1], v[2]]];
    m[0][0] * m[1][0] + m[1][1] * m[0][1] + [x; 3][2]
}

#[differentiable]
fn blocks(x: f64) -> f64 {
    let y = {
        let z = x * x;
        let w = { z + x };
        w * z
    };
    y + { x * 3.0 }
}

#[differentiable]
fn references(x: f64) -> f64 {
    let y = x * x;
    let r = &y;
    let s = &r;
    *r * 2.0 + r * x + **s
}

#[differentiable]
fn constants(x: f64) -> f64 {
    let k = SCALE * 2.0;
    let n = 3;
    SCALE * x + OFFSET * x * x + k * x / f64::from(n) + x * n as f64 + std::f64::consts::PI * x
}

#[differentiable]
fn names_of_generated_code(bar: f64) -> f64 {
    let value = bar * bar;
    let pullback = value + bar;
    let x = pullback * 2.0;
    let x_bar = x * value;
    let t1 = x_bar + x;
    let taken = t1.sin();
    let result = taken * bar;
    result
}

#[differentiable]
fn parts(x: &[f64]) -> f64 {
    let head = &x[..2];
    let tail = &x[1..];
    let pair = &tail[0..2];
    head[0] * head[1] + tail[0] * pair[1] + pair[0]
}

#[differentiable]
fn order_of_evaluation(x: f64) -> f64 {
    let mut a = x;
    let b = a + {
        a = a * x;
        a
    };
    b * a
}

#[differentiable]
fn swapped_by_hand(x: f64) -> f64 {
    let mut a = x;
    let mut b = x * x;
    for _ in 0..3 {
        let t = a;
        a = b;
        b = t * 0.5;
    }
    a * 3.0 + b
}

of_scalars! {
    straight at [-1.3, 0.0, 0.7];
    shadowed at [-0.4, 0.9];
    late at [-0.8, 0.8];
    tuples at [-0.7, 1.2];
    arrays at [-0.7, 1.2];
    blocks at [-0.7, 1.2];
    references at [-0.7, 1.2];
    constants at [-0.7, 1.2];
    names_of_generated_code at [-0.3, 0.4];
    order_of_evaluation at [-0.7, 1.2];
    swapped_by_hand at [-0.7, 1.2];
}
of_slices! {
    parts at [[0.3, -0.7, 1.1], [2.0, 1.0, -1.0]];
}
