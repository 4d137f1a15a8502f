//! The crate `num-dual`: numbers with vectors of tangents. Input: a case. Output: values and derivatives.
//! Invariant: tangents of fixed width where it is known.

use crate::number::{Map, Number, Program};
use ::num_dual::{DualDVec64, DualNum, DualSVec64};
use nalgebra::{DVector, SVector};

macro_rules! number {
    ($type:ty $(, $width:ident)?) => {
        impl $(<const $width: usize>)? Number for $type {
            fn plus(self, c: f64) -> Self {
                self + c
            }
            fn times(self, c: f64) -> Self {
                self * c
            }
            fn exp(self) -> Self {
                DualNum::exp(&self)
            }
            fn ln(self) -> Self {
                DualNum::ln(&self)
            }
            fn tanh(self) -> Self {
                DualNum::tanh(&self)
            }
            fn recip(self) -> Self {
                DualNum::recip(&self)
            }
            fn sqrt(self) -> Self {
                DualNum::sqrt(&self)
            }
            fn sin(self) -> Self {
                DualNum::sin(&self)
            }
            fn cos(self) -> Self {
                DualNum::cos(&self)
            }
            fn value(&self) -> f64 {
                self.re
            }
        }
    };
}

number!(DualDVec64);
number!(DualSVec64<N>, N);

/// The value, then the gradient.
pub(super) fn value_and_gradient<P: Program>(program: &P) -> Vec<f64> {
    let point = DVector::from_vec(program.point());
    let (value, gradient) = ::num_dual::gradient(|x: DVector<DualDVec64>| program.value(x.as_slice()), &point);
    std::iter::once(value).chain(gradient.iter().copied()).collect()
}

/// The same for `N` variables.
pub(super) fn value_and_small_gradient<P: Program, const N: usize>(program: &P) -> Vec<f64> {
    let point = SVector::<f64, N>::from_vec(program.point());
    let (value, gradient) = ::num_dual::gradient(|x: SVector<DualSVec64<N>, N>| program.value(x.as_slice()), &point);
    std::iter::once(value).chain(gradient.iter().copied()).collect()
}

/// The values and the Jacobian.
pub(super) fn jacobian<const N: usize, const M: usize>(map: &impl Map<N, M>, point: &[f64; N]) -> ([f64; M], [[f64; N]; M]) {
    let values = |x: SVector<DualSVec64<N>, N>| SVector::<DualSVec64<N>, M>::from(map.values(&x.data.0[0]));
    let (y, jacobian) = ::num_dual::jacobian(values, &SVector::from(*point));
    (y.data.0[0], std::array::from_fn(|i| std::array::from_fn(|j| jacobian[(i, j)])))
}
