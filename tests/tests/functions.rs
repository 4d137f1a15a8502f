//! The corpus: calls by path, alias, re-export, from other modules and crates, from macros; nested functions; own rules, checkpoints, Jacobians.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::helpers::{self, half_square, reexported as far};
use pullback_tests::{close, of_scalars, of_slices};

mod shapes {
    use pullback::prelude::*;

    #[differentiable]
    pub(crate) fn area(r: f64) -> f64 {
        3.0 * r * r
    }

    pub(crate) mod inner {
        use super::area as base;
        use pullback::prelude::*;

        #[differentiable]
        pub(crate) fn volume(r: f64, h: f64) -> f64 {
            base(r) * h + super::area(h)
        }
    }

    pub(crate) use inner::volume as cylinder;
}

use shapes::area as disc;

#[differentiable]
fn by_paths(x: f64) -> f64 {
    disc(x) + shapes::area(x) * shapes::inner::volume(x, 2.0) + shapes::cylinder(1.0, x) + self::disc(x * 0.5) + crate::shapes::area(x)
}

/// The companion is imported with the function, under the same other name.
#[test]
fn companions_by_alias() {
    assert_eq!(disc::grad(2.0), 12.0);
    assert_eq!(shapes::cylinder::grad(1.0, 2.0), (12.0, 3.0 + 12.0));
}

#[differentiable]
fn of_another_crate(x: f64) -> f64 {
    let mut v = [x, x * x];
    helpers::shift(&mut v, x);
    half_square(x) + helpers::Scale { by: x }.of(x * v[0]) + far(v[1]) + helpers::generic(x)
}

macro_rules! polynomial {
    ($name:ident($x:ident: $ty:ty) = $body:expr) => {
        #[differentiable]
        fn $name($x: $ty) -> $ty {
            let y: $ty = $body;
            y * 2.0 + $body * $x
        }
    };
}
polynomial!(from_macro(x: f64) = x * x + 1.0);

macro_rules! call_twice {
    ($f:ident, $x:expr) => {
        $f($x) + $f($x * 2.0)
    };
}

/// Grouped without parentheses: `a * b` with `b = x + 1.0`.
macro_rules! product {
    ($name:ident, $a:expr, $b:expr) => {
        #[differentiable]
        fn $name(x: &[f64]) -> f64 {
            $a(x) * $b + $b * 2.0
        }
    };
}
#[differentiable]
fn first_and_second(x: &[f64]) -> f64 {
    x[0] * x[1]
}
product!(grouped, first_and_second, 1.0 + 2.0);

macro_rules! many {
    ($($name:ident => $op:ident),*) => { $(
        #[differentiable]
        fn $name(x: f64) -> f64 {
            let s = x.$op();
            s * x
        }
    )* };
}
many!(times_sin => sin, times_exp => exp);

#[differentiable]
fn calls_of_macros(x: f64) -> f64 {
    from_macro(x) * times_sin(x) + times_exp(x)
}

#[differentiable]
fn with_nested(x: f64) -> f64 {
    #[differentiable]
    fn square(y: f64) -> f64 {
        y * y
    }
    #[differentiable]
    fn damp(y: &mut f64, by: f64) {
        *y *= by;
    }
    const HALF: f64 = 0.5;
    let mut z = square(x) + HALF * x;
    damp(&mut z, x);
    square(z)
}

/// A function that can't be seen into: its rule is given.
#[differentiable(vjp = opaque_vjp)]
fn opaque(x: f64, k: f64) -> f64 {
    let text = format!("{}", x);
    text.parse::<f64>().unwrap().powi(3) * k
}

fn opaque_vjp(x: f64, k: f64) -> (f64, impl Fn(f64) -> (f64, f64)) {
    (opaque(x, k), move |y_bar| (3.0 * x * x * k * y_bar, x.powi(3) * y_bar))
}

/// With references, a result that is no scalar, and both rules.
#[differentiable(vjp = softened_vjp, jvp = softened_jvp)]
fn softened(x: &[f64], by: f64) -> Vec<f64> {
    x.iter().map(|x| x * x + by).collect()
}

