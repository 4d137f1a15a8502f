//! Elementwise functions: every row of the table, and the binary ones that tensors have.
//!
//! Input: a tensor. Output: one of the same shape. Invariant: value and derivative come from the same row as a scalar's.

use super::Tensor;
use super::arithmetic::{Operand, pull, pull_later, push, spread, zip};
use super::chain::{Packed, block};
use super::compare::Mask;
use super::dims::{Dims, ShapeError, checked};
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1, Rule2};

/// Whether a function takes longer than to write its result down.
const fn is_costly(name: &str) -> bool {
    !matches!(
        name.as_bytes(),
        b"relu" | b"leaky_relu" | b"abs" | b"square" | b"clamp" | b"recip" | b"to_radians" | b"to_degrees" | b"fract"
    )
}

/// Parameters, as a step keeps them.
fn packed<const N: usize>(params: [f64; N]) -> [f64; 2] {
    std::array::from_fn(|k| params.get(k).copied().unwrap_or(0.0))
}

macro_rules! unary {
    ($($name:ident($x:ident $(; $($p:ident: $pt:ty = $pv:literal),*)?) = $z:ident, on $lo:literal..$hi:literal, keep $($k:ident)* => $d:expr;)*) => { $(
        impl<T: Real> Tensor<T> {
            #[doc = concat!(
                "`", stringify!($name), "` of each entry; see [`Real::", stringify!($name), "`].\n\n```\n# use pullback::prelude::*;\nlet x: Tensor<f64> = tensor![",
                stringify!($lo), ", ", stringify!($hi), "];\nassert_eq!(x.", stringify!($name), "(", $($(stringify!($pv), ",",)*)? ")[1], Real::",
                stringify!($name), "(", stringify!($hi), "_f64", $($(", ", stringify!($pv),)*)? "));\n```"
            )]
            #[must_use]
            pub fn $name(&self $($(, $p: $pt)*)?) -> Self {
                let params = packed([$($($p.pack()),*)?]);
                self.note([], params, block!(|v, [] $(; $($p: $pt),*)?| Real::$name(v $($(, $p)*)?)), is_costly(stringify!($name)))
                    .unwrap_or_else(|| self.map(|v| Real::$name(v $($(, $p)*)?)))
            }
        }
        #[allow(unused_variables, clippy::unused_unit, reason = "a rule reads what its row keeps")]
        impl<T: Real> Rule1<op::$name, ($($($pt,)*)?), Tensor<T>> for Tensor<T> {
            fn pull($x: Kept<Self>, p: &($($($pt,)*)?), $z: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
                $(let ($($p,)*) = *p;)?
                let params = packed([$($($p.pack()),*)?]);
                if pull_later(x_bar, $x.shape(), z_bar, [$($k.value()),*], params, block!(|g, [$($k),*] $(; $($p: $pt),*)?| g * ($d))) {
                    return;
                }
                pull(x_bar, $x.shape(), z_bar, [$($k.value()),*], |g, [$($k),*]| g * ($d));
            }
            fn push($x: Kept<Self>, p: &($($($pt,)*)?), $z: Kept<Self>, x_dot: &Self) -> Self {
                $(let ($($p,)*) = *p;)?
                push(x_dot, $x.shape(), [$($k.value()),*], |g, [$($k),*]| g * ($d))
            }
        }
    )* };
}

macro_rules! table {
    (
        unary { $($u:ident($ux:ident) = $uz:ident, on $ul:literal..$uh:literal, keep $($uk:ident)* => $ud:expr;)* }
        parametric { $($p:ident($px:ident; $($pa:ident: $pt:ty = $pv:literal),*) = $pz:ident, on $pl:literal..$ph:literal, keep $($pk:ident)* => $pd:expr;)* }
        binary { $($b:ident($bx:ident, $by:ident) = $bz:ident, on $bl:literal..$bh:literal, keep $($bk:ident)* => $bd:expr, keep $($bm:ident)* => $be:expr;)* }
    ) => {
        unary! {
            $($u($ux) = $uz, on $ul..$uh, keep $($uk)* => $ud;)*
            $($p($px; $($pa: $pt = $pv),*) = $pz, on $pl..$ph, keep $($pk)* => $pd;)*
        }
    };
}
elementary!(table);

impl<T: Real> Tensor<T> {
    /// Each entry to the power `exponent`.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor<f64> = tensor![1.0, 4.0];
    /// assert_eq!(x.powf(0.5), tensor![1.0, 2.0]);
    /// ```
    #[must_use]
    pub fn powf(&self, exponent: T) -> Self {
        self.map(|v| Real::powf(v, exponent))
    }

