//! Elementwise operations of tensors: every row of the table of elementary functions, and arithmetic with broadcasting.
//!
//! Input: the table itself; operands over several shapes, empty and 0-d ones included. Output: passes or panics. Invariant: a rule is checked
//! against central differences and by the adjoint identity, alone and inside a `#[differentiable]` function in both modes.

mod common_ops;
#[macro_use]
#[path = "../src/elementary.rs"]
mod elementary;

use common_ops::{check1_keeping, check2, check2_keeping, message, tensor};
use pullback::prelude::*;
use pullback::{Real, check_gradients, op};

const SHAPES: &[&[usize]] = &[&[], &[1], &[5], &[2, 3], &[3, 1, 2], &[0], &[2, 0, 3]];

/// A tensor whose entries lie between `lo` and `hi`.
fn between(shape: &[usize], lo: f64, hi: f64) -> Tensor<f64> {
    tensor(shape, 0.9).map(|v| lo + (hi - lo) * (0.5 + 0.43 * (v - 0.1)))
}

/// A test for each row: the rule of tensors, that of scalars, a program.
macro_rules! rows {
    (
        unary { $($u:ident($ux:ident) = $uz:ident, on $ul:literal..$uh:literal, keep $($uk:ident)* => $ud:expr;)* }
        parametric { $($p:ident($px:ident; $($pa:ident: $pt:ty = $pv:literal),*) = $pz:ident, on $pl:literal..$ph:literal, keep $($pk:ident)* => $pd:expr;)* }
        binary { $($b:ident($bx:ident, $by:ident) = $bz:ident, on $bl:literal..$bh:literal, keep $($bk:ident)* => $bd:expr, keep $($bm:ident)* => $be:expr;)* }
    ) => {
        mod programs {
            use pullback::prelude::*;
            $(#[differentiable]
            pub(crate) fn $u(x: &Tensor<f64>) -> f64 {
                (x.$u() * x).sum()
            })*
            $(#[differentiable]
            pub(crate) fn $p(x: &Tensor<f64>) -> f64 {
                (x.$p($($pv),*) * x).sum()
            })*
        }
        $(rows! { @test $u(): f64 on $ul, $uh, keep stringify!($($uk)*) })*
        $(rows! { @test $p($($pv),*): f64 on $pl, $ph, keep stringify!($($pk)*) })*
        $(#[test]
        fn $b() {
            for (x, y) in [($bl, $bh), ($bh, $bl), (0.3 * $bl + 0.7 * $bh, 0.6 * $bl + 0.4 * $bh)] {
                let keep = concat!(stringify!($($bk)*), "|", stringify!($($bm)*));
                check2_keeping(op::$b, keep, (), |x: &f64, y: &f64| Real::$b(*x, *y), x, y);
            }
        })*
    };
    (@test $name:ident($($value:literal),*): f64 on $lo:literal, $hi:literal, keep $keep:expr) => {
        #[test]
        #[allow(clippy::unused_unit, reason = "a tuple of no parameters")]
        fn $name() {
            for shape in SHAPES {
                let x = between(shape, $lo, $hi);
                check1_keeping(op::$name, $keep, ($($value,)*), |x: &Tensor<f64>| x.$name($($value),*), x.clone());
                use programs::$name;
                check_gradients!($name(&x)).unwrap();
            }
            for part in [0.1, 0.4, 0.9] {
                check1_keeping(op::$name, $keep, ($($value,)*), |x: &f64| Real::$name(*x, $($value),*), $lo + part * ($hi - $lo));
            }
        }
    };
}
elementary!(rows);

/// Shapes that broadcast: as often as not either is repeated, or has no entries.
const PAIRS: &[(&[usize], &[usize])] = &[
    (&[], &[]),
    (&[4], &[4]),
    (&[2, 3], &[2, 3]),
    (&[2, 3], &[3]),
    (&[3], &[2, 3]),
    (&[2, 3], &[2, 1]),
    (&[2, 1], &[1, 3]),
    (&[3, 1, 2], &[4, 1]),
    (&[], &[2, 3]),
    (&[1], &[1, 1]),
    (&[0], &[0]),
    (&[0], &[1]),
    (&[1], &[2, 0]),
    (&[2, 0, 3], &[1, 3]),
    (&[2, 1, 3], &[0, 1]),
];