fn softened_vjp(x: &[f64], by: f64) -> (Vec<f64>, impl Fn(Vec<f64>) -> (Vec<f64>, f64) + use<'_>) {
    let pullback = move |y_bar: Vec<f64>| (x.iter().zip(&y_bar).map(|(x, b)| 2.0 * x * b).collect(), y_bar.iter().sum());
    (softened(x, by), pullback)
}

fn softened_jvp((x, by): (&[f64], f64), (x_dot, by_dot): (&[f64], f64)) -> (Vec<f64>, Vec<f64>) {
    (softened(x, by), x.iter().zip(x_dot).map(|(x, d)| 2.0 * x * d + by_dot).collect())
}

/// The same without a rule for forward mode: it follows row by row.
#[differentiable(vjp = softened_vjp)]
fn softened_rows(x: &[f64], by: f64) -> Vec<f64> {
    softened(x, by)
}

#[differentiable(vjp = doubled_vjp, jvp = doubled_jvp)]
fn doubled(x: &mut [f64]) {
    for v in x {
        *v *= 2.0;
    }
}

fn doubled_vjp(x: &mut [f64]) -> ((), impl Fn(&mut [f64]) + use<>) {
    doubled(x);
    ((), |bar: &mut [f64]| bar.iter_mut().for_each(|b| *b *= 2.0))
}

fn doubled_jvp(x: &mut [f64], x_dot: &mut [f64]) -> ((), ()) {
    doubled(x);
    doubled(x_dot);
    ((), ())
}

#[differentiable]
fn with_rules(x: &[f64]) -> f64 {
    let mut y = softened(x, x[0]);
    doubled(&mut y[1..]);
    let z = softened_rows(&y, opaque(x[1], x[2]));
    let mut s = 0.0;
    for i in 0..z.len() {
        s += z[i] * y[i];
    }
    s
}

/// Callers store its inputs alone.
#[differentiable(checkpoint)]
fn long(x: &[f64], w: f64, n: usize) -> f64 {
    let mut s = w;
    for k in 0..n {
        s = (s * x[k % x.len()]).sin() + w;
    }
    s
}

#[differentiable(checkpoint)]
fn long_in_place(x: &mut [f64], w: f64) -> f64 {
    let mut t = 0.0;
    for i in 1..x.len() {
        x[i] = x[i - 1] * x[i] + w;
        t += x[i];
    }
    t
}

#[differentiable]
fn checkpointed(x: &[f64]) -> f64 {
    let mut s = x[0];
    let mut y = x.to_vec();
    for k in 0..3 {
        s = s * long(x, s, 4 + k);
        s += long_in_place(&mut y, s * 0.1);
        y[0] = s * 0.3;
    }
    s + y[1]
}

#[differentiable]
fn pair(x: f64) -> (f64, [f64; 2]) {
    (x * x, [x.sin(), 2.0 * x])
}

#[differentiable]
fn maybe(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.ln()) } else { None }
}

#[differentiable]
fn fallible(x: f64) -> Result<f64, String> {
    if x > -5.0 { Ok(x * x) } else { Err("too small".to_owned()) }
}

#[differentiable]
fn longest<'a>(a: &'a [f64], b: &'a [f64]) -> &'a [f64] {
    if a.len() > b.len() { a } else { b }
}

#[differentiable]
fn of_results(x: f64) -> f64 {
    let p = pair(x);
    let m = match maybe(x) {
        Some(v) => v * 2.0,
        None => x,
    };
    let f = if let Ok(v) = fallible(x) { v } else { 0.0 };
    p.0 * p.1[0] + p.1[1] * m + f
}

#[differentiable]
fn map(x: &[f64], w: f64) -> Vec<f64> {
    let mut out = Vec::new();
    for i in 0..x.len() {
        out.push(x[i] * w * x[(i + 1) % x.len()]);
    }
    out
}

