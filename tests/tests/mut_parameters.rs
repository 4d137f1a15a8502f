//! The corpus: `&mut` parameters of every kind, and calls of functions that have them.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{close, of_slices};

/// Out: every entry is overwritten.
#[differentiable]
fn squares(x: &[f64], out: &mut [f64]) {
    for i in 0..x.len() {
        out[i] = x[i] * x[i];
    }
}

/// In and out, and a result beside it.
#[differentiable]
fn relax(x: &mut [f64], h: f64) -> f64 {
    let mut moved = 0.0;
    for i in 1..x.len() {
        let d = x[i] - x[i - 1];
        x[i] -= h * d * d;
        moved += d.sin();
    }
    moved
}

/// Scalars behind `&mut`, two of them.
#[differentiable]
fn rotate(a: &mut f64, b: &mut f64, angle: f64) {
    let (c, s) = (angle.cos(), angle.sin());
    let t = *a * c - *b * s;
    *b = *a * s + *b * c;
    *a = t;
}

/// An accumulator: in only through `+=`.
#[differentiable]
fn axpy(alpha: f64, x: &[f64], y: &mut [f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += alpha * x;
    }
}

#[differentiable]
fn cube_in_place(x: &mut f64) {
    *x = *x * *x * *x;
}

#[test]
fn out_parameter_by_vjp() {
    let (x, mut out) = ([1.0, 2.0, 3.0], [9.0; 3]);
    let ((), pullback) = squares::vjp(&x, &mut out);
    assert_eq!(out, [1.0, 4.0, 9.0], "after vjp it holds the primal result");
    let mut out_bar = [1.0, 1.0, 10.0];
    assert_eq!(pullback(&mut out_bar), [2.0, 4.0, 60.0]);
    assert_eq!(out_bar, [0.0; 3], "what was passed in was overwritten");
    assert_eq!(pullback(&mut [0.0, 1.0, 0.0]), [0.0, 4.0, 0.0], "one forward sweep, many reverse sweeps");
}

#[test]
fn in_out_parameter_by_vjp_and_jvp() {
    let (x, h) = ([0.3, 0.9, -0.4, 1.2], 0.1);
    let weights = [0.5, -1.0, 2.0, 0.25];
    let run = |x: &[f64], h: f64| {
        let mut x = x.to_vec();
        let y = relax(&mut x, h);
        y * 1.5 + x.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>()
    };
    let mut out = x;
    let (y, pullback) = relax::vjp(&mut out, h);
    let mut primal = x;
    assert_eq!(y, relax(&mut primal, h));
    assert_eq!(out, primal);
    let mut bar = weights;
    let h_bar = pullback(1.5, &mut bar);
    for k in 0..4 {
        let d = pullback_tests::difference(
            |v| {
                let mut x = x;
                x[k] = v;
                run(&x, h)
            },
            x[k],
        );
        close("x", bar[k], d, 1e-6);
    }
    close("h", h_bar, pullback_tests::difference(|h| run(&x, h), h), 1e-6);
    let (mut moved, mut dot) = (x, bar);
    let (_, y_dot) = relax::jvp((&mut moved, h), (&mut dot, h_bar));
    let along = 1.5 * y_dot + dot.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>();
    close("forward mode", along, bar.iter().map(|g| g * g).sum::<f64>() + h_bar * h_bar, 1e-12);
}

#[test]
fn scalars_by_vjp() {
    let (mut a, mut b) = (1.0, 2.0);
    let ((), pullback) = rotate::vjp(&mut a, &mut b, 0.5);
    let (mut a_bar, mut b_bar) = (1.0, 0.0);
    let angle_bar = pullback(&mut a_bar, &mut b_bar);
    close("a", a_bar, 0.5_f64.cos(), 1e-14);
    close("b", b_bar, -0.5_f64.sin(), 1e-14);
    close("angle", angle_bar, -0.5_f64.sin() - 2.0 * 0.5_f64.cos(), 1e-14);
}