    /// The larger of two entries, with broadcasting. At a tie each gets half the gradient, as in PyTorch.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let (x, y): (Tensor, Tensor) = (tensor![1.0, 5.0], tensor![3.0, 2.0]);
    /// assert_eq!(x.maximum(&y), tensor![3.0, 5.0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn maximum(&self, other: &Tensor<T>) -> Self {
        checked(self.try_maximum(other))
    }

    /// The larger of two entries, with broadcasting.
    ///
    /// # Errors
    /// If the shapes do not broadcast.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = Tensor::ones([2]);
    /// assert!(x.try_maximum(&Tensor::ones([3])).is_err());
    /// ```
    pub fn try_maximum(&self, other: &Tensor<T>) -> Result<Self, ShapeError> {
        zip("maximum", self, other, |a, b| if a.is_nan() || a > b { a } else { b })
    }

    /// The smaller of two entries, with broadcasting. At a tie each gets half the gradient, as in PyTorch.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let (x, y): (Tensor, Tensor) = (tensor![1.0, 5.0], tensor![3.0, 2.0]);
    /// assert_eq!(x.minimum(&y), tensor![1.0, 2.0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn minimum(&self, other: &Tensor<T>) -> Self {
        checked(self.try_minimum(other))
    }

    /// The smaller of two entries, with broadcasting.
    ///
    /// # Errors
    /// If the shapes do not broadcast.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = Tensor::ones([2]);
    /// assert!(x.try_minimum(&Tensor::ones([3])).is_err());
    /// ```
    pub fn try_minimum(&self, other: &Tensor<T>) -> Result<Self, ShapeError> {
        zip("minimum", self, other, |a, b| if a.is_nan() || a < b { a } else { b })
    }

    /// The entries of `self` where the mask is set, else those of `other`, with broadcasting to the mask's shape.
    ///
    /// # Panics
    /// If the shapes do not broadcast to the mask's.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![-1.0, 2.0];
    /// assert_eq!(x.where_else(&Tensor::scalar(0.5), &x.gt(0.0)), tensor![0.5, 2.0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn where_else(&self, other: &Tensor<T>, mask: &Mask) -> Self {
        checked(self.try_where_else(other, mask))
    }

    /// The entries of `self` where the mask is set, else those of `other`.
    ///
    /// # Errors
    /// If the shapes do not broadcast to the mask's.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = Tensor::ones([2]);
    /// assert!(x.try_where_else(&Tensor::ones([3]), &x.gt(0.0)).is_err());
    /// ```
    pub fn try_where_else(&self, other: &Tensor<T>, mask: &Mask) -> Result<Self, ShapeError> {
        let dims = mask.dims();
        if self.dims().broadcast(dims) != Some(*dims) || other.dims().broadcast(dims) != Some(*dims) {
            let problem = format!("they do not broadcast to the mask's shape {dims:?}");
            return Err(ShapeError::new("where_else", &[self.dims(), other.dims()], problem));
        }
        let (a, b) = (spread(self, dims), spread(other, dims));
        let pick = mask.as_slice().iter().zip(a.as_slice().iter().zip(b.as_slice())).map(|(m, (a, b))| if *m { *a } else { *b });
        Ok(Tensor::from_parts(*dims, pick.collect()))
    }
}

/// The share of the gradient that goes to `x` in `maximum(x, y)`.
fn share<T: Real>(x: T, y: T) -> T {
    T::HALF * (T::ONE + (x - y).sign())
}

macro_rules! binary {
    ($($op:ident: |$g:ident, $x:ident, $y:ident| $l:expr, $r:expr;)*) => { $(
        impl<T: Real> Rule2<op::$op, (), Tensor<T>, Tensor<T>> for Tensor<T> {
            fn pull_lhs(x: Kept<Self>, y: Kept<Self>, (): &(), _: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
                pull(x_bar, x.shape(), z_bar, [x.value(), y.value()], |$g, [$x, $y]| $l);
            }
            fn pull_rhs(x: Kept<Self>, y: Kept<Self>, (): &(), _: Kept<Self>, z_bar: &Self, y_bar: &mut Self) {
                pull(y_bar, y.shape(), z_bar, [x.value(), y.value()], |$g, [$x, $y]| $r);
            }
            fn push_lhs(x: Kept<Self>, y: Kept<Self>, (): &(), z: Kept<Self>, x_dot: &Self) -> Self {
                push(x_dot, z.shape(), [x.value(), y.value()], |$g, [$x, $y]| $l)
            }
            fn push_rhs(x: Kept<Self>, y: Kept<Self>, (): &(), z: Kept<Self>, y_dot: &Self) -> Self {
                push(y_dot, z.shape(), [x.value(), y.value()], |$g, [$x, $y]| $r)
            }
        }
    )* };
}
binary! {
    maximum: |g, x, y| g * share(x, y), g * share(y, x);
    minimum: |g, x, y| g * share(y, x), g * share(x, y);
}

