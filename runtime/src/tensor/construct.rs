//! Construction of tensors: from nested arrays, filled, random.
//!
//! Input: sizes, values, a seed. Output: tensors. Invariant: the same seed gives the same tensor on every machine.

use super::Tensor;
use super::dims::{Axes, Dims, ShapeError, checked, sizes};
use super::storage::Buffer;
use crate::real::Real;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// A tensor from nested lists: `tensor![[1.0, 2.0], [3.0, 4.0]]`, `tensor![1.0, 2.0]`. Its scalar type follows from its use.
///
/// ```
/// use pullback::prelude::*;
/// let x: Tensor<f64> = tensor![[1.0, 2.0], [3.0, 4.0]];
/// assert_eq!((x.shape(), x[[1, 0]]), (&[2, 2][..], 3.0));
/// ```
#[macro_export]
macro_rules! tensor {
    (@of $list:expr) => { $crate::Tensor::nested($list) };
    ($($entry:tt)*) => { $crate::Tensor::nested([$($entry)*]) };
}

/// Nested arrays and `Vec`s of scalars `T`: what [`tensor!`](crate::tensor!) and `Tensor::from` take.
///
/// ```
/// use pullback::Tensor;
/// assert_eq!(Tensor::from([[1.0_f64, 2.0]]), Tensor::from(vec![vec![1.0, 2.0]]));
/// ```
pub trait Nested<T> {
    /// The shape; the first entry's speaks for all.
    ///
    /// ```
    /// use pullback::tensor::Nested;
    /// let mut sizes = vec![];
    /// Nested::<f64>::sizes(&[[1.0, 2.0, 3.0]], &mut sizes);
    /// assert_eq!(sizes, [1, 3]);
    /// ```
    fn sizes(&self, sizes: &mut Vec<usize>);
    /// Appends the entries in row-major order.
    ///
    /// ```
    /// use pullback::tensor::Nested;
    /// let mut entries: Vec<f64> = vec![];
    /// [[1.0, 2.0], [3.0, 4.0]].entries(&mut entries);
    /// assert_eq!(entries, [1.0, 2.0, 3.0, 4.0]);
    /// ```
    fn entries(&self, out: &mut Vec<T>);
}

macro_rules! nested {
    (scalars $($t:ty),*) => { $(
        impl Nested<$t> for $t {
            fn sizes(&self, _: &mut Vec<usize>) {}
            fn entries(&self, out: &mut Vec<$t>) { out.push(*self); }
        }
    )* };
    (lists $([$($generics:tt)*] $t:ty;)*) => { $(
        impl<T, E: Nested<T>, $($generics)*> Nested<T> for $t {
            fn sizes(&self, sizes: &mut Vec<usize>) {
                sizes.push(self.len());
                if let Some(first) = self.first() {
                    first.sizes(sizes);
                }
            }
            fn entries(&self, out: &mut Vec<T>) { self.iter().for_each(|e| e.entries(out)); }
        }
        impl<T: Real, E: Nested<T>, $($generics)*> From<$t> for Tensor<T> {
            #[track_caller]
            fn from(nested: $t) -> Self { Tensor::nested(nested) }
        }
    )* };
}
nested!(scalars f32, f64);
nested! { lists [const N: usize] [E; N]; [] Vec<E>; [] &[E]; }

impl<T: Real> Tensor<T> {
    /// A tensor from nested arrays or `Vec`s.
    ///
    /// # Panics
    /// If the rows differ in length.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x = Tensor::nested(vec![[1.0_f64, 2.0], [3.0, 4.0]]);
    /// assert_eq!(x.shape(), [2, 2]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn nested(nested: impl Nested<T>) -> Self {
        let (mut shape, mut data) = (vec![], vec![]);
        nested.sizes(&mut shape);
        nested.entries(&mut data);
        checked(Self::try_new(data, &shape))
    }
}

