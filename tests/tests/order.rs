//! The original's behaviour: the order of evaluation, panics and overflow are the same in both sweeps and in forward mode.
//!
//! Input: functions that note what they evaluate, or panic. Output: comparisons with the function itself. Invariant: nothing is evaluated twice, nothing
//! in another order, and what panics does so with the same words.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{close, difference};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

type Log = RefCell<Vec<u32>>;

/// Notes a number and yields it.
fn noted(log: &Log, n: u32) -> f64 {
    log.borrow_mut().push(n);
    f64::from(n)
}

fn at(log: &Log, n: usize) -> usize {
    log.borrow_mut().push(100 + n as u32);
    n
}

fn holds(log: &Log, n: u32, value: bool) -> bool {
    log.borrow_mut().push(n);
    value
}

#[differentiable]
fn operands(#[constant] log: &Log, x: f64) -> f64 {
    let a = x * noted(log, 1) + noted(log, 2) * x.sin();
    let b = (noted(log, 3) - x) / (x + noted(log, 4));
    let c = a.max(noted(log, 5)) + noted(log, 6).max(b * noted(log, 7));
    let t = (x + noted(log, 8), noted(log, 9) * x, [noted(log, 10), x, noted(log, 11)]);
    c * t.0 + t.1 * t.2[1] + t.2[0] * x
}

#[differentiable]
fn places(#[constant] log: &Log, x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v[at(log, 0)] = x[at(log, 1)] * noted(log, 1);
    v[at(log, 1)] += v[at(log, 0)] * x[at(log, 2)];
    v[at(log, 2)] *= noted(log, 2);
    let mut s = 0.0;
    for k in at(log, 0)..at(log, 3) {
        s += v[at(log, k)] * noted(log, k as u32);
    }
    s
}

#[differentiable]
fn conditions(#[constant] log: &Log, x: f64) -> f64 {
    let mut s = x;
    if holds(log, 1, false) && holds(log, 2, true) || holds(log, 3, true) {
        s *= noted(log, 4);
    } else {
        s *= noted(log, 5);
    }
    let mut k = 0;
    while holds(log, 6, k < 3) {
        k += 1;
        if holds(log, 7, k == 2) {
            continue;
        }
        s = s * x + noted(log, 8);
    }
    match at(log, 2) {
        n if holds(log, 9, n == 1) => s,
        n if holds(log, 10, n == 2) => s * noted(log, 11),
        _ => x,
    }
}

#[differentiable]
fn callee(a: f64, #[constant] k: f64, b: f64) -> f64 {
    a * k + b
}

#[differentiable]
fn calls(#[constant] log: &Log, x: f64) -> f64 {
    let y = callee(x * noted(log, 1), noted(log, 2), x + noted(log, 3));
    let z = callee(callee(x, noted(log, 4), x), noted(log, 5), noted(log, 6) * x);
    y * z
}

macro_rules! same_order {
    ($($f:ident($x:expr, $dot:expr);)*) => { $(
        #[test]
        fn $f() {
            let run = |f: &dyn Fn(&Log)| {
                let log = Log::default();
                f(&log);
                log.into_inner()
            };
            let original = run(&|log| { let _ = super::$f(log, $x); });
            assert!(!original.is_empty());
            let forward_sweep = run(&|log| { let _ = super::$f::value_and_grad(log, $x); });
            assert_eq!(forward_sweep, original, "the two sweeps");
            let tangents = run(&|log| { let _ = super::$f::jvp((log, $x), $dot); });
            assert_eq!(tangents, original, "forward mode");
        }
    )* };
}

mod same_order {
    use super::*;

    same_order! {
        operands(0.7, 1.0);
        places(&[0.3, 0.7, 1.1], &[1.0, 0.5, 0.2]);
        conditions(0.7, 1.0);
        calls(0.7, 1.0);
    }
}

#[test]
fn gradients_beside_effects() {
    let log = Log::default();
    close("operands", operands::grad(&log, 0.7), difference(|x| operands(&log, x), 0.7), 1e-5);
    close("conditions", conditions::grad(&log, 0.7), difference(|x| conditions(&log, x), 0.7), 1e-5);
    close("calls", calls::grad(&log, 0.7), difference(|x| calls(&log, x), 0.7), 1e-5);
    let (x, mut g) = ([0.3, 0.7, 1.1], vec![]);
    for k in 0..3 {
        let moved = |v: f64| {
            let mut x = x;
            x[k] = v;
            places(&log, &x)
        };
        g.push(difference(moved, x[k]));
    }
    for (a, b) in places::grad(&log, &x).iter().zip(g) {
        close("places", *a, b, 1e-5);
    }
}

