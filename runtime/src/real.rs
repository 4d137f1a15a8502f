//! What a function generic over `f32` and `f64` asks of its scalar: the trait [`Real`].
//!
//! Input: a float. Output: the functions of the standard library and the activations it lacks. Invariant: the two implementations come
//! from one macro, so that they cannot differ.

use crate::differentiable::{Differentiable, Parameters, Tangent};
use std::fmt::{Debug, Display, LowerExp};
use std::iter::{Product, Sum};
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

macro_rules! real {
    (
        unary { $($unary:ident)* } binary { $($binary:ident)* }
        constants { $($name:ident = $value:expr, $doc:literal;)* }
    ) => {
        /// A real scalar: `f32` or `f64`. `fn f<T: Real>(x: T) -> T` is differentiable for both.
        ///
        /// ```
        /// use pullback::Real;
        /// fn logistic<T: Real>(x: T) -> T { T::ONE / (T::ONE + (-x).exp()) }
        /// assert_eq!(logistic(0.0_f64), 0.5);
        /// ```
        pub trait Real:
            Copy + Send + Sync + 'static + PartialOrd + Debug + Display + LowerExp + Default
            + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Rem<Output = Self>
            + for<'a> Add<&'a Self, Output = Self> + for<'a> Sub<&'a Self, Output = Self> + for<'a> Mul<&'a Self, Output = Self>
            + for<'a> Div<&'a Self, Output = Self> + for<'a> Rem<&'a Self, Output = Self>
            + AddAssign + SubAssign + MulAssign + DivAssign + RemAssign + Neg<Output = Self>
            + Sum + Product + for<'a> Sum<&'a Self> + for<'a> Product<&'a Self>
            + Differentiable<Tangent = Self, Base = Self, Bar = Self, Own = crate::differentiable::ownness::Library, Shape = ()> + Parameters + Tangent
            + crate::call::ScalarResult<()> + crate::rule::Arithmetic
        {
            $(#[doc = $doc] const $name: Self;)*
            /// Lets `f` use what this thread keeps of dropped tensors; `None` while the thread ends.
            #[doc(hidden)]
            fn with_pool<R>(f: impl FnOnce(&mut crate::tensor::Pool<Self>) -> R) -> Option<R>;
            /// A lone zero that lives for ever: the data of a symbolic zero.
            #[doc(hidden)]
            const ZEROS: &'static [Self];
            /// The nearest value to a constant.
            ///
            /// ```
            /// use pullback::Real;
            /// fn third<T: Real>() -> T {
            ///     T::from_f64(1.0 / 3.0)
            /// }
            /// assert_eq!(third::<f32>(), 1.0 / 3.0);
            /// ```
            fn from_f64(value: f64) -> Self;
            /// The value in double precision.
            ///
            /// ```
            /// use pullback::Real;
            /// assert_eq!(0.5_f32.to_f64(), 0.5);
            /// ```
            fn to_f64(self) -> f64;
            $(
                #[doc = concat!(
                    "`", stringify!($unary), "(x)`, as in the standard library.\n\n```\nuse pullback::Real;\nassert_eq!(Real::",
                    stringify!($unary), "(1.0_f64), 1.0_f64.", stringify!($unary), "());\n```"
                )]
                #[must_use]
                fn $unary(self) -> Self;
            )*
            $(
                #[doc = concat!(
                    "`", stringify!($binary), "(x, y)`, as in the standard library.\n\n```\nuse pullback::Real;\nassert_eq!(Real::",
                    stringify!($binary), "(2.0_f64, 3.0), 2.0_f64.", stringify!($binary), "(3.0));\n```"
                )]
                #[must_use]
                fn $binary(self, other: Self) -> Self;
            )*
            /// `xⁿ` for an integer `n`.
            ///
            /// ```
            /// use pullback::Real;
            /// assert_eq!(Real::powi(2.0_f64, -2), 0.25);
            /// ```
            #[must_use]
            fn powi(self, n: i32) -> Self;
            /// `a x + b`, rounded once.
            ///
            /// ```
            /// use pullback::Real;
            /// assert_eq!(Real::mul_add(2.0_f64, 3.0, 1.0), 7.0);
            /// ```
            #[must_use]
            fn mul_add(self, a: Self, b: Self) -> Self;
            /// `(sin x, cos x)`.
            ///
            /// ```
            /// use pullback::Real;
            /// assert_eq!(Real::sin_cos(0.0_f64), (0.0, 1.0));
            /// ```
            fn sin_cos(self) -> (Self, Self);
            /// Whether this is NaN.
            ///
            /// ```
            /// use pullback::Real;
            /// assert!(Real::is_nan(f64::NAN));
            /// ```
            fn is_nan(self) -> bool;
            /// Whether this is neither infinite nor NaN.
            ///
            /// ```
            /// use pullback::Real;
            /// assert!(!Real::is_finite(f64::INFINITY));
            /// ```
            fn is_finite(self) -> bool;
            /// `x²`.
            ///
            /// ```
            /// use pullback::Real;
            /// assert_eq!(3.0_f64.square(), 9.0);
            /// ```
            #[must_use]
            #[inline(always)]
            fn square(self) -> Self {
                self * self
            }
            /// `erf(x) = 2/√π ∫₀ˣ e^(−t²) dt`. The standard library has an unstable method of this name, of which rustc warns at `x.erf()`: write
            /// `Real::erf(x)`.
            ///
            /// ```
            /// use pullback::Real;
            /// assert!((Real::erf(1.0_f64) - 0.842_700_792_949_714_9).abs() < 1e-15);
            /// ```
            #[must_use]
            fn erf(self) -> Self;
            /// `min(max(x, lo), hi)`.
            ///
            /// # Panics
            /// If `lo > hi` or either is NaN.
            ///
            /// ```
            /// use pullback::Real;
            /// assert_eq!(Real::clamp(3.0_f64, 0.0, 1.0), 1.0);
            /// ```
            #[must_use]
            fn clamp(self, lo: Self, hi: Self) -> Self;
            /// The logistic function, `1 / (1 + e⁻ˣ)`, without overflow.
            ///
            /// ```
            /// use pullback::Real;
            /// assert_eq!(0.0_f64.sigmoid(), 0.5);
            /// assert_eq!((-1e4_f64).sigmoid(), 0.0);
            /// ```
            #[must_use]
            #[inline]
            fn sigmoid(self) -> Self {
                let e = (-Real::abs(self)).exp();
                (if self >= Self::ZERO { Self::ONE } else { e }) / (Self::ONE + e)
            }
            /// `max(x, 0)`; NaN stays NaN. Its derivative at 0 is 0.
            ///
            /// ```
            /// use pullback::Real;
            /// assert_eq!(((-1.0_f64).relu(), 2.0_f64.relu()), (0.0, 2.0));
            /// ```
            #[must_use]
            #[inline]
            fn relu(self) -> Self {
                if self <= Self::ZERO { Self::ZERO } else { self }
            }
            /// `x` for positive `x`, else `slope · x`.
            ///
            /// ```
            /// use pullback::Real;
            /// assert_eq!((-2.0_f64).leaky_relu(0.1), -0.2);
            /// ```
            #[must_use]
            #[inline]
            fn leaky_relu(self, slope: Self) -> Self {
                if self > Self::ZERO { self } else { self * slope }
            }
            /// The Gaussian error linear unit, `x Φ(x)`, exact.
            ///
            /// ```
            /// use pullback::Real;
            /// assert_eq!(0.0_f64.gelu(), 0.0);
            /// assert!((10.0_f64.gelu() - 10.0).abs() < 1e-12);
            /// ```
            #[must_use]
            #[inline]
            fn gelu(self) -> Self {
                self * self.normal_cdf()
            }
            /// The sigmoid linear unit ("swish"), `x σ(x)`.
            ///
            /// ```
            /// use pullback::Real;
            /// assert_eq!(0.0_f64.silu(), 0.0);
            /// ```
            #[must_use]
            #[inline]
            fn silu(self) -> Self {
                self * self.sigmoid()
            }
            /// `ln(1 + eˣ)`, without overflow.
            ///
            /// ```
            /// use pullback::Real;
            /// assert_eq!(0.0_f64.softplus(), std::f64::consts::LN_2);
            /// assert_eq!(1e4_f64.softplus(), 1e4);
            /// ```
            #[must_use]
            #[inline]
            fn softplus(self) -> Self {
                self.relu() + (-Real::abs(self)).exp().ln_1p()
            }
            /// `Φ(x)`, the distribution function of the standard normal distribution.
            ///
            /// ```
            /// use pullback::Real;
            /// assert_eq!(0.0_f64.normal_cdf(), 0.5);
            /// ```
            #[must_use]
            #[inline]
            fn normal_cdf(self) -> Self {
                Self::HALF * (Self::ONE + (self * Self::FRAC_1_SQRT_2).erf())
            }
            /// `φ(x)`, the density of the standard normal distribution.
            ///
            /// ```
            /// use pullback::Real;
            /// assert!((0.0_f64.normal_pdf() - 0.398_942_280_401_432_7).abs() < 1e-15);
            /// ```
            #[must_use]
            #[inline]
            fn normal_pdf(self) -> Self {
                Self::HALF * Self::TWO_OVER_SQRT_PI * Self::FRAC_1_SQRT_2 * (-Self::HALF * self * self).exp()
            }
            /// The sign, with `sign(0) = 0`: the subgradient of `|x|`.
            ///
            /// ```
            /// use pullback::Real;
            /// assert_eq!((Real::sign(-3.0_f64), Real::sign(0.0_f64)), (-1.0, 0.0));
            /// ```
            #[must_use]
            #[inline]
            fn sign(self) -> Self {
                if self > Self::ZERO { Self::ONE } else if self < Self::ZERO { -Self::ONE } else { self * Self::ZERO }
            }
            /// 1 for positive `x`, else 0: the subgradient of `relu`.
            ///
            /// ```
            /// use pullback::Real;
            /// assert_eq!((Real::step(-3.0_f64), Real::step(2.0_f64)), (0.0, 1.0));
            /// ```
            #[must_use]
            #[inline]
            fn step(self) -> Self {
                if self > Self::ZERO { Self::ONE } else { Self::ZERO }
            }
            /// `C = αAB + βC`, row and column strides given.
            ///
            /// # Safety
            /// The pointers are valid for all entries the sizes and strides reach; `c` overlaps neither `a` nor `b`.
            #[doc(hidden)]
            #[allow(clippy::too_many_arguments, reason = "the signature of BLAS")]
            unsafe fn gemm(
                m: usize, k: usize, n: usize, alpha: Self, a: *const Self, rsa: isize, csa: isize,
                b: *const Self, rsb: isize, csb: isize, beta: Self, c: *mut Self, rsc: isize, csc: isize,
            );
        }

        macro_rules! real_for {
            ($t:ident, $gemm:ident, $erf:ident) => {
                impl Real for $t {
                    $(const $name: Self = $value as $t;)*
                    const ZEROS: &'static [Self] = &[0.0];
                    fn with_pool<R>(f: impl FnOnce(&mut crate::tensor::Pool<Self>) -> R) -> Option<R> {
                        thread_local! {
                            static POOL: std::cell::RefCell<crate::tensor::Pool<$t>> = const { std::cell::RefCell::new(crate::tensor::Pool::new()) };
                        }
                        POOL.try_with(|pool| pool.try_borrow_mut().ok().map(|mut pool| f(&mut pool))).ok().flatten()
                    }
                    #[inline(always)]
                    #[allow(clippy::cast_possible_truncation, reason = "rounding is the purpose")]
                    fn from_f64(value: f64) -> Self { value as $t }
                    #[inline(always)]
                    fn to_f64(self) -> f64 { f64::from(self) }
                    $(#[inline(always)] fn $unary(self) -> Self { <$t>::$unary(self) })*
                    $(#[inline(always)] fn $binary(self, other: Self) -> Self { <$t>::$binary(self, other) })*
                    #[inline(always)]
                    fn powi(self, n: i32) -> Self { <$t>::powi(self, n) }
                    #[inline(always)]
                    fn mul_add(self, a: Self, b: Self) -> Self { <$t>::mul_add(self, a, b) }
                    #[inline(always)]
                    fn sin_cos(self) -> (Self, Self) { <$t>::sin_cos(self) }
                    #[inline(always)]
                    fn is_nan(self) -> bool { <$t>::is_nan(self) }
                    #[inline(always)]
                    fn is_finite(self) -> bool { <$t>::is_finite(self) }
                    #[inline(always)]
                    fn erf(self) -> Self { libm::$erf(self) }
                    #[inline(always)]
                    fn clamp(self, lo: Self, hi: Self) -> Self { <$t>::clamp(self, lo, hi) }
                    #[inline]
                    unsafe fn gemm(
                        m: usize, k: usize, n: usize, alpha: Self, a: *const Self, rsa: isize, csa: isize,
                        b: *const Self, rsb: isize, csb: isize, beta: Self, c: *mut Self, rsc: isize, csc: isize,
                    ) {
                        // SAFETY: the caller's promise is matrixmultiply's.
                        unsafe { matrixmultiply::$gemm(m, k, n, alpha, a, rsa, csa, b, rsb, csb, beta, c, rsc, csc) }
                    }
                }
            };
        }
        real_for!(f32, sgemm, erff);
        real_for!(f64, dgemm, erf);
    };
}

real! {
    unary {
        exp exp2 exp_m1 ln ln_1p log2 log10 sqrt cbrt recip abs sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh
        to_radians to_degrees fract floor ceil round trunc signum
    }
    binary { powf max min atan2 hypot copysign rem_euclid log midpoint }
    constants {
        ZERO = 0.0_f64, "0.";
        ONE = 1.0_f64, "1.";
        TWO = 2.0_f64, "2.";
        HALF = 0.5_f64, "1/2.";
        PI = std::f64::consts::PI, "π.";
        E = std::f64::consts::E, "e.";
        LN_2 = std::f64::consts::LN_2, "ln 2.";
        LN_10 = std::f64::consts::LN_10, "ln 10.";
        FRAC_1_SQRT_2 = std::f64::consts::FRAC_1_SQRT_2, "1/√2.";
        TWO_OVER_SQRT_PI = std::f64::consts::FRAC_2_SQRT_PI, "2/√π.";
        INFINITY = f64::INFINITY, "∞.";
        NEG_INFINITY = f64::NEG_INFINITY, "−∞.";
        NAN = f64::NAN, "Not a number.";
    }
}