#[differentiable]
fn calls_out(x: &[f64]) -> f64 {
    let mut out = vec![0.0; x.len()];
    squares(x, &mut out);
    let mut s = 0.0;
    for i in 0..out.len() {
        s += out[i] * x[i];
    }
    s
}

#[differentiable]
fn calls_in_out(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let moved = relax(&mut y, x[0] * 0.1);
    let more = relax(&mut y, 0.2);
    moved * more + y[y.len() - 1] * y[0]
}

#[differentiable]
fn calls_scalars(x: &[f64]) -> f64 {
    let (mut a, mut b) = (x[0], x[1] * x[0]);
    rotate(&mut a, &mut b, x[2]);
    cube_in_place(&mut a);
    let t = a;
    rotate(&mut a, &mut b, t * x[0]);
    a * b
}

/// In loops, into parts, overwritten many times.
#[differentiable]
fn calls_in_loops(x: &[f64]) -> f64 {
    let n = x.len();
    let mut buf = vec![0.0; 2 * n];
    let mut total = 0.0;
    for k in 0..3 {
        squares(x, &mut buf[k..k + n]);
        relax(&mut buf[k..k + n], 0.01);
        axpy(x[0], x, &mut buf[0..n]);
        for i in 0..n {
            total += buf[i + k] * x[i];
        }
    }
    total
}

/// The lent value changes after the call: the pullback must see what it was.
#[differentiable]
fn lent_then_changed(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let mut out = vec![0.0; x.len()];
    squares(&a, &mut out);
    for i in 0..a.len() {
        a[i] = a[i] * out[i];
    }
    squares(&a, &mut out);
    for i in 0..a.len() {
        a[i] = 0.0;
    }
    let mut s = 0.0;
    for i in 0..a.len() {
        s += out[i];
    }
    s
}

/// Elements, fields of tuples, and two parts of one array.
#[differentiable]
fn elements(x: &[f64]) -> f64 {
    let mut a = [x[0], x[1], x[2]];
    cube_in_place(&mut a[1]);
    for i in 0..3 {
        cube_in_place(&mut a[i]);
    }
    let mut t = (x[0], x[1]);
    rotate(&mut t.0, &mut t.1, x[2]);
    a[0] * a[1] + a[2] * t.0 - t.1
}

/// The reference is borrowed again, also under another name.
#[differentiable]
fn twice(x: &mut [f64], h: f64) {
    relax(x, h);
    let again = &mut x[1..];
    relax(again, h);
    let whole = x;
    relax(whole, h * h);
    relax(&mut whole[..2], h);
}

#[differentiable]
fn calls_twice(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    twice(&mut y, 0.1);
    let r = &mut y;
    twice(r, x[1] * 0.1);
    let mut s = 0.0;
    for v in y.iter() {
        s += v * v;
    }
    s
}

#[differentiable]
fn on_iterated(x: &[f64]) -> f64 {
    let mut rows = vec![x.to_vec(), x.to_vec()];
    for row in rows.iter_mut() {
        relax(row, 0.1);
        relax(&mut row[1..], 0.2);
    }
    let mut y = x.to_vec();
    for v in y.iter_mut() {
        cube_in_place(v);
    }
    for part in y.chunks_mut(2) {
        relax(part, 0.1);
    }
    let mut s = 0.0;
    for i in 0..x.len() {
        s += rows[0][i] * rows[1][i] + y[i];
    }
    s
}

/// Under conditions, with early exits.
#[differentiable]
fn conditional(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    for k in 0..4 {
        if a[0] > 0.5 {
            relax(&mut a, 0.3);
        } else {
            cube_in_place(&mut a[0]);
            axpy(0.5, x, &mut a);
            continue;
        }
        if k == 2 {
            break;
        }
        a[0] *= 0.7;
    }
    a[0] + a[1] * a[2]
}

/// What the call writes carries the gradient, although nothing that was there did.
#[differentiable]
fn unused_result(x: &[f64]) -> f64 {
    let mut a = [1.0, 2.0, 3.0];
    let _ = relax(&mut a, x[0]);
    relax(&mut a, x[1]);
    a[0] + a[1] * a[2] * x[2]
}

