//! The crate `echidna`: a pooled tape of the thread. Input: a case. Output: values and derivatives.
//! Invariant: `vjp` for one value, its forward mode for a Jacobian, as its `jacobian` does.

use crate::number::{Map, Number, Program};
use ::echidna::{Dual, Reverse};

macro_rules! number {
    ($type:ty) => {
        impl Number for $type {
            fn plus(self, c: f64) -> Self {
                self + c
            }
            fn times(self, c: f64) -> Self {
                self * c
            }
            fn exp(self) -> Self {
                num_traits::Float::exp(self)
            }
            fn ln(self) -> Self {
                num_traits::Float::ln(self)
            }
            fn tanh(self) -> Self {
                num_traits::Float::tanh(self)
            }
            fn recip(self) -> Self {
                num_traits::Float::recip(self)
            }
            fn sqrt(self) -> Self {
                num_traits::Float::sqrt(self)
            }
            fn sin(self) -> Self {
                num_traits::Float::sin(self)
            }
            fn cos(self) -> Self {
                num_traits::Float::cos(self)
            }
            fn value(&self) -> f64 {
                ::echidna::Scalar::value(self)
            }
        }
    };
}

number!(Reverse<f64>);
number!(Dual<f64>);

/// The value, then the gradient.
pub(super) fn value_and_gradient<P: Program>(program: &P) -> Vec<f64> {
    let (mut value, gradient) = ::echidna::vjp(|x: &[Reverse<f64>]| vec![program.value(x)], &program.point(), &[1.0]);
    value.extend(gradient);
    value
}

/// The values and the Jacobian.
pub(super) fn jacobian<const N: usize, const M: usize>(map: &impl Map<N, M>, point: &[f64; N]) -> ([f64; M], [[f64; N]; M]) {
    let values = |x: &[Dual<f64>]| map.values::<Dual<f64>>(&std::array::from_fn(|i| x[i])).to_vec();
    let (y, jacobian) = ::echidna::jacobian(values, point);
    (std::array::from_fn(|i| y[i]), std::array::from_fn(|i| std::array::from_fn(|j| jacobian[i][j])))
}
