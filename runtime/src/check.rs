//! The check of gradients: reverse mode against forward mode against central differences.
//!
//! Input: a differentiable function and arguments. Output: nothing, or the entry that differs. Invariant: the differences know nothing of the
//! derivatives; each entry of each active argument is moved by itself.
//!
//! ```
//! use pullback::prelude::*;
//! #[differentiable]
//! fn cube(x: f64) -> f64 {
//!     x.powi(3)
//! }
//! pullback::check_gradients!(cube(2.0)).expect("reverse, forward and differences agree");
//! ```

use crate::differentiable::{Parameters, Visitor};
use crate::real::Real;
use std::fmt;

/// An entry in which two ways to a derivative differ: the error of [`check_gradients!`](crate::check_gradients).
///
/// ```
/// use pullback::check::Mismatch;
/// let ways = ("reverse mode", "central differences");
/// let found = Mismatch { argument: "x", entry: 2, ways, values: (1.0, 1.5) };
/// assert!(found.to_string().starts_with("the derivative with respect to entry 2 of `x` is 1e0 by reverse mode"));
/// ```
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
#[doc(hidden)]
pub fn entries<T: Parameters + Clone>(value: &T, gradient: &T::Tangent) -> Vec<f64> {
    let mut read = Read::default();
    value.clone().visit(Some(gradient), &mut read);
    read.entries
}

/// The central difference `(f(x + h eₖ) − f(x − h eₖ)) / 2h`, weighted with the cotangent of the result.
#[doc(hidden)]
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
#[doc(hidden)]
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
#[doc(hidden)]
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

/// A function of a value of this very type: a `Vec` stays one where a slice is wanted of it.
#[doc(hidden)]
pub fn moving<T, Y, F: Fn(&T) -> Y>(_: &T, f: F) -> F {
    f
}

/// How far an entry is moved, and by how much differences and forward mode may differ, in a precision.
#[doc(hidden)]
#[must_use]
pub fn tolerances<Y: Real>(_: &Y) -> (f64, f64, f64) {
    if size_of::<Y>() == 4 { (1e-2, 2e-2, 1e-3) } else { (1e-6, 1e-5, 1e-9) }
}

/// Checks the gradient of a differentiable function with a scalar result: reverse mode, forward mode and central differences.
///
/// The arguments, eight at most, are written as in a call: a `&` stands before what is passed by reference, `#[constant]` before what
/// carries no gradient. The error says which entry of which argument differs, and by how much.
///
/// ```
/// use pullback::prelude::*;
/// #[differentiable]
/// fn f(x: f64, w: &Vec<f64>, #[constant] k: usize) -> f64 {
///     w[k] * x.sin() + w[1]
/// }
/// pullback::check_gradients!(f(0.5, &vec![2.0, 3.0], #[constant] 0)).unwrap();
///
/// #[differentiable]
/// fn g(x: &[f64]) -> f64 {
///     x[0] * x[1]
/// }
/// pullback::check_gradients!(g(&vec![2.0, 3.0])).unwrap();
/// ```
#[macro_export]
macro_rules! check_gradients {
    ($f:ident($($args:tt)*)) => {
        $crate::check_gradients!(@parse $f [] [] [$($args)*] [(a ga) (b gb) (c gc) (d gd) (e ge) (h gh) (i gi) (j gj)])
    };
    (@parse $f:ident [$($all:tt)*] [$($active:tt)*] [#[constant] $x:expr $(, $($rest:tt)*)?] [($v:ident $g:ident) $($names:tt)*]) => {
        $crate::check_gradients!(@parse $f [$($all)* (constant $x, $v)] [$($active)*] [$($($rest)*)?] [$($names)*])
    };
    (@parse $f:ident [$($all:tt)*] [$($active:tt)*] [& $x:expr $(, $($rest:tt)*)?] [($v:ident $g:ident) $($names:tt)*]) => {
        $crate::check_gradients!(@parse $f [$($all)* (by_ref $x, $v)] [$($active)* (by_ref $x, $v $g)] [$($($rest)*)?] [$($names)*])
    };
    (@parse $f:ident [$($all:tt)*] [$($active:tt)*] [$x:expr $(, $($rest:tt)*)?] [($v:ident $g:ident) $($names:tt)*]) => {
        $crate::check_gradients!(@parse $f [$($all)* (by_val $x, $v)] [$($active)* (by_val $x, $v $g)] [$($($rest)*)?] [$($names)*])
    };
    (@parse $f:ident $all:tt [$(($kind:ident $x:expr, $v:ident $g:ident))*] [] $names:tt) => {{
        $(let $v = ::core::clone::Clone::clone(&$x);)*
        let (y, ($($g),*)) = $crate::check_gradients!(@call $f::value_and_grad $all);
        let (h, tolerance, narrow) = $crate::check::tolerances(&y);
        Ok(())
            $(.and_then(|()| {
                let run = $crate::check::moving(&$v, |moved| {
                    let $v = ::core::clone::Clone::clone(moved);
                    $crate::check_gradients!(@call $f $all)
                });
                $crate::check::gradient(stringify!($x), run, &$v, &$g, |y| $crate::Real::to_f64(*y), (h, tolerance))
            }))*
            .and_then(|()| {
                let square = 0.0 $(+ $crate::Tangent::dot(&$g, &$g))*;
                let (_, y_dot) = $f::jvp($crate::check_gradients!(@primals $all), ($($crate::check_gradients!(@pass $kind $x, $g)),*));
                let ways = ("reverse mode", "forward mode");
                $crate::check::compare(stringify!($f), 0, ways, (square, $crate::Real::to_f64(y_dot)), narrow)
            })
    }};
    (@call $f:ident $(:: $entry:ident)? [$(($kind:ident $x:expr, $v:ident))*]) => {
        $f $(:: $entry)? ($($crate::check_gradients!(@pass $kind $x, $v)),*)
    };
    (@primals [$(($kind:ident $x:expr, $v:ident))*]) => { ($($crate::check_gradients!(@pass $kind $x, $v)),*) };
    (@pass constant $x:expr, $v:ident) => { $x };
    (@pass by_ref $x:expr, $v:ident) => { &$v };
    (@pass by_val $x:expr, $v:ident) => { ::core::clone::Clone::clone(&$v) };
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