/// The temporary behind a `&mut` is thrown away.
#[differentiable]
fn scratch(x: &[f64]) -> f64 {
    relax(&mut x.to_vec(), x[1]) + relax(&mut [x[0], x[1]], 0.5)
}

#[differentiable]
fn subtract(x: &[f64], mean: &[f64], out: &mut [f64]) {
    for i in 0..x.len() {
        out[i] = x[i] - mean[i] * mean[i];
    }
}

#[differentiable]
fn weighed(x: &[f64], #[constant] weights: &[f64], #[constant] scale: &usize) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += weights[i] * x[i] * x[i] * (*scale as f64);
    }
    s
}

/// Arguments without a gradient, from iterators and from what changes.
#[differentiable(wrt(means))]
fn of_constants(data: &[f64], means: &[f64]) -> f64 {
    let mut centered = [0.0; 2];
    let mut weights = vec![1.0; 2];
    let mut scale = 1;
    let mut total = 0.0;
    for (k, point) in data.chunks_exact(2).enumerate() {
        subtract(point, &means[k..k + 2], &mut centered);
        total += weighed(&centered, &weights, &scale);
        weights[k % 2] += 0.5;
        scale += 1;
        subtract(&data[k..k + 2], &centered, &mut means.to_vec());
        let moved = [weights[0], point[1]];
        subtract(&moved, means, &mut centered);
        total += centered[0] * centered[1];
    }
    total
}

#[differentiable]
fn constants(x: &[f64]) -> f64 {
    of_constants(&[0.5, 0.1, -0.7, 1.4], x)
}

#[differentiable]
fn pushes(x: f64, n: usize, out: &mut Vec<f64>) {
    let mut p = x;
    for _ in 0..n {
        out.push(p);
        p *= x;
    }
}

#[differentiable]
fn calls_pushes(x: &[f64]) -> f64 {
    let mut out = vec![x[1]];
    pushes(x[0], 3, &mut out);
    out[0] *= out[3];
    pushes(x[2], 2, &mut out);
    let mut s = 0.0;
    for i in 0..out.len() {
        s += out[i] * out[i];
    }
    s
}

#[test]
fn pushed_by_vjp() {
    let mut out = vec![7.0];
    let ((), pullback) = pushes::vjp(2.0, 3, &mut out);
    assert_eq!(out, [7.0, 2.0, 4.0, 8.0]);
    let mut out_bar = vec![5.0, 1.0, 1.0, 1.0];
    assert_eq!(pullback(&mut out_bar), 1.0 + 4.0 + 12.0);
    assert_eq!(out_bar, [5.0], "the cotangent of what was passed in");
}

#[test]
fn backward_with_scratch() {
    let mut x = [0.3, 0.9, -0.4];
    let mut h = Param::new(0.1);
    let y = relax::backward(&mut x, &mut h);
    let mut primal = [0.3, 0.9, -0.4];
    assert_eq!(y, relax(&mut primal, 0.1));
    assert_eq!(x, primal);
    let d = pullback_tests::difference(|h| relax(&mut [0.3, 0.9, -0.4], h), 0.1);
    close("h", *h.grad().unwrap(), d, 1e-6);
}

const POINTS: [[f64; 3]; 3] = [[0.7, -0.3, 1.1], [0.2, 0.9, -0.6], [1.3, 0.4, 0.8]];

of_slices! {
    calls_out at super::POINTS;
    calls_in_out at super::POINTS;
    calls_scalars at super::POINTS;
    calls_in_loops at super::POINTS;
    lent_then_changed at super::POINTS;
    elements at super::POINTS;
    calls_twice at super::POINTS;
    on_iterated at super::POINTS;
    conditional at super::POINTS;
    unused_result at super::POINTS;
    scratch at super::POINTS;
    calls_pushes at super::POINTS;
    constants at super::POINTS;
}
