//! `+ − × ÷` with broadcasting, tensor with tensor and with scalar, and the rules of their adjoints.
//!
//! Input: two operands. Output: a tensor of the shape they broadcast to. Invariant: the adjoint of a broadcast sums over what it repeated;
//! an operand that is not shared lends its memory to the result.

use super::Tensor;
use super::chain::{Apply, LONG};
use super::dims::{Dims, ShapeError, checked};
use super::storage::Storage;
use super::view::View;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1, Rule2};
use std::borrow::Cow;

/// The right operand of an operation: a tensor, or a scalar.
///
/// ```
/// # use pullback::prelude::*;
/// let x: Tensor<f64> = tensor![1.0, 5.0];
/// assert!(!x.all_close(2.0, 0.5) && x.all_close(&tensor![1.0, 5.0], 0.0));
/// ```
pub trait Operand<T: Real> {
    /// The same as a tensor.
    ///
    /// ```
    /// use pullback::Tensor;
    /// use pullback::tensor::Operand;
    /// assert_eq!(2.0_f64.operand().into_owned(), Tensor::scalar(2.0));
    /// ```
    fn operand(&self) -> Cow<'_, Tensor<T>>;
}

impl<T: Real> Operand<T> for Tensor<T> {
    fn operand(&self) -> Cow<'_, Tensor<T>> {
        Cow::Borrowed(self)
    }
}
impl<T: Real> Operand<T> for &Tensor<T> {
    fn operand(&self) -> Cow<'_, Tensor<T>> {
        Cow::Borrowed(self)
    }
}
macro_rules! scalar_operand {
    ($($t:ty),*) => { $(
        impl Operand<$t> for $t {
            fn operand(&self) -> Cow<'_, Tensor<$t>> { Cow::Owned(Tensor::scalar(*self)) }
        }
    )* };
}
scalar_operand!(f32, f64);

/// A tensor repeated to a shape.
pub(super) fn spread<T: Real>(x: &Tensor<T>, to: &Dims) -> Tensor<T> {
    if x.dims() == to { x.clone() } else { Tensor::from_parts(*to, View::broadcast(x.dims(), to).gather(x.as_slice())) }
}

/// `f` of each pair of entries.
pub(super) fn zip<T: Real>(op: &'static str, x: &Tensor<T>, y: &Tensor<T>, f: impl Fn(T, T) -> T) -> Result<Tensor<T>, ShapeError> {
    let Some(dims) = x.dims().broadcast(y.dims()) else {
        return Err(ShapeError::new(op, &[x.dims(), y.dims()], "the shapes do not broadcast"));
    };
    if x.dims() == y.dims() {
        return Ok(Tensor::from_parts(dims, x.as_slice().iter().zip(y.as_slice()).map(|(a, b)| f(*a, *b)).collect()));
    }
    if *y.dims() == dims {
        let mut z = y.clone();
        combine(&mut z, x, |b, a| f(a, b));
        return Ok(z);
    }
    let mut z = spread(x, &dims);
    combine(&mut z, y, f);
    Ok(z)
}

/// What an operation does with a part of its operands' entries.
struct Parts<T> {
    /// `x = op(x, y)`.
    left: Apply<T>,
    /// `y = op(x, y)`, where `x` is the other.
    right: Apply<T>,
}

/// As [`zip`], to be run later if the operands are long.
fn later<T: Real>(x: &Tensor<T>, y: &Tensor<T>, parts: &Parts<T>) -> Option<Tensor<T>> {
    if x.numel() >= y.numel() { x.later([y], [0.0; 2], parts.left) } else { y.later([x], [0.0; 2], parts.right) }
}

/// As [`zip`], in the memory of `x` if the result fits in it and nobody shares it.
fn zip_into<T: Real>(op: &'static str, mut x: Tensor<T>, y: &Tensor<T>, f: impl Fn(T, T) -> T) -> Result<Tensor<T>, ShapeError> {
    if x.data.as_mut().is_some_and(Storage::is_own) && x.dims().broadcast(y.dims()) == Some(*x.dims()) {
        combine(&mut x, y, f);
        return Ok(x);
    }
    zip(op, &x, y, f)
}

/// As [`zip`], in the memory of `y` if the result fits in it and nobody shares it.
fn zip_from<T: Real>(op: &'static str, x: &Tensor<T>, mut y: Tensor<T>, f: impl Fn(T, T) -> T) -> Result<Tensor<T>, ShapeError> {
    if y.data.as_mut().is_some_and(Storage::is_own) && x.dims().broadcast(y.dims()) == Some(*y.dims()) {
        combine(&mut y, x, |b, a| f(a, b));
        return Ok(y);
    }
    zip(op, x, &y, f)
}

