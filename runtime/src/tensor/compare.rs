//! Comparisons: masks, which carry no gradient.
//!
//! Input: two tensors, or a tensor and a scalar. Output: a [`Mask`]. Invariant: a comparison is not differentiable, and marked so.

use super::Tensor;
use super::arithmetic::spread;
use super::dims::Dims;
use crate::real::Real;
use std::borrow::Cow;

/// A tensor of truth values.
///
/// ```
/// # use pullback::prelude::*;
/// let x: Tensor = tensor![1.0, -2.0, 3.0];
/// let positive = x.gt(0.0);
/// assert_eq!(x.where_else(&Tensor::zeros([3]), &positive), tensor![1.0, 0.0, 3.0]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    dims: Dims,
    data: Vec<bool>,
}
crate::inert!(Mask);

impl Mask {
    /// The shape.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = Tensor::zeros([2, 3]);
    /// assert_eq!(x.gt(0.0).shape(), [2, 3]);
    /// ```
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.dims
    }

    /// The entries, in row-major order.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![1.0, -2.0];
    /// assert_eq!(x.gt(0.0).as_slice(), [true, false]);
    /// ```
    #[must_use]
    pub fn as_slice(&self) -> &[bool] {
        &self.data
    }

    pub(super) fn dims(&self) -> &Dims {
        &self.dims
    }

    /// How many entries are set.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![1.0, -2.0, 3.0];
    /// assert_eq!(x.gt(0.0).count(), 2);
    /// ```
    #[must_use]
    pub fn count(&self) -> usize {
        self.data.iter().filter(|b| **b).count()
    }

    /// 1 where the entry is `wanted`, else 0.
    pub(super) fn weights<T: Real>(&self, wanted: bool) -> Tensor<T> {
        Tensor::from_parts(self.dims, self.data.iter().map(|b| if *b == wanted { T::ONE } else { T::ZERO }).collect())
    }
}

impl std::ops::Not for Mask {
    type Output = Mask;
    fn not(mut self) -> Mask {
        self.data.iter_mut().for_each(|b| *b = !*b);
        self
    }
}

/// What a tensor is compared with: a scalar, or another tensor.
///
/// ```
/// # use pullback::prelude::*;
/// let x: Tensor<f64> = tensor![1.0, 5.0];
/// assert_eq!(x.gt(2.0), x.gt(&tensor![2.0, 2.0]));
/// ```
pub trait Comparand<T: Real> {
    /// The same as a tensor.
    ///
    /// ```
    /// use pullback::Tensor;
    /// use pullback::tensor::Comparand;
    /// assert_eq!(2.0_f64.comparand().into_owned(), Tensor::scalar(2.0));
    /// ```
    fn comparand(&self) -> Cow<'_, Tensor<T>>;
}
impl<T: Real> Comparand<T> for &Tensor<T> {
    fn comparand(&self) -> Cow<'_, Tensor<T>> {
        Cow::Borrowed(self)
    }
}
macro_rules! scalar_comparand {
    ($($t:ty),*) => { $(
        impl Comparand<$t> for $t {
            fn comparand(&self) -> Cow<'_, Tensor<$t>> { Cow::Owned(Tensor::scalar(*self)) }
        }
    )* };
}
scalar_comparand!(f32, f64);

macro_rules! comparisons {
    ($($name:ident $doc:literal, $example:literal, |$a:ident, $b:ident| $e:expr;)*) => { impl<T: Real> Tensor<T> { $(
        #[doc = concat!("Where the entry is ", $doc, " the other, with broadcasting. Not differentiable.\n\n# Panics\nIf the shapes do not broadcast.\n\n```\n# use pullback::prelude::*;\nlet x: Tensor = tensor![1.0, 2.0, 3.0];\nassert_eq!(x.", stringify!($name), "(2.0).as_slice(), ", $example, ");\n```")]
        #[must_use]
        #[track_caller]
        pub fn $name(&self, other: impl Comparand<T>) -> Mask {
            let other = other.comparand();
            let Some(dims) = self.dims().broadcast(other.dims()) else {
                panic!("{}: shape {:?} and {:?}: the shapes do not broadcast", stringify!($name), self.dims(), other.dims());
            };
            let (a, b) = (spread(self, &dims), spread(&other, &dims));
            Mask { dims, data: a.as_slice().iter().zip(b.as_slice()).map(|($a, $b)| $e).collect() }
        }
    )* } };
}
comparisons! {
    gt "above", "[false, false, true]", |a, b| a > b;
    lt "below", "[true, false, false]", |a, b| a < b;
    ge "not below", "[false, true, true]", |a, b| a >= b;
    le "not above", "[true, true, false]", |a, b| a <= b;
    eq "equal to", "[false, true, false]", |a, b| a == b;
    ne "unequal to", "[true, false, true]", |a, b| a != b;
}
