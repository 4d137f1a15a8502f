//! The corpus: every method of `f64` and `f32` that has a derivative, as method, as path call, on references, on literals.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{close, difference, of_scalars, of_slices};

/// For each method of one operand: as method, as path call, on a reference, in single precision.
macro_rules! unary {
    ($($name:ident at $($x:literal)*;)*) => { $(
        mod $name {
            use super::*;

            #[differentiable]
            fn method(x: f64) -> f64 {
                x.$name() * x
            }

            #[differentiable]
            fn path(x: f64) -> f64 {
                f64::$name(x) * x
            }

            #[differentiable]
            fn reference(x: &f64) -> f64 {
                x.$name() * *x
            }

            #[differentiable]
            fn single(x: f32) -> f32 {
                x.$name() * x
            }

            #[test]
            fn all() {
                for x in [$($x),*] {
                    let by = difference(method, x);
                    for g in [method::grad(x), path::grad(x), reference::grad(&x), method::jvp(x, 1.0).1, path::jvp(x, 1.0).1, reference::jvp(&x, &1.0).1] {
                        close(concat!(stringify!($name), " and differences"), g, by, 1e-5);
                    }
                    let rounded = x as f32;
                    close(stringify!($name), f64::from(single::grad(rounded)), by, 1e-3);
                    close(stringify!($name), f64::from(single::jvp(rounded, 1.0).1), by, 1e-3);
                    assert_eq!(method::value_and_grad(x).0.to_bits(), (x.$name() * x).to_bits());
                }
            }
        }
    )* };
}
unary! {
    exp at -1.3 0.7; exp2 at -1.3 0.7; exp_m1 at -1.3 0.7;
    ln at 0.4 2.7; ln_1p at -0.4 2.7; log2 at 0.4 2.7; log10 at 0.4 2.7;
    sqrt at 0.4 2.7; cbrt at -0.7 2.7; recip at -0.7 1.3; abs at -0.7 1.3;
    sin at -0.7 1.3; cos at -0.7 1.3; tan at -0.7 1.1; asin at -0.7 0.3; acos at -0.7 0.3; atan at -0.7 1.3;
    sinh at -0.7 1.3; cosh at -0.7 1.3; tanh at -0.7 1.3; asinh at -0.7 1.3; acosh at 1.3 2.7; atanh at -0.7 0.3;
    to_radians at -40.0 70.0; to_degrees at -0.7 1.3; fract at -0.7 1.3;
}

/// For each method of two operands: the same, in either operand.
macro_rules! binary {
    ($($name:ident at $(($x:literal, $y:literal))*;)*) => { $(
        mod $name {
            use super::*;

            #[differentiable]
            fn method(x: f64, y: f64) -> f64 {
                x.$name(y) * x
            }

            #[differentiable]
            fn path(x: f64, y: f64) -> f64 {
                f64::$name(x, y) * x
            }

            #[differentiable]
            fn reference(x: &f64, y: &f64) -> f64 {
                x.$name(*y) * *x
            }

            #[differentiable]
            fn single(x: f32, y: f32) -> f32 {
                x.$name(y) * x
            }

            #[differentiable]
            fn literals(x: f64) -> f64 {
                2.5_f64.$name(x) + x.$name(1.75) + f64::$name(2.5, x)
            }

            #[test]
            fn all() {
                for (x, y) in [$(($x, $y)),*] {
                    let by = (difference(|x| method(x, y), x), difference(|y| method(x, y), y));
                    for g in [method::grad(x, y), path::grad(x, y), reference::grad(&x, &y)] {
                        close(concat!(stringify!($name), " in x"), g.0, by.0, 1e-5);
                        close(concat!(stringify!($name), " in y"), g.1, by.1, 1e-5);
                    }
                    let dots = (0.3, -0.8);
                    let along = by.0 * dots.0 + by.1 * dots.1;
                    for dot in [method::jvp((x, y), dots).1, path::jvp((x, y), dots).1, reference::jvp((&x, &y), (&dots.0, &dots.1)).1] {
                        close(concat!(stringify!($name), " forward"), dot, along, 1e-5);
                    }
                    let (gx, gy) = single::grad(x as f32, y as f32);
                    close(stringify!($name), f64::from(gx), by.0, 1e-3);
                    close(stringify!($name), f64::from(gy), by.1, 1e-3);
                    close("of literals", literals::grad(y), difference(literals, y), 1e-5);
                    close("of literals", literals::jvp(y, 1.0).1, difference(literals, y), 1e-5);
                    assert_eq!(method::value_and_grad(x, y).0.to_bits(), (x.$name(y) * x).to_bits());
                }
            }
        }
    )* };
}
binary! {
    powf at (0.7, 1.3) (1.9, -0.6); max at (0.7, 1.3) (1.9, -0.6); min at (0.7, 1.3) (1.9, -0.6);
    atan2 at (0.7, 1.3) (-1.9, -0.6); hypot at (0.7, 1.3) (-1.9, 0.6); copysign at (0.7, 1.3) (1.9, -0.6);
    rem_euclid at (0.7, 1.3) (-1.9, 0.6); log at (0.7, 1.3) (1.9, 0.6); midpoint at (0.7, 1.3) (1.9, -0.6);
}

