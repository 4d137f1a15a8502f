//! The derivative rules of scalars: the operators, and every row of the table of elementary functions.
//!
//! Input: `x`, `y`, `z` as kept, z̄ or ẋ. Output: additions to x̄, ȳ, or ż. Invariant: a rule reads what its row says it keeps, and no more.

use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1, Rule2};

macro_rules! unary {
    ($($name:ident<$T:ident>($x:ident $(; $($p:ident: $pt:ty),*)?) = $z:ident, keep $($k:ident)* => $d:expr;)*) => { $(
        #[allow(unused_variables, reason = "a rule reads what its row keeps")]
        impl<$T: Real> Rule1<op::$name, ($($($pt,)*)?), $T> for $T {
            #[inline(always)]
            fn pull($x: Kept<$T>, p: &($($($pt,)*)?), $z: Kept<$T>, z_bar: &$T, x_bar: &mut $T) {
                $(let ($($p,)*) = *p;)?
                $(let $k = *$k.value();)*
                *x_bar += *z_bar * ($d);
            }
            #[inline(always)]
            fn push($x: Kept<$T>, p: &($($($pt,)*)?), $z: Kept<$T>, x_dot: &$T) -> $T {
                $(let ($($p,)*) = *p;)?
                $(let $k = *$k.value();)*
                *x_dot * ($d)
            }
        }
    )* };
}

macro_rules! binary {
    ($($name:ident<$T:ident>($x:ident, $y:ident) = $z:ident, keep $($k:ident)* => $d:expr, keep $($l:ident)* => $e:expr;)*) => { $(
        #[allow(unused_variables, reason = "a rule reads what its row keeps")]
        impl<$T: Real> Rule2<op::$name, (), $T, $T> for $T {
            #[inline(always)]
            fn pull_lhs($x: Kept<$T>, $y: Kept<$T>, _: &(), $z: Kept<$T>, z_bar: &$T, x_bar: &mut $T) {
                $(let $k = *$k.value();)*
                *x_bar += *z_bar * ($d);
            }
            #[inline(always)]
            fn pull_rhs($x: Kept<$T>, $y: Kept<$T>, _: &(), $z: Kept<$T>, z_bar: &$T, y_bar: &mut $T) {
                $(let $l = *$l.value();)*
                *y_bar += *z_bar * ($e);
            }
            #[inline(always)]
            fn push_lhs($x: Kept<$T>, $y: Kept<$T>, _: &(), $z: Kept<$T>, x_dot: &$T) -> $T {
                $(let $k = *$k.value();)*
                *x_dot * ($d)
            }
            #[inline(always)]
            fn push_rhs($x: Kept<$T>, $y: Kept<$T>, _: &(), $z: Kept<$T>, y_dot: &$T) -> $T {
                $(let $l = *$l.value();)*
                *y_dot * ($e)
            }
        }
    )* };
}

macro_rules! elementary_rules {
    (
        unary { $($u:ident($ux:ident) = $uz:ident, on $ul:literal..$uh:literal, keep $($uk:ident)* => $ud:expr;)* }
        parametric { $($p:ident($px:ident; $($pa:ident: $pt:ty = $pv:literal),*) = $pz:ident, on $pl:literal..$ph:literal, keep $($pk:ident)* => $pd:expr;)* }
        binary { $($b:ident($bx:ident, $by:ident) = $bz:ident, on $bl:literal..$bh:literal, keep $($bk:ident)* => $bd:expr, keep $($bm:ident)* => $be:expr;)* }
    ) => {
        unary! { $($u<T>($ux) = $uz, keep $($uk)* => $ud;)* $($p<T>($px; $($pa: $pt),*) = $pz, keep $($pk)* => $pd;)* }
        binary! { $($b<T>($bx, $by) = $bz, keep $($bk)* => $bd, keep $($bm)* => $be;)* }
    };
}
elementary!(elementary_rules);

