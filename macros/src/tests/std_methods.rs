//! All of the standard library's methods of `f64`, by name: each is differentiated, carries no gradient, or is refused.
//!
//! Input: the list, as the documentation of `f64` has it (stable methods, without constructors from integers). Output: whether the expansion holds an error. Invariant:
//! a method that is not in one of the lists is a call of a function without a derivative, which rustc refuses.

use crate::driver;
use quote::quote;
use std::collections::BTreeSet;

/// With the arguments of an example.
const TAKEN: &[&str] = &[
    "abs()",
    "acos()",
    "acosh()",
    "asin()",
    "asinh()",
    "atan()",
    "atan2(y)",
    "atanh()",
    "cbrt()",
    "clamp(0.0, 1.0)",
    "copysign(y)",
    "cos()",
    "cosh()",
    "exp()",
    "exp2()",
    "exp_m1()",
    "fract()",
    "hypot(y)",
    "ln()",
    "ln_1p()",
    "log(y)",
    "log10()",
    "log2()",
    "max(y)",
    "midpoint(y)",
    "min(y)",
    "mul_add(y, x)",
    "next_down()",
    "next_up()",
    "powf(y)",
    "powi(3)",
    "recip()",
    "rem_euclid(y)",
    "sin()",
    "sinh()",
    "sqrt()",
    "tan()",
    "tanh()",
    "to_degrees()",
    "to_radians()",
];

/// Their results decide something, or count.
const INERT: &[&str] = &[
    "is_finite()",
    "is_infinite()",
    "is_nan()",
    "is_normal()",
    "is_sign_negative()",
    "is_sign_positive()",
    "is_subnormal()",
    "total_cmp(&y).is_lt()",
    "partial_cmp(&y).is_some()",
    "classify() == std::num::FpCategory::Normal",
    "eq(&y)",
    "lt(&y)",
    "ge(&y)",
];

/// Their derivative is zero, or nothing: the message says so.
const REFUSED: &[&str] = &[
    "ceil()",
    "div_euclid(y)",
    "floor()",
    "round()",
    "round_ties_even()",
    "signum()",
    "to_be_bytes()[0] as f64",
    "to_bits() as f64",
    "to_le_bytes()[0] as f64",
    "to_ne_bytes()[0] as f64",
    "trunc()",
];

fn expands(body: &str) -> bool {
    let item = format!("fn f(x: f64, y: f64) -> f64 {{ {body} + x * y }}");
    !driver::differentiable(quote!(), item.parse().expect("tokens")).to_string().contains("compile_error")
}

/// As a path: `f64::atan2(x, y)`.
fn as_path(call: &str) -> String {
    let (name, rest) = call.split_once('(').unwrap_or((call, ")"));
    let comma = if rest.starts_with(')') { "" } else { ", " };
    format!("f64::{name}(x{comma}{rest}")
}

#[test]
fn each_method_is_taken_or_refused() {
    for call in TAKEN {
        assert!(expands(&format!("x.{call}")), "x.{call} is refused");
        assert!(expands(&as_path(call)), "{} is refused", as_path(call));
    }
    assert!(expands("x.sin_cos().0") && expands("f64::sin_cos(x).1") && expands("f64::from(x as f32)"), "pairs and conversions");
    for call in INERT {
        assert!(expands(&format!("(if x.{call} {{ x }} else {{ y }})")), "x.{call} is refused");
    }
    for call in REFUSED {
        assert!(!expands(&format!("x.{call}")), "x.{call} is taken");
    }
}

/// A trait of the user's may have methods under these names: see [`crate::emit`]'s `alike`.
#[test]
fn what_the_standard_library_lacks_is_known_to_be_ours() {
    let is_stds = |name: &str| TAKEN.iter().any(|call| call.split_once('(').is_some_and(|(n, _)| n == name));
    let lacking: BTreeSet<&str> = crate::ops::ELEMENTARY.iter().map(|row| row.name).filter(|name| !is_stds(name)).collect();
    assert_eq!(lacking, BTreeSet::from(crate::emit::OURS));
}