/// `x = f(x, y)` for each entry, y repeated to the shape of x.
fn combine<T: Real>(x: &mut Tensor<T>, y: &Tensor<T>, f: impl Fn(T, T) -> T) {
    let (view, entries) = (View::broadcast(y.dims(), x.dims()).whole(), y.as_slice());
    let x = x.as_mut_slice();
    view.runs(|at, from, stride, run| {
        let part = &mut x[at..at + run];
        match stride {
            1 => part.iter_mut().zip(&entries[from..from + run]).for_each(|(a, b)| *a = f(*a, *b)),
            0 => part.iter_mut().for_each(|a| *a = f(*a, entries[from])),
            _ => part.iter_mut().zip(entries[from..].iter().step_by(stride)).for_each(|(a, b)| *a = f(*a, *b)),
        }
    });
}

/// `bar += Σ f(z̄, …)`, summed over what broadcasting repeated; `others` are spread to the shape of z̄ first.
pub(super) fn pull<T: Real, const N: usize>(
    bar: &mut Tensor<T>,
    dims: &Dims,
    z_bar: &Tensor<T>,
    others: [&Tensor<T>; N],
    f: impl Fn(T, [T; N]) -> T,
) {
    if z_bar.data.is_none() {
        return;
    }
    let (to, n) = (z_bar.dims(), z_bar.numel());
    if N == 0 && dims == to && bar.data.is_none() && f(T::ONE, [T::ZERO; N]) == T::ONE {
        // an adjoint is linear in z̄: this one is z̄ itself
        *bar = z_bar.clone();
        return;
    }
    let others = others.map(|o| spread(o, to));
    let (g, others) = (z_bar.as_slice(), others.each_ref().map(|o| &o.as_slice()[..n]));
    let each = |k: usize, g: &T| f(*g, std::array::from_fn(|j| others[j][k]));
    if dims == to && bar.data.is_none() {
        *bar = Tensor::from_parts(*dims, g.iter().enumerate().map(|(k, g)| each(k, g)).collect());
        return;
    }
    let entries = bar.zeroed(dims);
    View::broadcast(dims, to).whole().runs(|at, from, stride, run| {
        let terms = g[at..at + run].iter().enumerate().map(|(j, g)| each(at + j, g));
        match stride {
            1 => entries[from..from + run].iter_mut().zip(terms).for_each(|(b, term)| *b += term),
            0 => entries[from] += terms.sum::<T>(),
            _ => entries[from..].iter_mut().step_by(stride).zip(terms).for_each(|(b, term)| *b += term),
        }
    });
}

/// A first `bar = f(z̄, …)` of this shape, to be run later. Whether it is.
pub(super) fn pull_later<T: Real, const N: usize>(
    bar: &mut Tensor<T>,
    dims: &Dims,
    z_bar: &Tensor<T>,
    others: [&Tensor<T>; N],
    params: [f64; 2],
    apply: Apply<T>,
) -> bool {
    if N == 0 || bar.data.is_some() || dims != z_bar.dims() {
        return false;
    }
    let noted = z_bar.later(others, params, apply);
    let done = noted.is_some();
    if let Some(noted) = noted {
        *bar = noted;
    }
    done
}

/// ż from ẋ: `f(ẋ, …)`, spread to the shape of z.
pub(super) fn push<T: Real, const N: usize>(dot: &Tensor<T>, to: &Dims, others: [&Tensor<T>; N], f: impl Fn(T, [T; N]) -> T) -> Tensor<T> {
    if dot.data.is_none() {
        return crate::differentiable::Tangent::zero();
    }
    let (dot, others) = (spread(dot, to), others.map(|o| spread(o, to)));
    let (dot, others) = (dot.as_slice(), others.each_ref().map(Tensor::as_slice));
    Tensor::from_parts(*to, dot.iter().enumerate().map(|(k, d)| f(*d, std::array::from_fn(|j| others[j][k]))).collect())
}

impl<T: Real> Tensor<T> {
    /// `f` of each entry.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![1.0, 4.0];
    /// assert_eq!(x.map(f32::sqrt), tensor![1.0, 2.0]);
    /// ```
    #[must_use]
    pub fn map(&self, f: impl FnMut(T) -> T) -> Self {
        Tensor::from_parts(*self.dims(), self.as_slice().iter().copied().map(f).collect())
    }
}