#[differentiable]
fn fused(x: &[f64]) -> f64 {
    let (a, b, c) = (x[0], x[1], x[2]);
    a.mul_add(b, c) * f64::mul_add(c, a, b) + (a * b).mul_add(c.sin(), a) + a.mul_add(a, a)
}

#[differentiable]
fn fused_parts(x: &[f64]) -> f64 {
    // constants in each place
    let n = 3_usize;
    x[0].mul_add(2.0, 1.0)
        + 2.0_f64.mul_add(x[1], x[2])
        + (-1.5_f64).mul_add(x[0] * x[1], 0.5)
        + f64::mul_add(1.5, 2.5, x[2] * x[2])
        + x[1].mul_add(n as f64 + 1.0, x[0])
        + f64::mul_add(x[2], n as f64 - 1.0, n as f64)
        + (n as f64 - 0.5).mul_add(x[0], x[1])
}

#[differentiable]
fn horner(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for c in x {
        sum = f64::mul_add(sum, x[0], *c);
        sum = c.mul_add(sum, x[1]);
    }
    sum
}

#[differentiable]
fn dot(x: &[f64]) -> f64 {
    x.iter().zip(x.iter().rev()).fold(0.0, |sum, (a, b)| a.mul_add(*b, sum))
}

#[differentiable]
fn overwritten(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for i in 1..y.len() {
        y[i] = y[i].mul_add(y[i - 1], y[i]);
        y[i - 1] = y[i].mul_add(0.5, y[i - 1]);
    }
    y[0] * y[1] + y[y.len() - 1]
}

of_slices! {
    fused at [[0.7, -1.3, 0.4], [2.1, 0.6, -0.9]];
    fused_parts at [[0.7, -1.3, 0.4], [2.1, 0.6, -0.9]];
    horner at [[0.7, -1.3, 0.4], [1.1, 0.6, -0.9]];
    dot at [[0.7, -1.3, 0.4], [1.1, 0.6, -0.9]];
    overwritten at [[0.7, -1.3, 0.4], [1.1, 0.6, -0.9]];
    rotated at [[0.7, -1.3, 0.4], [1.1, 0.6, -0.9]];
}

#[differentiable]
fn pair(x: f64) -> f64 {
    let (sin, cos) = x.sin_cos();
    sin * sin * cos + x
}

#[differentiable]
fn pair_by_path(x: f64) -> f64 {
    let (s, c) = f64::sin_cos(x * x);
    s / (2.0 + c)
}

#[differentiable]
fn pair_field(x: f64) -> f64 {
    x.sin_cos().0 * (2.0 * x).sin_cos().1
}

#[differentiable]
fn pair_value(x: f64) -> f64 {
    let pair = x.sin_cos();
    pair.0 * pair.1 + pair.0
}

#[differentiable]
fn one_of_pair(x: f64) -> f64 {
    let (_, cos) = x.sin_cos();
    cos * x
}

#[differentiable]
fn late_pair(x: f64) -> f64 {
    let (mut s, mut c) = (x, x * x);
    for _ in 0..3 {
        (s, c) = (s + c).sin_cos();
    }
    s * c
}

/// A rotation for each entry; the angle changes.
#[differentiable]
fn rotated(x: &[f64]) -> f64 {
    let (mut angle, mut px, mut py) = (0.0, 0.0, 0.0);
    for a in x.iter() {
        angle += a;
        let (sin, cos) = angle.sin_cos();
        px += cos;
        py += sin * a.sin_cos().1;
    }
    px * py
}

#[differentiable]
fn converted(x: f64) -> f64 {
    let single = x as f32;
    f64::from(single) * x + f64::from(2_u8) * x
}

#[differentiable]
fn path_of_conditions(x: f64) -> f64 {
    if f64::is_nan(x) || f64::is_sign_negative(x) { x * x } else { f64::sin(x) * f64::powi(x, 2) }
}

of_scalars! {
    mul_add_with_literals at [-0.3, 0.7];
    pair at [0.3, -1.7];
    pair_by_path at [0.3, -1.7];
    pair_field at [0.3, -1.7];
    pair_value at [0.3, -1.7];
    one_of_pair at [0.3, -1.7];
    late_pair at [0.3, -1.7];
    path_of_conditions at [0.3, -1.7];
    powers at [0.3, 1.7];
    clamped at [-0.4, 0.3, 1.7];
}

#[differentiable]
fn powers(x: f64) -> f64 {
    x.powi(3) + f64::powi(x, -2) + 2.0_f64.powf(x) + f64::powf(2.0, x) * x.powf(1.5) + 3.0_f64.hypot(x)
}