macro_rules! power {
    ($($t:ident)*) => { $(
        impl Rule2<op::powf, (), $t, Tensor<$t>> for Tensor<$t> {
            fn pull_lhs(x: Kept<Self>, y: Kept<$t>, (): &(), _: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
                let p = *y.value();
                pull(x_bar, x.shape(), z_bar, [x.value()], |g, [x]| if p == 0.0 { 0.0 } else { g * p * x.powf(p - 1.0) });
            }
            fn pull_rhs(x: Kept<Self>, y: Kept<$t>, (): &(), z: Kept<Self>, z_bar: &Self, y_bar: &mut $t) {
                let (p, mut bar) = (*y.value(), crate::differentiable::Tangent::zero());
                pull(&mut bar, &Dims::default(), z_bar, [x.value(), z.value()], |g, [x, z]| if x == 0.0 && p >= 0.0 { 0.0 } else { g * z * x.ln() });
                *y_bar += bar.as_slice().iter().sum::<$t>();
            }
            fn push_lhs(x: Kept<Self>, y: Kept<$t>, (): &(), _: Kept<Self>, x_dot: &Self) -> Self {
                let p = *y.value();
                push(x_dot, x.shape(), [x.value()], |g, [x]| if p == 0.0 { 0.0 } else { g * p * x.powf(p - 1.0) })
            }
            fn push_rhs(x: Kept<Self>, y: Kept<$t>, (): &(), z: Kept<Self>, y_dot: &$t) -> Self {
                let p = *y.value();
                push(&Tensor::scalar(*y_dot), x.shape(), [x.value(), z.value()], |g, [x, z]| if x == 0.0 && p >= 0.0 { 0.0 } else { g * z * x.ln() })
            }
        }
    )* };
}
power!(f32 f64);

/// `g` where the mask says so, else zero, summed into `bar`.
fn masked<T: Real>(bar: &mut Tensor<T>, dims: &Dims, z_bar: &Tensor<T>, mask: &Mask, wanted: bool) {
    let weights = mask.weights(wanted);
    pull(bar, dims, z_bar, [&weights], |g, [w]| if w == T::ZERO { T::ZERO } else { g });
}

impl<T: Real> Rule2<op::where_else, (&Mask,), Tensor<T>, Tensor<T>> for Tensor<T> {
    fn pull_lhs(x: Kept<Self>, _: Kept<Self>, (mask,): &(&Mask,), _: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
        masked(x_bar, x.shape(), z_bar, mask, true);
    }
    fn pull_rhs(_: Kept<Self>, y: Kept<Self>, (mask,): &(&Mask,), _: Kept<Self>, z_bar: &Self, y_bar: &mut Self) {
        masked(y_bar, y.shape(), z_bar, mask, false);
    }
    fn push_lhs(_: Kept<Self>, _: Kept<Self>, (mask,): &(&Mask,), z: Kept<Self>, x_dot: &Self) -> Self {
        push(x_dot, z.shape(), [&mask.weights(true)], |g, [w]| g * w)
    }
    fn push_rhs(_: Kept<Self>, _: Kept<Self>, (mask,): &(&Mask,), z: Kept<Self>, y_dot: &Self) -> Self {
        push(y_dot, z.shape(), [&mask.weights(false)], |g, [w]| g * w)
    }
}

impl<T: Real> Tensor<T> {
    /// Whether all entries differ by no more than `tolerance`.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor<f64> = tensor![1.0, 2.0];
    /// assert!(x.all_close(&x + 1e-9, 1e-6) && !x.all_close(0.0, 1e-6));
    /// ```
    #[must_use]
    pub fn all_close(&self, other: impl Operand<T>, tolerance: T) -> bool {
        let other = other.operand();
        zip("all_close", self, &other, |a, b| Real::abs(a - b)).is_ok_and(|d| d.as_slice().iter().all(|v| *v <= tolerance))
    }
}