macro_rules! operators {
    ($($op:ident $method:ident $try_method:ident $assign:ident $assign_method:ident, $name:literal, |$x:ident, $y:ident| $e:expr;)*) => { $(
        impl<T: Real> Tensor<T> {
            #[doc = concat!("`x ", $name, " y` with broadcasting.\n\n# Errors\nIf the shapes do not broadcast.\n\n```\n# use pullback::prelude::*;\nlet x: Tensor = Tensor::ones([2, 3]);\nassert_eq!(x.", stringify!($try_method), "(&Tensor::ones([3])).unwrap().shape(), [2, 3]);\nassert!(x.", stringify!($try_method), "(&Tensor::ones([2])).is_err());\n```")]
            pub fn $try_method(&self, other: &Tensor<T>) -> Result<Tensor<T>, ShapeError> {
                zip(stringify!($method), self, other, |$x, $y| $e)
            }
        }
        operators! { @pair [$op $method, x, y]
            Tensor<T>, Tensor<T> => later(&x, &y, &operators!(@parts |$x, $y| $e)).map_or_else(|| zip_into(stringify!($method), x, &y, |$x, $y| $e), Ok);
            Tensor<T>, &Tensor<T> => later(&x, y, &operators!(@parts |$x, $y| $e)).map_or_else(|| zip_into(stringify!($method), x, y, |$x, $y| $e), Ok);
            &Tensor<T>, Tensor<T> => later(x, &y, &operators!(@parts |$x, $y| $e)).map_or_else(|| zip_from(stringify!($method), x, y, |$x, $y| $e), Ok);
            &Tensor<T>, &Tensor<T> => later(x, y, &operators!(@parts |$x, $y| $e)).map_or_else(|| x.$try_method(y), Ok);
        }
        impl<T: Real> std::ops::$op<T> for &Tensor<T> {
            type Output = Tensor<T>;
            fn $method(self, $y: T) -> Tensor<T> {
                let step: Apply<T> = |xs, _, [y, _]| { let $y = T::from_f64(y); xs.iter_mut().for_each(|v| { let $x = *v; *v = $e; }); };
                self.later([], [$y.to_f64(), 0.0], step).unwrap_or_else(|| self.map(|$x| $e))
            }
        }
        impl<T: Real> std::ops::$op<T> for Tensor<T> {
            type Output = Tensor<T>;
            fn $method(mut self, $y: T) -> Tensor<T> {
                if self.numel() >= LONG {
                    return std::ops::$op::$method(&self, $y);
                }
                self.as_mut_slice().iter_mut().for_each(|v| { let $x = *v; *v = $e; });
                self
            }
        }
        operators! { @scalar [$op $method, |$x, $y| $e] f32 f64 }
        impl<T: Real> std::ops::$assign<&Tensor<T>> for Tensor<T> {
            #[track_caller]
            fn $assign_method(&mut self, other: &Tensor<T>) {
                if self.dims() != other.dims() {
                    let whole = checked(self.$try_method(other));
                    assert!(whole.dims() == self.dims(), concat!(stringify!($assign_method), ": shape {:?} and {:?}: the result has another shape"), self.dims(), other.dims());
                    *self = whole;
                    return;
                }
                self.as_mut_slice().iter_mut().zip(other.as_slice()).for_each(|(v, $y)| { let ($x, $y) = (*v, *$y); *v = $e; });
            }
        }
        impl<T: Real> std::ops::$assign<Tensor<T>> for Tensor<T> {
            #[track_caller]
            fn $assign_method(&mut self, other: Tensor<T>) { std::ops::$assign::$assign_method(self, &other); }
        }
        impl<T: Real> std::ops::$assign<T> for Tensor<T> {
            fn $assign_method(&mut self, $y: T) { self.as_mut_slice().iter_mut().for_each(|v| { let $x = *v; *v = $e; }); }
        }
    )* };
    (@parts |$x:ident, $y:ident| $e:expr) => {
        Parts {
            left: |xs, [ys, _], _| xs.iter_mut().zip(ys).for_each(|(v, y)| { let ($x, $y) = (*v, *y); *v = $e; }),
            right: |ys, [xs, _], _| ys.iter_mut().zip(xs).for_each(|(v, x)| { let ($x, $y) = (*x, *v); *v = $e; }),
        }
    };
    (@pair [$op:ident $method:ident, $l:ident, $r:ident] $($left:ty, $right:ty => $e:expr;)*) => { $(
        impl<T: Real> std::ops::$op<$right> for $left {
            type Output = Tensor<T>;
            #[track_caller]
            fn $method(self, $r: $right) -> Tensor<T> {
                let $l = self;
                checked($e)
            }
        }
    )* };
    (@scalar [$op:ident $method:ident, |$x:ident, $y:ident| $e:expr] $($t:ty)*) => { $(
        impl std::ops::$op<Tensor<$t>> for $t {
            type Output = Tensor<$t>;
            fn $method(self, other: Tensor<$t>) -> Tensor<$t> { std::ops::$op::$method(self, &other) }
        }
        impl std::ops::$op<&Tensor<$t>> for $t {
            type Output = Tensor<$t>;
            fn $method(self, other: &Tensor<$t>) -> Tensor<$t> {
                let step: Apply<$t> = |ys, _, [x, _]| { let $x = <$t as Real>::from_f64(x); ys.iter_mut().for_each(|v| { let $y = *v; *v = $e; }); };
                let $x = self;
                other.later([], [$x.to_f64(), 0.0], step).unwrap_or_else(|| other.map(|$y| $e))
            }
        }
    )* };
}
operators! {
    Add add try_add AddAssign add_assign, "+", |x, y| x + y;
    Sub sub try_sub SubAssign sub_assign, "−", |x, y| x - y;
    Mul mul try_mul MulAssign mul_assign, "×", |x, y| x * y;
    Div div try_div DivAssign div_assign, "÷", |x, y| x / y;
}

