//! The check of gradients: reverse mode against forward mode against central differences.
//!
//! Input: a differentiable function and arguments. Output: nothing, or the entry that differs. Invariant: the differences know nothing of the
//! derivatives; each entry of each active argument is moved by itself.

use crate::differentiable::{Parameters, Visitor};
use std::fmt;

/// An entry in which two ways to a derivative differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// The argument, as it was written.
    pub argument: &'static str,
    /// Which of its scalars, in the order of a visit.
    pub entry: usize,
    /// What was compared: `reverse mode` and `central differences`, or `forward mode`.
    pub ways: (&'static str, &'static str),
    /// Both values.
    pub values: (f64, f64),
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, b) = self.values;
        write!(
            f,
            "the derivative with respect to entry {} of `{}` is {a:e} by {} and {b:e} by {}: they differ by {:e}",
            self.entry,
            self.argument,
            self.ways.0,
            self.ways.1,
            (a - b).abs()
        )
    }
}

impl std::error::Error for Mismatch {}

/// Moves one scalar of a value.
struct Nudge {
    entry: usize,
    by: f64,
    at: usize,
}

impl Nudge {
    fn index(&mut self, len: usize) -> Option<usize> {
        let start = self.at;
        self.at += len;
        (start..self.at).contains(&self.entry).then(|| self.entry - start)
    }
}

impl Visitor for Nudge {
    #[allow(clippy::cast_possible_truncation, reason = "a step in the value's own precision")]
    fn f32(&mut self, value: &mut [f32], _: &[f32]) {
        if let Some(k) = self.index(value.len()) {
            value[k] += self.by as f32;
        }
    }
    fn f64(&mut self, value: &mut [f64], _: &[f64]) {
        if let Some(k) = self.index(value.len()) {
            value[k] += self.by;
        }
    }
}

/// The scalars of a tangent, in the order of a visit.
#[derive(Default)]
struct Read {
    entries: Vec<f64>,
}

impl Visitor for Read {
    fn f32(&mut self, value: &mut [f32], tangent: &[f32]) {
        self.entries.extend((0..value.len()).map(|k| tangent.get(k).map_or(0.0, |t| f64::from(*t))));
    }
    fn f64(&mut self, value: &mut [f64], tangent: &[f64]) {
        self.entries.extend((0..value.len()).map(|k| tangent.get(k).copied().unwrap_or(0.0)));
    }
}

/// The scalars of a gradient of `value`.
pub fn entries<T: Parameters + Clone>(value: &T, gradient: &T::Tangent) -> Vec<f64> {
    let mut read = Read::default();
    value.clone().visit(Some(gradient), &mut read);
    read.entries
}

/// The central difference `(f(x + h eₖ) − f(x − h eₖ)) / 2h`, weighted with the cotangent of the result.
pub fn difference<T, Y>(f: impl Fn(&T) -> Y, value: &T, entry: usize, weigh: impl Fn(&Y) -> f64, h: f64) -> f64
where
    T: Parameters + Clone,
{
    let at = |by: f64| {
        let mut moved = value.clone();
        moved.visit(None, &mut Nudge { entry, by, at: 0 });
        weigh(&f(&moved))
    };
    (at(h) - at(-h)) / (2.0 * h)
}

/// Compares the gradient of `f` with central differences, entry by entry.
///
/// # Errors
/// The first entry that differs by more than `tolerance`, relative to the larger of 1 and the values.
pub fn gradient<T, Y>(
    argument: &'static str,
    f: impl Fn(&T) -> Y,
    value: &T,
    gradient: &T::Tangent,
    weigh: impl Fn(&Y) -> f64,
    (h, tolerance): (f64, f64),
) -> Result<(), Mismatch>
where
    T: Parameters + Clone,
{
    for (entry, g) in entries(value, gradient).into_iter().enumerate() {
        let d = difference(&f, value, entry, &weigh, h);
        compare(argument, entry, ("reverse mode", "central differences"), (g, d), tolerance)?;
    }
    Ok(())
}

/// Whether two values of a derivative agree.
///
/// # Errors
/// If they differ by more than `tolerance`, relative to the larger of 1 and the values; two NaN agree.
pub fn compare(
    argument: &'static str,
    entry: usize,
    ways: (&'static str, &'static str),
    values: (f64, f64),
    tolerance: f64,
) -> Result<(), Mismatch> {
    let (a, b) = values;
    let close = (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1.0);
    if close || a.is_nan() && b.is_nan() { Ok(()) } else { Err(Mismatch { argument, entry, ways, values }) }
}

