//! Reductions over all entries, or over given axes.
//!
//! Input: a tensor. Output: a scalar, or a tensor whose reduced axes are gone or have size 1. Invariant: a [`Reduction`] says which result
//! each entry goes to; the value gathers along it, the adjoint spreads z̄ back along it. What a derivative reads is what its row keeps.

use super::Tensor;
use super::construct::count;
use super::dims::{Axes, Dims, ShapeError, checked};
use super::storage::Buffer;
use super::view::View;
use crate::differentiable::Tangent;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1};

mod kernels;

use kernels::{Kernel, LogSumExp, Max, Mean, Min, Norm, Prod, Std, Sum, Var};
pub(super) use kernels::{line_maxima, logsumexp_of, sums};

/// Which result each entry of an operand goes to: a view of the results, in the operand's shape.
pub(super) struct Reduction {
    view: View,
    /// How many results there are.
    pub(super) results: usize,
    /// How many entries go to each.
    entries: usize,
    /// The shape of the results.
    dims: Dims,
}

impl Reduction {
    /// All entries go to one result.
    fn all(dims: &Dims) -> Reduction {
        let view = View { offset: 0, dims: Dims::new(&[dims.numel()]), strides: Dims::new(&[0]) };
        Reduction { view, results: 1, entries: dims.numel(), dims: Dims::default() }
    }

    /// The entries along some axes go to one result; no axis stands for all of them.
    pub(super) fn over(op: &'static str, dims: &Dims, axes: &impl Axes, keepdim: bool) -> Result<Reduction, ShapeError> {
        let marked = dims.mark(op, axes)?;
        let everything = !marked.contains(&true);
        let gone = |k: &usize| everything || marked[*k];
        let kept = Dims::of((0..dims.len()).map(|k| if gone(&k) { 1 } else { dims[k] }));
        let left = Dims::of((0..dims.len()).filter(|k| !gone(k)).map(|k| dims[k]));
        let entries = (0..dims.len()).filter(gone).map(|k| dims[k]).product();
        let result = if keepdim { kept } else { left };
        Ok(Reduction { view: View::broadcast(&kept, dims), results: kept.numel(), entries, dims: result })
    }

    /// Calls `f(entry, result)` for each entry.
    #[inline(always)]
    pub(super) fn each(&self, mut f: impl FnMut(usize, usize)) {
        self.view.runs(|at, from, stride, run| (0..run).for_each(|j| f(at + j, from + j * stride)));
    }

    /// The number of entries of each result as a scalar.
    fn n<T: Real>(&self) -> T {
        T::from_f64(count(self.entries))
    }

    /// x̄ᵢ += z̄ₖ ∂zₖ/∂xᵢ.
    fn pull<T: Real, K: Kernel<T>>(&self, x: &[T], z: &[T], z_bar: &[T], dims: &Dims, x_bar: &mut Tensor<T>) {
        if let Some(d) = K::constant(self) {
            return self.spread(z_bar, d, dims, x_bar);
        }
        let bar = x_bar.zeroed(dims);
        K::derivatives(self, x, z, |i, k, d| bar[i] += z_bar[k] * d);
    }

    /// x̄ᵢ += z̄ₖ d: the adjoint of sums.
    fn spread<T: Real>(&self, z_bar: &[T], d: T, dims: &Dims, x_bar: &mut Tensor<T>) {
        if x_bar.is_zero() {
            let scaled = z_bar.iter().map(|g| *g * d).collect::<Buffer<T>>();
            *x_bar = Tensor::from_parts(*dims, self.view.gather(&scaled));
            return;
        }
        let bar = x_bar.as_mut_slice();
        self.view.runs(|at, from, stride, run| {
            let part = &mut bar[at..at + run];
            match stride {
                0 => part.iter_mut().for_each(|b| *b += z_bar[from] * d),
                _ => part.iter_mut().zip(z_bar[from..].iter().step_by(stride)).for_each(|(b, g)| *b += *g * d),
            }
        });
    }

    /// żₖ = Σ ∂zₖ/∂xᵢ ẋᵢ.
    fn push<T: Real, K: Kernel<T>>(&self, x: &[T], z: &[T], x_dot: &[T]) -> Buffer<T> {
        if let Some(d) = K::constant(self) {
            return sums(self, x_dot, |v, _| v * d);
        }
        let mut dots = Buffer::filled(self.results, T::ZERO);
        K::derivatives(self, x, z, |i, k, d| dots[k] += d * x_dot[i]);
        dots
    }
}

/// The entries of a kept tensor; none if its row does not keep it.
fn read<'a, T: Real>(kept: &Kept<'a, Tensor<T>>, reads: bool) -> &'a [T] {
    if reads { kept.value().as_slice() } else { &[] }
}

/// The results of a reduction, where each has the entries that it needs.
fn results<T: Real, K: Kernel<T>>(op: &'static str, x: &Tensor<T>, r: &Reduction) -> Result<Buffer<T>, ShapeError> {
    if K::CHOOSES {
        kernels::require_entries(op, x.dims(), r)?;
    }
    Ok(K::values(r, x.as_slice()))
}