#[differentiable]
fn out_of_bounds(x: &[f64], #[constant] k: usize) -> f64 {
    let y = x[0] * 2.0;
    y * x[k]
}

#[differentiable]
fn bad_range(x: &[f64], #[constant] k: usize) -> f64 {
    let part = &x[k..2];
    let mut s = 0.0;
    for v in part {
        s += v * v;
    }
    s + x[0]
}

#[differentiable]
fn overflow(x: f64, #[constant] k: u8) -> f64 {
    let n = k + 250;
    x * f64::from(n)
}

#[differentiable]
fn underflow(x: &[f64], #[constant] k: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * x[i - k];
    }
    s
}

#[differentiable]
fn integer_division(x: f64, #[constant] k: i32) -> f64 {
    x * (10 / k) as f64
}

/// The assertion fails before the logarithm is NaN.
#[differentiable]
fn asserted(x: f64) -> f64 {
    assert!(x > 0.0, "a negative number: {x}");
    x.ln()
}

#[differentiable]
fn unwrapped(x: &[f64], #[constant] k: usize) -> f64 {
    let v = *x.get(k).expect("there is an entry");
    v * v
}

#[differentiable]
fn unreachable_branch(x: f64, #[constant] k: usize) -> f64 {
    match k {
        0 => x * x,
        1 => x.sin(),
        _ => panic!("no case {k}"),
    }
}

#[differentiable]
fn popped(x: f64, #[constant] k: usize) -> f64 {
    let mut v = vec![x, x * x];
    let mut s = 0.0;
    for _ in 0..k {
        s += v.pop().unwrap();
    }
    s
}

fn words(f: impl FnOnce()) -> Option<String> {
    let error = catch_unwind(AssertUnwindSafe(f)).err()?;
    let text = error.downcast_ref::<String>().cloned();
    Some(text.or_else(|| error.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default())
}

macro_rules! same_panic {
    ($($f:ident($($arg:expr),*), jvp $primals:expr, $dots:expr;)*) => { $(
        #[test]
        fn $f() {
            let original = words(|| { let _ = super::$f($($arg),*); });
            assert!(original.is_some(), "the original panics");
            assert_eq!(words(|| { let _ = super::$f::grad($($arg),*); }), original, "grad");
            assert_eq!(words(|| { let _ = super::$f::vjp($($arg),*).0; }), original, "vjp");
            assert_eq!(words(|| { let _ = super::$f::jvp($primals, $dots); }), original, "jvp");
        }
    )* };
}

mod same_panic {
    use super::*;

    same_panic! {
        out_of_bounds(&[1.0, 2.0], 2), jvp (&[1.0, 2.0], 2), &[1.0, 1.0];
        bad_range(&[1.0, 2.0, 3.0], 3), jvp (&[1.0, 2.0, 3.0], 3), &[1.0, 1.0, 1.0];
        integer_division(1.0, 0), jvp (1.0, 0), 1.0;
        asserted(-1.0), jvp -1.0, 1.0;
        unwrapped(&[1.0], 1), jvp (&[1.0], 1), &[1.0];
        unreachable_branch(1.0, 2), jvp (1.0, 2), 1.0;
        popped(1.0, 3), jvp (1.0, 3), 1.0;
    }
    #[cfg(debug_assertions)]
    same_panic! {
        overflow(1.0, 10), jvp (1.0, 10), 1.0;
        underflow(&[1.0, 2.0], 1), jvp (&[1.0, 2.0], 1), &[1.0, 1.0];
    }
}

/// Where nothing panics the gradients are right.
#[test]
fn gradients_beside_panics() {
    assert_eq!(out_of_bounds::grad(&[3.0, 2.0], 1), [4.0, 6.0]);
    assert_eq!(bad_range::grad(&[1.0, 2.0, 3.0], 1), [1.0, 4.0, 0.0]);
    assert_eq!(overflow::grad(1.0, 5), 255.0);
    assert_eq!(integer_division::grad(1.0, 3), 3.0);
    assert_eq!(asserted::grad(2.0), 0.5);
    assert_eq!(unwrapped::grad(&[1.0, 3.0], 1), [0.0, 6.0]);
    assert_eq!(unreachable_branch::grad(3.0, 0), 6.0);
    assert_eq!(popped::grad(3.0, 2), 7.0);
}

/// A division by zero of floats is no panic: the same infinite value, and the gradient that goes with it.
#[differentiable]
fn float_division(x: f64, y: f64) -> f64 {
    x / y
}

#[test]
fn infinite_values() {
    let (y, (gx, gy)) = float_division::value_and_grad(1.0, 0.0);
    assert_eq!((y, gx, gy), (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY));
    assert!(float_division::value_and_grad(0.0, 0.0).0.is_nan());
}