#[differentiable]
fn clamped(x: f64) -> f64 {
    x.clamp(0.0, 1.0) * x + f64::clamp(x, -1.0, 1.5) * x
}

#[differentiable]
fn fused_of_references(x: &f64, a: &f64, b: &f64) -> f64 {
    x.mul_add(*a, *b) * x.sin_cos().1 + f64::mul_add(*a, *b, *x)
}

#[differentiable]
fn generic<T: Real>(x: T, a: T) -> T {
    let (s, c) = x.sin_cos();
    let (t, _) = T::sin_cos(a);
    x.mul_add(a, s) * T::mul_add(c, a, t) + x.log(a) + x.midpoint(a)
}

#[differentiable]
fn single(x: f32, a: f32) -> f32 {
    let (s, c) = f32::sin_cos(x);
    x.mul_add(a, 0.5) * f32::mul_add(c, 2.0, s) + 2.0_f32.mul_add(a, x)
}

#[test]
fn references() {
    let (x, a, b) = (0.7, -1.3, 0.4);
    let (gx, ga, gb) = fused_of_references::grad(&x, &a, &b);
    close("in x", gx, difference(|x| fused_of_references(&x, &a, &b), x), 1e-5);
    close("in a", ga, difference(|a| fused_of_references(&x, &a, &b), a), 1e-5);
    close("in b", gb, difference(|b| fused_of_references(&x, &a, &b), b), 1e-5);
    let (_, dot) = fused_of_references::jvp((&x, &a, &b), (&gx, &ga, &gb));
    close("forward", dot, gx * gx + ga * ga + gb * gb, 1e-10);
}

#[test]
fn generic_in_both_precisions() {
    let (x, a) = (0.7, 1.3);
    let (gx, ga) = generic::grad(x, a);
    close("in x", gx, difference(|x| generic(x, a), x), 1e-5);
    close("in a", ga, difference(|a| generic(x, a), a), 1e-5);
    close("forward", generic::jvp((x, a), (gx, ga)).1, gx * gx + ga * ga, 1e-10);
    let (hx, ha) = generic::grad(x as f32, a as f32);
    close("in x, single", f64::from(hx), gx, 1e-3);
    close("in a, single", f64::from(ha), ga, 1e-3);
}

#[test]
fn single_precision() {
    let (x, a) = (0.7_f64, 1.3_f64);
    let same = |x: f64, a: f64| x.mul_add(a, 0.5) * x.cos().mul_add(2.0, x.sin()) + 2.0_f64.mul_add(a, x);
    let (y, (gx, ga)) = single::value_and_grad(x as f32, a as f32);
    assert_eq!(y.to_bits(), single(x as f32, a as f32).to_bits());
    close("in x", f64::from(gx), difference(|x| same(x, a), x), 1e-3);
    close("in a", f64::from(ga), difference(|a| same(x, a), a), 1e-3);
    close("forward", f64::from(single::jvp((x as f32, a as f32), (1.0, 0.0)).1), f64::from(gx), 1e-5);
}

/// The product is rounded once: a separate multiplication would give 0.
#[test]
fn rounded_once() {
    #[differentiable]
    fn residue(x: f64, y: f64) -> f64 {
        x.mul_add(y, -(x * y))
    }
    let (x, y) = (1.0 + f64::EPSILON, 1.0 + f64::EPSILON);
    assert_ne!(residue(x, y), 0.0);
    assert_eq!(residue::value_and_grad(x, y).0, residue(x, y));
    assert_eq!(residue::jvp((x, y), (1.0, 0.0)).0, residue(x, y));
    assert_eq!(residue::grad(x, y), (0.0, 0.0));
}

#[test]
fn conversions() {
    close("through f32", converted::grad(1.5), 5.0, 1e-6);
    close("through f32, forward", converted::jvp(1.5, 1.0).1, 5.0, 1e-6);
}

// The literal is an operand between and after numbers whose types are not said.
#[differentiable]
fn mul_add_with_literals(x: f64) -> f64 {
    let p = same(x).mul_add(2.0, x.sin());
    let q = same(x).mul_add(x, 2.0);
    let r = (0.445f64.atan()).mul_add(x.sin(), 0.25);
    p * q + r
}

#[differentiable]
fn same(x: f64) -> f64 {
    x
}

/// The neighbours of a number, by value and by path.
#[differentiable]
fn neighbours(x: f64) -> f64 {
    x.next_up() * f64::next_down(x) + (2.0 * x).next_down()
}

#[test]
fn neighbours_move_as_the_number_does() {
    close("neighbours", neighbours::grad(0.7), difference(neighbours, 0.7), 1e-5);
    close("forward", neighbours::jvp(0.7, 1.0).1, neighbours::grad(0.7), 1e-12);
}
