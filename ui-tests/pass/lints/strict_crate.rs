//! A crate with strict lints, which generated code keeps.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused, unreachable_pub, missing_debug_implementations, rust_2018_idioms, trivial_casts, trivial_numeric_casts, unused_qualifications, unused_lifetimes, single_use_lifetimes, elided_lifetimes_in_paths, let_underscore_drop, non_ascii_idents, unit_bindings, variant_size_differences, unused_results, clippy::all, clippy::pedantic)]
use pullback::prelude::*;

/// A spring.
#[derive(Clone, Debug, Differentiable)]
pub struct Spring {
    /// Its stiffness.
    pub stiffness: f64,
    /// Its length.
    pub length: f64,
    /// Its number.
    pub number: usize,
}

/// A shape.
#[derive(Clone, Debug, Differentiable)]
pub enum Shape {
    /// A circle.
    Circle {
        /// Its radius.
        radius: f64,
    },
    /// A square.
    Square(f64),
    /// Nothing.
    Nothing,
}

#[differentiable]
impl Spring {
    /// Its energy.
    #[must_use]
    pub fn energy(&self, x: f64) -> f64 {
        let stretch = x - self.length;
        0.5 * self.stiffness * stretch * stretch
    }
}

/// Has a force.
#[differentiable]
pub trait Force {
    /// The force.
    fn force(&self, x: f64) -> f64;
    /// Twice the force.
    fn twice(&self, x: f64) -> f64 {
        2.0 * self.force(x)
    }
}

#[differentiable]
impl Force for Spring {
    fn force(&self, x: f64) -> f64 {
        -self.stiffness * (x - self.length)
    }
}

impl Shape {
    /// Its area.
    #[differentiable]
    #[must_use]
    pub fn area(&self) -> f64 {
        match self {
            Self::Circle { radius } => std::f64::consts::PI * radius * radius,
            Self::Square(a) => a * a,
            Self::Nothing => 0.0,
        }
    }
}

#[differentiable]
impl std::ops::Add<&Spring> for &Spring {
    type Output = Spring;
    fn add(self, o: &Spring) -> Spring {
        Spring { stiffness: self.stiffness + o.stiffness, length: self.length + o.length, number: self.number }
    }
}

/// A sum over a loop.
#[differentiable]
#[must_use]
pub fn total(w: f64, x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (k, v) in x.iter().enumerate() {
        if k % 2 == 0 {
            sum += w * v.sin();
        } else {
            sum -= x[k] * v;
        }
    }
    sum
}

/// Of a closure.
#[differentiable]
#[must_use]
pub fn applied(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * x
}

/// Generic.
#[differentiable]
#[must_use]
pub fn square<T: Real>(x: T) -> T {
    x * x
}

/// May fail.
///
/// # Errors
/// If `x` is negative.
#[differentiable]
pub fn root(x: f64) -> Result<f64, String> {
    if x < 0.0 {
        return Err("negative".to_owned());
    }
    Ok(x.sqrt())
}

/// In place.
#[differentiable]
pub fn double(x: &mut [f64]) {
    for v in x.iter_mut() {
        *v *= 2.0;
    }
}

/// A call.
///
/// # Errors
/// If `x` is negative.
#[differentiable]
pub fn called(s: &Spring, x: f64) -> Result<f64, String> {
    let c = 2.0;
    let r = root(x)?;
    Ok(applied(|v| v * c, r) + s.energy(x) + s.twice(x) + square(x))
}

fn my_vjp(x: f64) -> (f64, impl Fn(f64) -> f64) {
    (x.sin(), move |y_bar| y_bar * x.cos())
}

/// By a rule.
#[differentiable(vjp = my_vjp)]
#[must_use]
pub fn ruled(x: f64) -> f64 {
    x.sin()
}

#[differentiable]
fn used_by_its_companion(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * x
}

#[differentiable]
fn through(x: f64) -> f64 {
    used_by_its_companion(|v| v * 2.0, x)
}

fn main() {
    let all = (total::grad(1.0, &[1.0]), ruled::grad(1.0), square::grad(1.0_f64), root(1.0), used_by_its_companion(|v| v, 1.0));
    assert!(all.1.is_finite());
    double(&mut [1.0]);
    let _ = through::grad(1.0);
}
