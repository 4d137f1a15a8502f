//! The corpus: methods and operators of the user's own types, named like operations that the library has for its types.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Rem, Sub};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Vec3 {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiable]
impl Vec3 {
    fn new(x: f64, y: f64, z: f64) -> Self {
        Vec3 { x, y, z }
    }
    fn dot(&self, o: &Vec3) -> f64 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }
    fn norm(&self) -> f64 {
        self.dot(self).sqrt()
    }
    fn cross(self, o: Vec3) -> Vec3 {
        Vec3 { x: self.y * o.z - self.z * o.y, y: self.z * o.x - self.x * o.z, z: self.x * o.y - self.y * o.x }
    }
    fn scale(&self, k: f64) -> Vec3 {
        Vec3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }
    fn normalize(&mut self) {
        let n = self.norm();
        *self = self.scale(1.0 / n);
    }
    fn sum(self) -> f64 {
        self.x + self.y + self.z
    }
    fn max(self) -> f64 {
        self.x.max(self.y).max(self.z)
    }
    /// The length, not a count.
    fn len(&self) -> f64 {
        self.norm()
    }
    fn powi(self, n: i32) -> f64 {
        self.norm().powi(n)
    }
    fn mul_add(self, k: f64, o: Vec3) -> Vec3 {
        self.scale(k) + o
    }
    fn sin_cos(self) -> (f64, f64) {
        (self.x.sin(), self.y.cos())
    }
    fn swap(&mut self, k: f64) {
        let x = self.x;
        self.x = self.y * k;
        self.y = x;
    }
    fn push(&mut self, v: f64) {
        self.z = self.y * v;
        self.y = self.x;
    }
    fn chain(self, n: usize) -> Vec3 {
        let mut v = self;
        for _ in 0..n {
            v = v.cross(self) + self;
        }
        v
    }
    fn floor(self) -> f64 {
        self.z * self.z
    }
    fn map(self, k: f64) -> Vec3 {
        self.scale(k * k)
    }
}

/// The receivers' types are written.
#[differentiable]
fn by_written_types(x: &[f64]) -> f64 {
    let a = Vec3::new(x[0], x[1], x[2]);
    let mut b = Vec3 { x: x[2], y: x[0], z: 1.0 };
    let c = a.cross(b).scale(x[0]);
    b.normalize();
    b.swap(x[1]);
    b.push(x[2]);
    let (s, t) = c.sin_cos();
    let m = c.mul_add(x[1], a).map(0.5);
    c.dot(&a.scale(2.0)) + a.norm() + b.sum() * c.max() + a.len() + b.powi(3) + s * t + m.floor() + a.chain(3).x
}

/// They are found by types alone: nothing that tokens tell says what a field is.
#[derive(Clone, Debug, Differentiable)]
struct Body {
    parts: Vec<(Vec3, f64)>,
}

#[differentiable]
fn by_inferred_types(x: &[f64]) -> f64 {
    let body = Body { parts: vec![(Vec3::new(x[0], x[1], 1.0), x[2]), (Vec3::new(1.0, x[2], x[0]), 2.0)] };
    let mut s = 0.0;
    for k in 0..body.parts.len() {
        let p = body.parts[k].0;
        let q = body.parts[0].0;
        s += p.dot(&q) * body.parts[k].1 + p.norm() + p.scale(x[0]).sum() + p.cross(q).max() + p.powi(2);
    }
    s
}

/// By their paths.
#[differentiable]
fn by_paths(x: &[f64]) -> f64 {
    let a = Vec3::new(x[0], x[1], x[2]);
    let mut b = Vec3::scale(&a, 2.0);
    Vec3::normalize(&mut b);
    Vec3::dot(&a, &b) + Vec3::len(&a) + Vec3::sum(Vec3::cross(a, Vec3::new(1.0, x[0], 2.0))) + Vec3::max(a)
}