unary! {
    Neg<T>(x) = z, keep => -T::ONE;
    // either half of `x.sin_cos()`, whose derivative is the other
    sin_paired<T>(x; d: T) = z, keep => d;
    cos_paired<T>(x; d: T) = z, keep => d;
}
binary! {
    Add<T>(x, y) = z, keep => T::ONE, keep => T::ONE;
    Sub<T>(x, y) = z, keep => T::ONE, keep => -T::ONE;
    Mul<T>(x, y) = z, keep y => y, keep x => x;
    Div<T>(x, y) = z, keep y => y.recip(), keep x y => -(x * y.recip()) * y.recip();
    Rem<T>(x, y) = z, keep => T::ONE, keep x y => -(x / y).trunc();
}

macro_rules! casts {
    ($op:ident: $($from:ident => $($to:ident)*;)*) => { $($(
        impl Rule1<op::$op, (), $to> for $from {
            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, clippy::cast_lossless, trivial_numeric_casts, reason = "as in the primal")]
            fn pull(_: Kept<$from>, (): &(), _: Kept<$to>, y_bar: &$to, x_bar: &mut $from) {
                *x_bar += *y_bar as $from;
            }
            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, clippy::cast_lossless, trivial_numeric_casts, reason = "as in the primal")]
            fn push(_: Kept<$from>, (): &(), _: Kept<$to>, x_dot: &$from) -> $to {
                *x_dot as $to
            }
        }
    )*)* };
}
casts! { cast: f32 => f32 f64; f64 => f32 f64; }
casts! { into: f32 => f32 f64; f64 => f64; }

/// Integers carry no gradient through a cast.
macro_rules! integer_casts {
    ($($from:ident)*) => { $(integer_casts! { @to $from f32 } integer_casts! { @to $from f64 })* };
    (@to $from:ident $to:ident) => {
        impl Rule1<op::cast, (), $to> for $from {
            #[inline(always)]
            fn pull(_: Kept<$from>, (): &(), _: Kept<$to>, _: &$to, (): &mut ()) {}
            #[inline(always)]
            fn push(_: Kept<$from>, (): &(), _: Kept<$to>, (): &()) -> $to { 0.0 }
        }
    };
}
integer_casts! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }

/// Integers that stand beside numbers, in a tuple or a struct, carry no gradient through arithmetic either.
macro_rules! integer_rules {
    ($($t:ident)*) => { $(integer_rules! { @of $t Add Sub Mul Div Rem min max })* };
    (@of $t:ident $($op:ident)*) => { $(
        impl Rule2<op::$op, (), $t, $t> for $t {
            #[inline(always)]
            fn pull_lhs(_: Kept<$t>, _: Kept<$t>, (): &(), _: Kept<$t>, (): &(), (): &mut ()) {}
            #[inline(always)]
            fn pull_rhs(_: Kept<$t>, _: Kept<$t>, (): &(), _: Kept<$t>, (): &(), (): &mut ()) {}
            #[inline(always)]
            fn push_lhs(_: Kept<$t>, _: Kept<$t>, (): &(), _: Kept<$t>, (): &()) {}
            #[inline(always)]
            fn push_rhs(_: Kept<$t>, _: Kept<$t>, (): &(), _: Kept<$t>, (): &()) {}
        }
    )* };
}
integer_rules! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }

/// The same for `-n` and `n.abs()`.
macro_rules! signed_rules {
    ($($t:ident)*) => { $(signed_rules! { @of $t Neg abs })* };
    (@of $t:ident $($op:ident)*) => { $(
        impl Rule1<op::$op, (), $t> for $t {
            #[inline(always)]
            fn pull(_: Kept<$t>, (): &(), _: Kept<$t>, (): &(), (): &mut ()) {}
            #[inline(always)]
            fn push(_: Kept<$t>, (): &(), _: Kept<$t>, (): &()) {}
        }
    )* };
}
signed_rules! { i8 i16 i32 i64 isize }