/// Checks the gradient of a differentiable function with a scalar result of type `f64`: reverse mode, forward mode and central differences.
///
/// The arguments are written as in a call; each must be active. A `&` stands before what is passed by reference.
///
/// ```
/// use pullback::prelude::*;
/// #[differentiable]
/// fn f(x: f64, w: &Vec<f64>) -> f64 {
///     w[0] * x.sin() + w[1]
/// }
/// pullback::check_gradients!(f(0.5, &vec![2.0, 3.0])).unwrap();
/// ```
#[macro_export]
macro_rules! check_gradients {
    ($f:ident($($args:tt)*)) => { $crate::check_gradients!(@parse $f [] [$($args)*] 0) };
    (@parse $f:ident [$($done:tt)*] [& $e:expr, $($rest:tt)*] $n:expr) => { $crate::check_gradients!(@parse $f [$($done)* (by_ref $e)] [$($rest)*] $n) };
    (@parse $f:ident [$($done:tt)*] [& $e:expr] $n:expr) => { $crate::check_gradients!(@parse $f [$($done)* (by_ref $e)] [] $n) };
    (@parse $f:ident [$($done:tt)*] [$e:expr, $($rest:tt)*] $n:expr) => { $crate::check_gradients!(@parse $f [$($done)* (by_val $e)] [$($rest)*] $n) };
    (@parse $f:ident [$($done:tt)*] [$e:expr] $n:expr) => { $crate::check_gradients!(@parse $f [$($done)* (by_val $e)] [] $n) };
    (@parse $f:ident [($ka:ident $a:expr)] [] $n:expr) => {{
        let a = $a;
        let g = $f::grad($crate::check_gradients!(@pass $ka a));
        let run = |a: &_| $f($crate::check_gradients!(@pass_ref $ka a));
        $crate::check::gradient(stringify!($a), run, &a, &g, |y: &f64| *y, (1e-6, 1e-5)).and_then(|()| {
            let square = $crate::Tangent::dot(&g, &g);
            let (_, y_dot) = $f::jvp($crate::check_gradients!(@pass $ka a), $crate::check_gradients!(@pass $ka g));
            $crate::check::compare(stringify!($a), 0, ("reverse mode", "forward mode"), (square, y_dot), 1e-9)
        })
    }};
    (@parse $f:ident [($ka:ident $a:expr) ($kb:ident $b:expr)] [] $n:expr) => {{
        let (a, b) = ($a, $b);
        let (ga, gb) = $f::grad($crate::check_gradients!(@pass $ka a), $crate::check_gradients!(@pass $kb b));
        let run_a = |a: &_| $f($crate::check_gradients!(@pass_ref $ka a), $crate::check_gradients!(@pass $kb b));
        let run_b = |b: &_| $f($crate::check_gradients!(@pass $ka a), $crate::check_gradients!(@pass_ref $kb b));
        $crate::check::gradient(stringify!($a), run_a, &a, &ga, |y: &f64| *y, (1e-6, 1e-5))
            .and_then(|()| $crate::check::gradient(stringify!($b), run_b, &b, &gb, |y: &f64| *y, (1e-6, 1e-5)))
            .and_then(|()| {
                let square = $crate::Tangent::dot(&ga, &ga) + $crate::Tangent::dot(&gb, &gb);
                let primals = ($crate::check_gradients!(@pass $ka a), $crate::check_gradients!(@pass $kb b));
                let tangents = ($crate::check_gradients!(@pass $ka ga), $crate::check_gradients!(@pass $kb gb));
                let (_, y_dot) = $f::jvp(primals, tangents);
                $crate::check::compare(stringify!($f), 0, ("reverse mode", "forward mode"), (square, y_dot), 1e-9)
            })
    }};
    (@pass by_ref $v:ident) => { &$v };
    (@pass by_val $v:ident) => { ::core::clone::Clone::clone(&$v) };
    (@pass_ref by_ref $v:ident) => { $v };
    (@pass_ref by_val $v:ident) => { ::core::clone::Clone::clone($v) };
}

/// The scalars of a value, in the order of a visit.
struct Scalars(Vec<f64>);

impl Visitor for Scalars {
    fn f32(&mut self, value: &mut [f32], _: &[f32]) {
        self.0.extend(value.iter().map(|v| f64::from(*v)));
    }
    fn f64(&mut self, value: &mut [f64], _: &[f64]) {
        self.0.extend_from_slice(value);
    }
}

/// The scalars of a value.
pub(crate) fn scalars<T: Parameters + Clone>(value: &T) -> Vec<f64> {
    let mut all = Scalars(vec![]);
    value.clone().visit(None, &mut all);
    all.0
}

/// Moves one scalar of a value.
pub(crate) fn nudge<T: Parameters>(value: &mut T, entry: usize, by: f64) {
    value.visit(None, &mut Nudge { entry, by, at: 0 });
}