#[differentiable]
impl Add for Vec3 {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}
#[differentiable]
impl<'a> Add<&'a Vec3> for &Vec3 {
    type Output = Vec3;
    fn add(self, o: &Vec3) -> Vec3 {
        Vec3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}
#[differentiable]
impl Sub for Vec3 {
    type Output = Vec3;
    fn sub(self, o: Vec3) -> Self::Output {
        Vec3::new(self.x - o.x, self.y - o.y, self.z - o.z)
    }
}
#[differentiable]
impl Mul<f64> for Vec3 {
    type Output = Vec3;
    fn mul(self, k: f64) -> Vec3 {
        self.scale(k)
    }
}
#[differentiable]
impl Mul<Vec3> for Vec3 {
    type Output = f64;
    fn mul(self, o: Vec3) -> f64 {
        self.dot(&o)
    }
}
#[differentiable]
impl Mul<Vec3> for f64 {
    type Output = Vec3;
    fn mul(self, v: Vec3) -> Vec3 {
        v * self
    }
}
#[differentiable]
impl Div<f64> for Vec3 {
    type Output = Vec3;
    fn div(self, k: f64) -> Vec3 {
        self * (1.0 / k)
    }
}
#[differentiable]
impl Rem<f64> for Vec3 {
    type Output = f64;
    fn rem(self, k: f64) -> f64 {
        (self.x * k).sin()
    }
}
#[differentiable]
impl Neg for Vec3 {
    type Output = Vec3;
    fn neg(self) -> Vec3 {
        Vec3 { x: -self.x, y: -self.y, z: -self.z }
    }
}
#[differentiable]
impl AddAssign for Vec3 {
    fn add_assign(&mut self, o: Vec3) {
        self.x += o.x;
        self.y += o.y;
        self.z = self.z * 0.5 + o.z;
    }
}
#[differentiable]
impl MulAssign<f64> for Vec3 {
    fn mul_assign(&mut self, k: f64) {
        *self = *self * k;
    }
}

#[differentiable]
fn operators(x: &[f64]) -> f64 {
    let a = Vec3::new(x[0], x[1], x[2]);
    let b = Vec3 { x: 2.0 * x[0], y: 1.0, z: x[1] };
    let mut c = (a + b) * 2.0 - -a;
    c += b;
    c *= x[2];
    let d = 3.0 * c / x[0] + x[1] * b;
    let e = &d + &a;
    let mut s = d % x[2];
    for k in 0..3 {
        let w = a * k as f64 + b;
        s += w * e;
    }
    c * d + e.x + s
}

/// An operator that is not linear: the sum of probabilities by their logarithms.
#[derive(Clone, Copy, Debug, Differentiable)]
struct LogProb(f64);

#[differentiable]
impl Add for LogProb {
    type Output = LogProb;
    fn add(self, o: LogProb) -> LogProb {
        LogProb((self.0.exp() + o.0.exp()).ln())
    }
}
#[differentiable]
impl AddAssign for LogProb {
    fn add_assign(&mut self, o: LogProb) {
        *self = *self + o;
    }
}

#[differentiable]
fn log_sum(x: f64) -> f64 {
    let mut a = LogProb(x);
    a += LogProb(0.5);
    a = a + LogProb(x * x);
    let b = LogProb(0.1) + a;
    b.0 * a.0
}

/// Generic over the scalar.
#[derive(Clone, Copy, Debug, Differentiable)]
struct Complex<T> {
    re: T,
    im: T,
}

#[differentiable]
impl<T: Real> Complex<T> {
    fn norm_squared(&self) -> T {
        self.re * self.re + self.im * self.im
    }
    fn exp(self) -> Self {
        let e = self.re.exp();
        Complex { re: e * self.im.cos(), im: e * self.im.sin() }
    }
    fn abs(self) -> T {
        self.norm_squared().sqrt()
    }
}
#[differentiable]
impl<T: Real> Add for Complex<T> {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self { re: self.re + o.re, im: self.im + o.im }
    }
}
#[differentiable]
impl<T: Real> Mul for Complex<T> {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        Self { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}
#[differentiable]
impl<T: Real> Mul<T> for Complex<T> {
    type Output = Complex<T>;
    fn mul(self, k: T) -> Complex<T> {
        Complex { re: self.re * k, im: self.im * k }
    }
}

#[differentiable]
fn mandelbrot<T: Real>(x: T) -> T {
    let c = Complex { re: x, im: x * x };
    let mut z = Complex { re: T::ZERO, im: x };
    for _ in 0..4 {
        z = z * z + c * x;
    }
    z.exp().abs() + z.norm_squared()
}

#[differentiable]
fn complex(x: f64) -> f64 {
    mandelbrot(x)
}

#[test]
fn complex_in_single_precision() {
    let (single, double) = (mandelbrot::grad(0.3_f32), mandelbrot::grad(0.3_f64));
    pullback_tests::close("in single precision", f64::from(single), double, 1e-4);
}

/// Functions that are named like methods of numbers, or begin with a capital letter.
mod smooth {
    use pullback::prelude::*;

    pub(super) struct Smooth;

    #[differentiable]
    impl Smooth {
        pub(crate) fn max(a: f64, b: f64) -> f64 {
            (a.exp() + b.exp()).ln()
        }
        pub(crate) fn sin(x: f64) -> f64 {
            x - x * x * x / 6.0
        }
    }
}
use smooth::Smooth;

#[allow(non_snake_case)]
#[differentiable]
fn N(x: f64) -> f64 {
    0.5 * (1.0 + (x * std::f64::consts::FRAC_1_SQRT_2).tanh())
}

#[differentiable]
fn max(a: f64, b: f64) -> f64 {
    if a > b { a * a } else { b }
}

#[differentiable]
fn functions_by_names(x: f64) -> f64 {
    Smooth::max(x, 2.0 * x) + Smooth::sin(x) * N(x) + max(x, 0.5) + f64::max(x, 0.1) + <f64>::sin(x)
}

of_scalars! {
    log_sum at [0.3, 0.7];
    complex at [0.3, 0.4];
    functions_by_names at [0.3, 0.7];
}
of_slices! {
    by_written_types at [[0.3, 0.7, 1.1], [1.3, -0.2, 0.4]];
    by_inferred_types at [[0.3, 0.7, 1.1], [1.3, -0.2, 0.4]];
    by_paths at [[0.3, 0.7, 1.1]];
    operators at [[0.3, 0.7, 1.1], [1.3, -0.2, 0.4]];
}