macro_rules! reductions {
    ($($(#[doc = $doc:literal])* $op:ident $dim:ident $try_dim:ident $kernel:ident, $all:literal, $columns:literal;)*) => { $(
        impl<T: Real> Tensor<T> {
            $(#[doc = $doc])*
            #[doc = concat!("\n```\n# use pullback::prelude::*;\nlet x: Tensor<f64> = tensor![[1.0, 2.0], [3.0, 4.0]];\nassert!((x.", stringify!($op), "() - ", $all, ").abs() < 1e-12);\n```")]
            #[must_use]
            #[track_caller]
            pub fn $op(&self) -> T {
                checked(results::<T, $kernel>(stringify!($op), self, &Reduction::all(self.dims())))[0]
            }

            #[doc = concat!("As [`", stringify!($op), "`](Tensor::", stringify!($op), ") over the axes named;")]
            /// no axis stands for all of them. `keepdim` keeps the reduced axes, with size 1.
            ///
            /// # Panics
            /// If there is no such axis, or one is named twice; where the reduction over everything does.
            #[doc = concat!("\n```\n# use pullback::prelude::*;\nlet x: Tensor<f64> = tensor![[1.0, 2.0], [3.0, 4.0]];\nlet columns = x.", stringify!($dim), "(0, false);\nassert!(columns.all_close(Tensor::from(", $columns, "), 1e-12));\n```")]
            #[must_use]
            #[track_caller]
            pub fn $dim(&self, axes: impl Axes, keepdim: bool) -> Self {
                checked(self.$try_dim(axes, keepdim))
            }

            #[doc = concat!("As [`", stringify!($dim), "`](Tensor::", stringify!($dim), ").")]
            ///
            /// # Errors
            /// Where it panics.
            #[doc = concat!("\n```\n# use pullback::prelude::*;\nlet x: Tensor = Tensor::ones([2, 3]);\nlet mistake = x.", stringify!($try_dim), "(2, false).unwrap_err();\nassert_eq!(mistake.to_string(), \"", stringify!($dim), ": shape [2, 3]: there is no dimension 2\");\n```")]
            pub fn $try_dim(&self, axes: impl Axes, keepdim: bool) -> Result<Self, ShapeError> {
                let r = Reduction::over(stringify!($dim), self.dims(), &axes, keepdim)?;
                Ok(Tensor::from_parts(r.dims, results::<T, $kernel>(stringify!($dim), self, &r)?))
            }
        }

        impl<T: Real> Rule1<op::$op, (), T> for Tensor<T> {
            fn pull(x: Kept<Self>, (): &(), z: Kept<T>, z_bar: &T, x_bar: &mut Self) {
                let z = if <$kernel as Kernel<T>>::READS_Z { *z.value() } else { T::ZERO };
                let entries = read(&x, <$kernel as Kernel<T>>::READS_X);
                Reduction::all(x.shape()).pull::<T, $kernel>(entries, &[z], &[*z_bar], x.shape(), x_bar);
            }
            fn push(x: Kept<Self>, (): &(), z: Kept<T>, x_dot: &Self) -> T {
                if x_dot.is_zero() {
                    return T::ZERO;
                }
                let z = if <$kernel as Kernel<T>>::READS_Z { *z.value() } else { T::ZERO };
                let entries = read(&x, <$kernel as Kernel<T>>::READS_X);
                Reduction::all(x.shape()).push::<T, $kernel>(entries, &[z], x_dot.as_slice())[0]
            }
        }

        impl<T: Real, A: Axes> Rule1<op::$dim, (A, bool), Tensor<T>> for Tensor<T> {
            fn pull(x: Kept<Self>, (axes, keepdim): &(A, bool), z: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
                if z_bar.is_zero() {
                    return;
                }
                let r = checked(Reduction::over(stringify!($dim), x.shape(), axes, *keepdim));
                let (entries, results) = (read(&x, <$kernel as Kernel<T>>::READS_X), read(&z, <$kernel as Kernel<T>>::READS_Z));
                r.pull::<T, $kernel>(entries, results, z_bar.as_slice(), x.shape(), x_bar);
            }
            fn push(x: Kept<Self>, (axes, keepdim): &(A, bool), z: Kept<Self>, x_dot: &Self) -> Self {
                if x_dot.is_zero() {
                    return Tangent::zero();
                }
                let r = checked(Reduction::over(stringify!($dim), x.shape(), axes, *keepdim));
                let (entries, results) = (read(&x, <$kernel as Kernel<T>>::READS_X), read(&z, <$kernel as Kernel<T>>::READS_Z));
                Tensor::from_parts(r.dims, r.push::<T, $kernel>(entries, results, x_dot.as_slice()))
            }
        }
    )* };
}

reductions! {
    /// The sum, Σ xᵢ; 0 for no entries.
    sum sum_dim try_sum_dim Sum, "10.0", "[4.0, 6.0]";
    /// The mean, Σ xᵢ / n; NaN for no entries, as in PyTorch.
    mean mean_dim try_mean_dim Mean, "2.5", "[2.0, 3.0]";
    /// The product, Π xᵢ; 1 for no entries. Its gradient is exact with zeros among the entries.
    prod prod_dim try_prod_dim Prod, "24.0", "[3.0, 8.0]";
    /// The largest entry; NaN if there is one. The gradient is shared evenly among equals (PyTorch's `amax`).
    ///
    /// # Panics
    /// If there are no entries.
    max max_dim try_max_dim Max, "4.0", "[3.0, 4.0]";
    /// The smallest entry; NaN if there is one. The gradient is shared evenly among equals (PyTorch's `amin`).
    ///
    /// # Panics
    /// If there are no entries.
    min min_dim try_min_dim Min, "1.0", "[1.0, 2.0]";
    /// The Euclidean norm, √Σ xᵢ². Its gradient at 0 is 0.
    norm norm_dim try_norm_dim Norm, "30.0_f64.sqrt()", "[10.0_f64.sqrt(), 20.0_f64.sqrt()]";
    /// The unbiased variance, Σ (xᵢ − x̄)² / (n − 1); NaN for fewer than two entries.
    var var_dim try_var_dim Var, "5.0 / 3.0", "[2.0, 2.0]";
    /// The square root of the unbiased variance; NaN for fewer than two entries. Its gradient at 0 is 0.
    std std_dim try_std_dim Std, "(5.0_f64 / 3.0).sqrt()", "[2.0_f64.sqrt(), 2.0_f64.sqrt()]";
    /// `ln Σ exp xᵢ`, without overflow; −∞ for no entries.
    logsumexp logsumexp_dim try_logsumexp_dim LogSumExp, "x.exp().sum().ln()", "[x.exp().sum_dim(0, false)[0].ln(), x.exp().sum_dim(0, false)[1].ln()]";
}

impl<T: Real> Rule1<op::item, (), T> for Tensor<T> {
    fn pull(x: Kept<Self>, (): &(), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {
        x_bar.zeroed(x.shape())[0] += *z_bar;
    }
    fn push(_: Kept<Self>, (): &(), _: Kept<T>, x_dot: &Self) -> T {
        x_dot.as_slice().first().copied().unwrap_or(T::ZERO)
    }
}

macro_rules! positions {
    ($($(#[doc = $doc:literal])* $op:ident $dim:ident, |$a:ident, $b:ident| $better:expr, $at:literal, $rows:literal;)*) => { impl<T: Real> Tensor<T> { $(
        $(#[doc = $doc])*
        /// The first one of equals; NaN counts as beyond everything. Not differentiable.
        ///
        /// # Panics
        /// If there are no entries.
        #[doc = concat!("\n```\n# use pullback::prelude::*;\nlet x: Tensor = tensor![[1.0, 2.0], [5.0, 4.0]];\nassert_eq!(x.", stringify!($op), "(), ", $at, ");\n```")]
        #[must_use]
        #[track_caller]
        pub fn $op(&self) -> usize {
            position(stringify!($op), self, &Reduction::all(self.dims()), |$a, $b| $better)[0]
        }

        #[doc = concat!("As [`", stringify!($op), "`](Tensor::", stringify!($op), ") along one axis:")]
        /// an index into it for each index of the others, in row-major order. Not differentiable.
        ///
        /// # Panics
        /// If there is no such axis, or it is empty.
        #[doc = concat!("\n```\n# use pullback::prelude::*;\nlet x: Tensor = tensor![[1.0, 2.0], [5.0, 4.0]];\nassert_eq!(x.", stringify!($dim), "(1), ", $rows, ");\n```")]
        #[must_use]
        #[track_caller]
        pub fn $dim(&self, axis: impl Axes) -> Vec<usize> {
            let axis = checked(self.dims().axis(stringify!($dim), super::dims::single(stringify!($dim), &axis)));
            let r = checked(Reduction::over(stringify!($dim), self.dims(), &axis, true));
            let step = self.dims().strides()[axis];
            let mut found = position(stringify!($dim), self, &r, |$a, $b| $better);
            found.iter_mut().for_each(|i| *i = *i / step % self.dims()[axis]);
            found
        }
    )* } };
}
positions! {
    /// Where the largest entry is, in row-major order.
    argmax argmax_dim, |a, b| a > b, "2", "[1, 0]";
    /// Where the smallest entry is, in row-major order.
    argmin argmin_dim, |a, b| a < b, "0", "[0, 1]";
}

/// Where the best entry of each result is.
#[track_caller]
fn position<T: Real>(op: &'static str, x: &Tensor<T>, r: &Reduction, better: impl Fn(T, T) -> bool) -> Vec<usize> {
    checked(kernels::require_entries(op, x.dims(), r));
    let (x, mut best) = (x.as_slice(), vec![usize::MAX; r.results]);
    r.each(|i, k| {
        let replace = match x.get(best[k]) {
            None => true,
            Some(&b) => better(x[i], b) || (x[i].is_nan() && !b.is_nan()),
        };
        if replace {
            best[k] = i;
        }
    });
    best
}