/// An operator with broadcasting, tensor with tensor and with scalar, both ways; and a program of it.
macro_rules! operators {
    ($($name:ident $op:ident $sign:tt, keep $keep:literal;)*) => { $(
        mod $name {
            use pullback::prelude::*;
            #[differentiable]
            pub(crate) fn program(x: &Tensor<f64>, y: &Tensor<f64>, s: f64) -> f64 {
                let z = x $sign y;
                let w = (s $sign &z) $sign s;
                (&w * &w $sign x).sum()
            }
        }
        #[test]
        fn $name() {
            use $name::program;
            for (a, b) in PAIRS {
                let (x, y) = (between(a, 0.5, 2.0), between(b, 1.0, 2.5) + 0.1);
                check2_keeping(op::$op, $keep, (), |x: &Tensor<f64>, y: &Tensor<f64>| x $sign y, x.clone(), y.clone());
                check2_keeping(op::$op, $keep, (), |x: &Tensor<f64>, y: &f64| x $sign *y, x.clone(), 1.3);
                check2_keeping(op::$op, $keep, (), |x: &f64, y: &Tensor<f64>| *x $sign y, 1.3, y.clone());
                check_gradients!(program(&x, &y, 0.7)).unwrap();
                let (before_x, before_y, z) = (x.to_vec(), y.to_vec(), &x $sign &y);
                assert_eq!((x.clone() $sign y.clone(), x.clone() $sign &y, &x $sign y.clone()), (z.clone(), z.clone(), z.clone()));
                let (mine, other) = (Tensor::new(x.to_vec(), x.shape()), Tensor::new(y.to_vec(), y.shape()));
                assert_eq!(mine $sign other, z, "in the memory of an operand that nobody shares");
                assert_eq!((x.to_vec(), y.to_vec()), (before_x, before_y), "shared operands stay as they are");
            }
        }
    )* };
}
operators! {
    sums Add +, keep "|";
    differences Sub -, keep "|";
    products Mul *, keep "y|x";
    quotients Div /, keep "y|xy";
}

#[test]
fn negation() {
    for shape in SHAPES {
        check1_keeping(op::Neg, "", (), |x: &Tensor<f64>| -x, tensor(shape, 1.0));
    }
}

#[test]
fn powers_with_a_differentiable_exponent() {
    for shape in SHAPES {
        let power = |x: &Tensor<f64>, p: &f64| x.powf(*p);
        check2_keeping(op::powf, "xy|xyz", (), power, between(shape, 0.5, 2.0), 1.7);
        check2_keeping(op::powf, "xy|xyz", (), power, between(shape, 0.5, 2.0), -0.6);
    }
}

#[test]
fn the_larger_and_the_smaller() {
    for (a, b) in PAIRS {
        check2(op::maximum, (), |x: &Tensor<f64>, y: &Tensor<f64>| x.maximum(y), tensor(a, 1.0), tensor(b, 2.0));
        check2(op::minimum, (), |x: &Tensor<f64>, y: &Tensor<f64>| x.minimum(y), tensor(a, 1.0), tensor(b, 2.0));
    }
    let nan = Tensor::from([f64::NAN, 1.0]);
    assert!(nan.maximum(&Tensor::from([1.0, 0.0]))[0].is_nan() && Tensor::from([1.0, 0.0]).minimum(&nan)[0].is_nan());
}

#[differentiable]
fn kinks(x: &Tensor<f64>) -> f64 {
    let zero = Tensor::scalar(0.0);
    (x.relu() + x.abs() + x.maximum(&zero) * 10.0 + x.clamp(0.0, 1.0) * 100.0).sum()
}

#[test]
fn subgradients_are_those_of_pytorch() {
    let gradient = kinks::grad(&Tensor::from([0.0, -1.0, 2.0]));
    assert_eq!(gradient, Tensor::from([0.0 + 0.0 + 5.0 + 100.0, -1.0, 1.0 + 1.0 + 10.0]));
}

#[test]
fn shapes_that_do_not_broadcast_are_named() {
    let (x, y) = (|| Tensor::<f64>::zeros([2, 3]), || Tensor::<f64>::zeros([2]));
    assert_eq!(x().try_add(&y()).unwrap_err().to_string(), "add: shape [2, 3] and [2]: the shapes do not broadcast");
    assert_eq!(message(|| x() - y()), "sub: shape [2, 3] and [2]: the shapes do not broadcast");
    assert_eq!(message(|| &y() * x()), "mul: shape [2] and [2, 3]: the shapes do not broadcast");
    assert_eq!(message(|| x() / &y()), "div: shape [2, 3] and [2]: the shapes do not broadcast");
    assert_eq!(message(|| x().maximum(&y())), "maximum: shape [2, 3] and [2]: the shapes do not broadcast");
    assert_eq!(message(|| x().gt(&y())), "gt: shape [2, 3] and [2]: the shapes do not broadcast");
    assert_eq!(
        message(|| {
            let mut small = Tensor::<f64>::zeros([1, 3]);
            small += x();
            small
        }),
        "add_assign: shape [1, 3] and [2, 3]: the result has another shape"
    );
    assert_eq!(
        message(|| x().where_else(&x(), &x().narrow(1, 0, 2).gt(0.0))),
        "where_else: shape [2, 3] and [2, 3]: they do not broadcast to the mask's shape [2, 2]"
    );
}