impl<T: Real> Tensor<T> {
    /// A tensor of these entries, in row-major order.
    ///
    /// # Panics
    /// If their number is not the product of the sizes.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x = Tensor::new(vec![1.0_f32, 2.0, 3.0, 4.0], [2, 2]);
    /// assert_eq!(x[[1, 0]], 3.0);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn new(data: Vec<T>, shape: impl Axes) -> Self {
        checked(Self::try_new(data, shape))
    }

    /// A tensor of these entries, in row-major order.
    ///
    /// # Errors
    /// If their number is not the product of the sizes.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let mistake = Tensor::try_new(vec![1.0_f64; 5], [2, 3]).unwrap_err();
    /// assert_eq!(mistake.to_string(), "new: shape [2, 3]: 5 entries do not fill it");
    /// ```
    #[track_caller]
    pub fn try_new(data: Vec<T>, shape: impl Axes) -> Result<Self, ShapeError> {
        let dims = sizes("new", &shape);
        if dims.numel() == data.len() {
            return Ok(Tensor::from_parts(dims, data.into()));
        }
        Err(ShapeError::new("new", &[&dims], format!("{} entries do not fill it", data.len())))
    }

    /// A tensor all of whose entries are `value`.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(Tensor::full([2], 7.0_f64), tensor![7.0, 7.0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn full(shape: impl Axes, value: T) -> Self {
        Self::filled(sizes("full", &shape), value)
    }

    pub(super) fn filled(dims: Dims, value: T) -> Self {
        Tensor::from_parts(dims, Buffer::filled(dims.numel(), value))
    }

    /// Zeros.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(Tensor::<f64>::zeros([1, 2]), tensor![[0.0, 0.0]]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn zeros(shape: impl Axes) -> Self {
        Self::filled(sizes("zeros", &shape), T::ZERO)
    }

    /// Ones.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(Tensor::<f64>::ones(2), tensor![1.0, 1.0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn ones(shape: impl Axes) -> Self {
        Self::filled(sizes("ones", &shape), T::ONE)
    }

    /// A tensor without dimensions.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x = Tensor::scalar(2.5_f64);
    /// assert_eq!((x.ndim(), x.item()), (0, 2.5));
    /// ```
    #[must_use]
    pub fn scalar(value: T) -> Self {
        Tensor::from_parts(Dims::default(), std::iter::once(value).collect())
    }

    /// The identity matrix of `n` rows.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(Tensor::<f64>::eye(2), tensor![[1.0, 0.0], [0.0, 1.0]]);
    /// ```
    #[must_use]
    pub fn eye(n: usize) -> Self {
        Self::build(Dims::new(&[n, n]), |k| if k / n == k % n { T::ONE } else { T::ZERO })
    }

    /// `start, start + step, …`, below `end`.
    ///
    /// # Panics
    /// If `step` is zero.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(Tensor::<f64>::arange(0.0, 1.0, 0.25), tensor![0.0, 0.25, 0.5, 0.75]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn arange(start: f64, end: f64, step: f64) -> Self {
        assert!(step != 0.0, "arange: the step is zero");
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and as many as fit in memory")]
        let n = ((end - start) / step).ceil().max(0.0) as usize;
        Self::build(Dims::new(&[n]), |k| T::from_f64(start + step * count(k)))
    }

    /// `n` values from `start` to `end`, both included, at equal distances.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(Tensor::<f64>::linspace(0.0, 1.0, 3), tensor![0.0, 0.5, 1.0]);
    /// ```
    #[must_use]
    pub fn linspace(start: f64, end: f64, n: usize) -> Self {
        let step = if n > 1 { (end - start) / count(n - 1) } else { 0.0 };
        Self::build(Dims::new(&[n]), |k| T::from_f64(if k + 1 == n && n > 1 { end } else { start + step * count(k) }))
    }

    /// Row `k` is the unit vector of `labels[k]`.
    ///
    /// # Panics
    /// If a label is not below `classes`.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(Tensor::<f64>::one_hot(&[1, 0], 2), tensor![[0.0, 1.0], [1.0, 0.0]]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn one_hot(labels: &[usize], classes: usize) -> Self {
        let mut out = Self::zeros([labels.len(), classes]);
        for (row, &label) in out.as_mut_slice().chunks_mut(classes.max(1)).zip(labels) {
            assert!(label < classes, "one_hot: label {label} of {classes} classes");
            row[label] = T::ONE;
        }
        out
    }

    /// Uniform on [0, 1).
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x = Tensor::<f64>::rand([4], 1);
    /// assert!(x.min() >= 0.0 && x.max() < 1.0 && x == Tensor::rand([4], 1));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn rand(shape: impl Axes, seed: u64) -> Self {
        let mut rng = Pcg64::seed_from_u64(seed);
        Self::build(sizes("rand", &shape), |_| T::from_f64(rng.random::<f64>()))
    }

    /// Normal with mean 0 and variance 1 (Box and Muller).
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x = Tensor::<f64>::randn([1000], 1);
    /// assert!(x.mean().abs() < 0.1 && (x.std() - 1.0).abs() < 0.1);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn randn(shape: impl Axes, seed: u64) -> Self {
        let mut rng = Pcg64::seed_from_u64(seed);
        Self::build(sizes("randn", &shape), |_| {
            let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
            T::from_f64((-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos())
        })
    }

    /// Kaiming (He) initialisation for ReLU: uniform on ±√(6 / fan in). A weight of shape [in, …, out] has fan in = its size without the
    /// last dimension.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let w = Tensor::<f64>::kaiming_uniform([64, 32], 1);
    /// assert!(w.abs().max() <= (6.0_f64 / 64.0).sqrt());
    /// ```
    #[must_use]
    #[track_caller]
    pub fn kaiming_uniform(shape: impl Axes, seed: u64) -> Self {
        let (fan_in, _) = fans(&sizes("kaiming_uniform", &shape));
        Self::symmetric(shape, (6.0 / fan_in).sqrt(), seed)
    }

    /// Kaiming (He) initialisation for ReLU: normal with variance 2 / fan in.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let w = Tensor::<f64>::kaiming_normal([64, 32], 1);
    /// assert!((w.var() * 64.0 / 2.0 - 1.0).abs() < 0.1);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn kaiming_normal(shape: impl Axes, seed: u64) -> Self {
        let (fan_in, _) = fans(&sizes("kaiming_normal", &shape));
        Self::randn(shape, seed) * T::from_f64((2.0 / fan_in).sqrt())
    }

    /// Xavier (Glorot) initialisation: uniform on ±√(6 / (fan in + fan out)).
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let w = Tensor::<f64>::xavier_uniform([64, 32], 1);
    /// assert!(w.abs().max() <= (6.0_f64 / 96.0).sqrt());
    /// ```
    #[must_use]
    #[track_caller]
    pub fn xavier_uniform(shape: impl Axes, seed: u64) -> Self {
        let (fan_in, fan_out) = fans(&sizes("xavier_uniform", &shape));
        Self::symmetric(shape, (6.0 / (fan_in + fan_out)).sqrt(), seed)
    }

    /// Xavier (Glorot) initialisation: normal with variance 2 / (fan in + fan out).
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let w = Tensor::<f64>::xavier_normal([64, 32], 1);
    /// assert!((w.var() * 96.0 / 2.0 - 1.0).abs() < 0.1);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn xavier_normal(shape: impl Axes, seed: u64) -> Self {
        let (fan_in, fan_out) = fans(&sizes("xavier_normal", &shape));
        Self::randn(shape, seed) * T::from_f64((2.0 / (fan_in + fan_out)).sqrt())
    }

    fn symmetric(shape: impl Axes, bound: f64, seed: u64) -> Self {
        Self::rand(shape, seed).map(|v| T::from_f64((2.0 * v.to_f64() - 1.0) * bound))
    }

    pub(crate) fn build(dims: Dims, f: impl FnMut(usize) -> T) -> Self {
        Tensor::from_parts(dims, (0..dims.numel()).map(f).collect())
    }
}

#[allow(clippy::cast_precision_loss, reason = "sizes are far below 2⁵³")]
pub(crate) fn count(n: usize) -> f64 {
    n as f64
}

/// Fan in and fan out of a weight of shape [in, …, out].
fn fans(dims: &Dims) -> (f64, f64) {
    let out = dims.last().copied().unwrap_or(1).max(1);
    (count((dims.numel() / out).max(1)), count(out))
}