impl<T: Real> std::ops::Neg for &Tensor<T> {
    type Output = Tensor<T>;
    fn neg(self) -> Tensor<T> {
        self.later([], [0.0; 2], |xs, _, _| xs.iter_mut().for_each(|v| *v = -*v)).unwrap_or_else(|| self.map(|v| -v))
    }
}
impl<T: Real> std::ops::Neg for Tensor<T> {
    type Output = Tensor<T>;
    fn neg(mut self) -> Tensor<T> {
        if self.numel() >= LONG {
            return -&self;
        }
        self.as_mut_slice().iter_mut().for_each(|v| *v = -*v);
        self
    }
}

impl<T: Real> Rule1<op::Neg, (), Tensor<T>> for Tensor<T> {
    fn pull(x: Kept<Self>, (): &(), _: Kept<Self>, y_bar: &Self, x_bar: &mut Self) {
        pull(x_bar, x.shape(), y_bar, [], |g, []| -g);
    }
    fn push(x: Kept<Self>, (): &(), _: Kept<Self>, x_dot: &Self) -> Self {
        push(x_dot, x.shape(), [], |d, []| -d)
    }
}

/// A binary operation's four rules. `g` is z̄ or the tangent; each side names the values it reads.
macro_rules! rules {
    ($($op:ident($x:ident, $y:ident): $($lk:ident)* => |$g:ident| $l:expr, $($rk:ident)* => $r:expr;)*) => { $(
        #[allow(unused_variables, reason = "each side reads what it needs")]
        impl<T: Real> Rule2<op::$op, (), Tensor<T>, Tensor<T>> for Tensor<T> {
            fn pull_lhs($x: Kept<Self>, $y: Kept<Self>, (): &(), z: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
                if pull_later(x_bar, $x.shape(), z_bar, [$($lk.value()),*], [0.0; 2], super::chain::block!(|$g, [$($lk),*]| $l)) {
                    return;
                }
                pull(x_bar, $x.shape(), z_bar, [$($lk.value()),*], |$g, [$($lk),*]| $l);
            }
            fn pull_rhs($x: Kept<Self>, $y: Kept<Self>, (): &(), z: Kept<Self>, z_bar: &Self, y_bar: &mut Self) {
                if pull_later(y_bar, $y.shape(), z_bar, [$($rk.value()),*], [0.0; 2], super::chain::block!(|$g, [$($rk),*]| $r)) {
                    return;
                }
                pull(y_bar, $y.shape(), z_bar, [$($rk.value()),*], |$g, [$($rk),*]| $r);
            }
            fn push_lhs($x: Kept<Self>, $y: Kept<Self>, (): &(), z: Kept<Self>, x_dot: &Self) -> Self {
                push(x_dot, z.shape(), [$($lk.value()),*], |$g, [$($lk),*]| $l)
            }
            fn push_rhs($x: Kept<Self>, $y: Kept<Self>, (): &(), z: Kept<Self>, y_dot: &Self) -> Self {
                push(y_dot, z.shape(), [$($rk.value()),*], |$g, [$($rk),*]| $r)
            }
        }
        rules! { @scalar f32 $op($x, $y): $($lk)* => |$g| $l, $($rk)* => $r }
        rules! { @scalar f64 $op($x, $y): $($lk)* => |$g| $l, $($rk)* => $r }
    )* };
    (@scalar $t:ident $op:ident($x:ident, $y:ident): $($lk:ident)* => |$g:ident| $l:expr, $($rk:ident)* => $r:expr) => {
        #[allow(unused_variables, reason = "each side reads what it needs")]
        impl Rule2<op::$op, (), $t, Tensor<$t>> for Tensor<$t> {
            fn pull_lhs($x: Kept<Self>, $y: Kept<$t>, (): &(), z: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
                pull(x_bar, $x.shape(), z_bar, [$(&AsTensor::of(&$lk)),*], |$g, [$($lk),*]| $l);
            }
            fn pull_rhs($x: Kept<Self>, $y: Kept<$t>, (): &(), z: Kept<Self>, z_bar: &Self, y_bar: &mut $t) {
                let mut bar = crate::differentiable::Tangent::zero();
                pull(&mut bar, &Dims::default(), z_bar, [$(&AsTensor::of(&$rk)),*], |$g, [$($rk),*]| $r);
                *y_bar += bar.as_slice().iter().sum::<$t>();
            }
            fn push_lhs($x: Kept<Self>, $y: Kept<$t>, (): &(), z: Kept<Self>, x_dot: &Self) -> Self {
                push(x_dot, z.shape(), [$(&AsTensor::of(&$lk)),*], |$g, [$($lk),*]| $l)
            }
            fn push_rhs($x: Kept<Self>, $y: Kept<$t>, (): &(), z: Kept<Self>, y_dot: &$t) -> Self {
                push(&Tensor::scalar(*y_dot), z.shape(), [$(&AsTensor::of(&$rk)),*], |$g, [$($rk),*]| $r)
            }
        }
        #[allow(unused_variables, reason = "each side reads what it needs")]
        impl Rule2<op::$op, (), Tensor<$t>, Tensor<$t>> for $t {
            fn pull_lhs($x: Kept<$t>, $y: Kept<Tensor<$t>>, (): &(), z: Kept<Tensor<$t>>, z_bar: &Tensor<$t>, x_bar: &mut $t) {
                let mut bar = crate::differentiable::Tangent::zero();
                pull(&mut bar, &Dims::default(), z_bar, [$(&AsTensor::of(&$lk)),*], |$g, [$($lk),*]| $l);
                *x_bar += bar.as_slice().iter().sum::<$t>();
            }
            fn pull_rhs($x: Kept<$t>, $y: Kept<Tensor<$t>>, (): &(), z: Kept<Tensor<$t>>, z_bar: &Tensor<$t>, y_bar: &mut Tensor<$t>) {
                pull(y_bar, $y.shape(), z_bar, [$(&AsTensor::of(&$rk)),*], |$g, [$($rk),*]| $r);
            }
            fn push_lhs($x: Kept<$t>, $y: Kept<Tensor<$t>>, (): &(), z: Kept<Tensor<$t>>, x_dot: &$t) -> Tensor<$t> {
                push(&Tensor::scalar(*x_dot), z.shape(), [$(&AsTensor::of(&$lk)),*], |$g, [$($lk),*]| $l)
            }
            fn push_rhs($x: Kept<$t>, $y: Kept<Tensor<$t>>, (): &(), z: Kept<Tensor<$t>>, y_dot: &Tensor<$t>) -> Tensor<$t> {
                push(y_dot, z.shape(), [$(&AsTensor::of(&$rk)),*], |$g, [$($rk),*]| $r)
            }
        }
    };
}
rules! {
    Add(x, y): => |g| g, => g;
    Sub(x, y): => |g| g, => -g;
    Mul(x, y): y => |g| g * y, x => g * x;
    Div(x, y): y => |g| g / y, x y => -g * x / (y * y);
}

/// A kept operand as a tensor, a scalar as one without dimensions.
trait AsTensor<T: Real> {
    fn of(kept: &Self) -> Tensor<T>;
}
impl<T: Real> AsTensor<T> for Kept<'_, Tensor<T>> {
    fn of(kept: &Self) -> Tensor<T> {
        kept.value().clone()
    }
}
impl AsTensor<f32> for Kept<'_, f32> {
    fn of(kept: &Self) -> Tensor<f32> {
        Tensor::scalar(*kept.value())
    }
}
impl AsTensor<f64> for Kept<'_, f64> {
    fn of(kept: &Self) -> Tensor<f64> {
        Tensor::scalar(*kept.value())
    }
}
