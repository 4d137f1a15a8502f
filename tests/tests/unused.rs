//! What nobody uses leaves no trace: an operation at a point where its derivative is infinite gives 0, never `0 · ∞ = NaN`, as long as its
//! result does not reach the function's.
#![allow(clippy::all, reason = "each construct as a user may write it")]

use pullback::prelude::*;

/// At (0, 3): ln, sqrt, recip and powf have no finite derivative by `x`.
macro_rules! unused {
    ($($name:ident = $gradient:expr, $(#[$attribute:meta])* |$x:ident, $y:ident| $body:block)*) => { $(
        #[test]
        fn $name() {
            #[differentiable]
            fn f($x: f64, $y: f64) -> f64 $body
            let (value, gradient) = f::value_and_grad(0.0, 3.0);
            assert_eq!(value.to_bits(), f(0.0, 3.0).to_bits());
            assert_eq!(gradient, (0.0, $gradient), "reverse mode");
        }
    )* };
}

#[differentiable]
fn second(#[constant] _a: f64, b: f64) -> f64 {
    b * b
}

#[differentiable]
fn second_if(a: f64, b: f64) -> f64 {
    if b > 100.0 { a } else { b * b }
}

#[derive(Differentiable, Clone, Copy, Debug)]
struct Pair {
    a: f64,
    b: f64,
}

unused! {
    element_of_an_array = 2.0, |x, y| { let p = [x.ln(), y + 0.0 * x]; p[1] * 2.0 }
    element_of_a_vec = 2.0, |x, y| { let p = vec![x.ln(), y + 0.0 * x]; p[1] * 2.0 }
    element_of_a_tuple = 2.0, |x, y| { let p = (x.sqrt(), y); p.1 * 2.0 + 0.0 * x }
    field = 2.0, |x, y| { let p = Pair { a: x.sqrt(), b: y }; p.b * 2.0 + 0.0 * x }
    pattern = 2.0, |x, y| { let (_a, b) = (x.sqrt(), y); b * 2.0 + 0.0 * x }
    argument_in_a_branch_not_taken = 6.0, |x, y| { second_if(x.ln(), y) }
    sum_of_the_others = 1.0, |x, y| { let p = [x.ln(), y, 1.0]; p.iter().skip(1).sum::<f64>() }
    element_in_a_loop = 3.0, |x, y| { let p = [x.ln(), y]; let mut s = 0.0 * x; for _ in 0..3 { s += p[1]; } s }
    loop_left_early = 1.0, |x, y| {
        let p = [y, x.ln(), x.sqrt()];
        let mut s = 0.0;
        for i in 0..3 {
            s += p[i];
            if s > 1.0 {
                return s;
            }
        }
        s
    }
    loop_broken_early = 1.0, |x, y| {
        let p = [y, x.ln(), x.sqrt()];
        let mut s = 0.0;
        for i in 0..3 {
            s += p[i];
            if s > 1.0 {
                break;
            }
        }
        s
    }
    part_of_an_iteration = 1.0, |x, y| {
        let p = [y, x.ln(), x.sqrt()];
        let mut s = 0.0 * x;
        for i in 0..3 {
            if i > 0 {
                continue;
            }
            s += p[i];
        }
        s
    }
    elements_overwritten_in_a_loop = 3.0, |x, y| {
        let mut p = [x.ln(), x.sqrt(), x.recip()];
        for i in 0..3 {
            p[i] = y;
        }
        p[0] + p[1] + p[2]
    }
    element_of_an_outer_loop = 3.0, |x, y| {
        let p = [y, x.ln()];
        let mut s = 0.0 * x;
        for i in 0..1 {
            for _ in 0..3 {
                s += p[i];
            }
        }
        s
    }
    part_of_a_part = 2.0, |x, y| { let p = [[x.ln(), y], [x.sqrt(), 1.0]]; p[0][1] * 2.0 + 0.0 * x }
    part_of_two_kinds = 4.0, |x, y| { let t = (x.ln(), y); let u = (t.1, t.0); let v = u; v.0 * 4.0 + 0.0 * x }
    one_of_two_branches = 1.0, |x, y| { let t = (x.ln(), y); if y > 1.0 { t.1 } else { t.0 } }
    loop_never_entered = 1.0, |x, y| {
        let (t, n) = (x.ln(), no_grad!(x as usize));
        let mut s = y;
        for _ in 0..n { s += t; }
        s
    }
    overwritten = 2.0, |x, y| { let mut t = x.ln(); if y > 1.0 { t = y; } t * 2.0 }
    overwritten_element = 2.0, |x, y| { let mut p = [x.ln(), 1.0]; if y > 1.0 { p[0] = y; } p[0] * 2.0 }
    swapped_away = 2.0, |x, y| { let mut p = [x.ln(), y]; p.swap(0, 1); p[0] * 2.0 }
    branch_not_taken = 1.0, |x, y| { let t = x.recip(); if y < 1.0 { t } else { y } }
    early_return = 1.0, |x, y| { let t = x.ln(); if y > 1.0 { return y; } t }
    option_not_opened = 1.0, |x, y| { let t = Some(x.ln()); if y < 1.0 { t.unwrap_or(0.0) } else { y } }
    power_not_used = 1.0, |x, y| { let t = x.powf(0.5) / x; if y < 1.0 { t } else { y } }
    minimum = 1.0, |x, y| { let (a, b) = (x.sqrt() + 10.0, y); a.min(b) }
    maximum = 1.0, |x, y| { let (a, b) = (x.ln(), y); a.max(b) }
    clamped = 1.0, |x, y| { let a = x.ln().clamp(-1.0, 1.0); a + y }
}

#[test]
fn constant_argument() {
    #[differentiable]
    fn f(#[constant] x: f64, y: f64) -> f64 {
        second(x.ln(), y)
    }
    assert_eq!(f::grad(0.0, 3.0), 6.0);
}