#[test]
fn jacobians() {
    let j = map::jacobian(&[1.0, 2.0], 3.0);
    assert_eq!((j.nrows(), j.ncols()), (2, 3));
    assert_eq!(j.row(0).iter().copied().collect::<Vec<_>>(), [6.0, 3.0, 2.0]);
    let j = pair::jacobian(0.5);
    assert_eq!((j.nrows(), j.ncols()), (3, 1));
    close("sin", j[(1, 0)], 0.5_f64.cos(), 1e-14);
    let j = disc::jacobian(2.0);
    assert_eq!(j[(0, 0)], 12.0);
}

#[test]
fn own_rules() {
    assert_eq!(opaque::grad(2.0, 3.0), (36.0, 8.0));
    assert_eq!(opaque::jvp((2.0, 3.0), (1.0, 1.0)), (24.0, 44.0));
    let (y, pullback) = softened::vjp(&[1.0, 2.0], 0.5);
    assert_eq!(y, [1.5, 4.5]);
    assert_eq!(pullback(vec![1.0, 10.0]), (vec![2.0, 40.0], 11.0));
    let (_, rows) = softened_rows::jvp((&[1.0, 2.0], 0.5), (&[1.0, 1.0], 0.25));
    let (_, own) = softened::jvp((&[1.0, 2.0], 0.5), (&[1.0, 1.0], 0.25));
    assert_eq!(rows, own);
}

#[test]
fn results_of_references() {
    let (y, pullback) = longest::vjp(&[1.0], &[2.0, 3.0]);
    assert_eq!(y, [2.0, 3.0]);
    assert_eq!(pullback(vec![1.0, 5.0]), (vec![0.0], vec![1.0, 5.0]));
}

#[differentiable]
fn all_kinds(a: f64, v: &[f64], w: Vec<f64>, m: &[[f64; 2]], n: usize, t: &Tensor<f64>) -> f64 {
    let mut s = a * w[0];
    for i in 0..n {
        s += v[i] * m[i][0] * m[i][1];
    }
    s * t.sum()
}

#[test]
fn backward_of_all_kinds() {
    let (v, m) = ([1.0, 2.0], [[3.0, 4.0], [5.0, 6.0]]);
    let t = Tensor::from(vec![1.0, 2.0]);
    let value = all_kinds(2.0, &v, vec![3.0], &m, 2, &t);
    let mut a = Param::new(2.0);
    assert_eq!(all_kinds::backward(&mut a, &v, vec![3.0], &m, 2, &t), value);
    assert_eq!(a.grad(), Some(&9.0));
    let (mut v, mut w, mut p) = (Param::new(vec![1.0, 2.0]), Param::new(vec![3.0]), Param::new(t.clone()));
    assert_eq!(all_kinds::backward(2.0, &mut v, &mut w, &m, 2, &mut p), value);
    assert_eq!(v.grad().unwrap(), &[36.0, 90.0]);
    assert_eq!(w.grad().unwrap(), &[6.0]);
    assert_eq!(p.grad().unwrap().sum(), 2.0 * value / 3.0);
    assert_eq!(all_kinds::backward(2.0, &[1.0, 2.0][..], vec![3.0], &m, 2, &t), value, "all constant");
    let _ = all_kinds::backward(2.0, &mut v, vec![3.0], &m, 2, &t);
    assert_eq!(v.grad().unwrap(), &[72.0, 180.0], "gradients add up");
}

const POINTS: [[f64; 3]; 3] = [[0.7, -0.3, 1.1], [0.2, 0.9, 0.6], [1.3, 0.4, -0.8]];

of_scalars! {
    by_paths at [0.4, -1.5];
    of_another_crate at [0.4, -1.5];
    calls_of_macros at [0.4, -1.5];
    with_nested at [0.4, -1.5];
    of_results at [0.4, 1.5, -1.5];
}

of_slices! {
    grouped at super::POINTS;
    with_rules at super::POINTS;
    checkpointed at super::POINTS;
}

#[test]
fn expressions_of_macros() {
    #[differentiable]
    fn f(x: f64) -> f64 {
        disc(x) + disc(x + 1.0)
    }
    let by_macro = |x: f64| call_twice!(disc, x);
    assert_eq!(by_macro(1.0), disc(1.0) + disc(2.0));
    close("f", f::grad(1.0), 6.0 + 12.0, 1e-14);
}
