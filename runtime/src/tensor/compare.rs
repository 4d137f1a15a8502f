//! Comparisons: masks, which carry no gradient.
//!
//! Input: two tensors, or a tensor and a scalar. Output: a [`Mask`]. Invariant: a comparison is not differentiable, and marked so.

use super::Tensor;
use super::arithmetic::spread;
use super::dims::Dims;
use crate::real::Real;
use std::borrow::Cow;

/// A tensor of truth values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    dims: Dims,
    data: Vec<bool>,
}
crate::inert!(Mask);

impl Mask {
    /// The shape.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.dims
    }

    /// The entries, in row-major order.
    #[must_use]
    pub fn as_slice(&self) -> &[bool] {
        &self.data
    }

    pub(super) fn dims(&self) -> &Dims {
        &self.dims
    }

    /// How many entries are set.
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
pub trait Comparand<T: Real> {
    /// The same as a tensor.
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
    ($($name:ident $doc:literal, |$a:ident, $b:ident| $e:expr;)*) => { impl<T: Real> Tensor<T> { $(
        #[doc = concat!("Where the entry is ", $doc, " the other, with broadcasting. Not differentiable.\n\n# Panics\nIf the shapes do not broadcast.")]
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
    gt "above", |a, b| a > b;
    lt "below", |a, b| a < b;
    ge "not below", |a, b| a >= b;
    le "not above", |a, b| a <= b;
    eq "equal to", |a, b| a == b;
    ne "unequal to", |a, b| a != b;
}
