//! The crate `ad_trait`: a global tape, and tangents of fixed width. Input: a case. Output: values and derivatives.
//! Invariant: the tape for one value, tangents for a Jacobian of few variables.

use crate::number::{Map, Number, Program};
use ::ad_trait::forward_ad::adfn::adfn;
use ::ad_trait::reverse_ad::adr::adr;
use simba::scalar::ComplexField;

macro_rules! number {
    ($type:ty $(, $width:ident)?) => {
        impl $(<const $width: usize>)? Number for $type {
            fn plus(self, c: f64) -> Self {
                self + <$type as ::ad_trait::AD>::constant(c)
            }
            fn times(self, c: f64) -> Self {
                <$type as ::ad_trait::AD>::mul_scalar(c, self)
            }
            fn exp(self) -> Self {
                ComplexField::exp(self)
            }
            fn ln(self) -> Self {
                ComplexField::ln(self)
            }
            fn tanh(self) -> Self {
                ComplexField::tanh(self)
            }
            fn recip(self) -> Self {
                <$type as ::ad_trait::AD>::div_l_scalar(1.0, self)
            }
            fn sqrt(self) -> Self {
                ComplexField::sqrt(self)
            }
            fn sin(self) -> Self {
                ComplexField::sin(self)
            }
            fn cos(self) -> Self {
                ComplexField::cos(self)
            }
            fn value(&self) -> f64 {
                ::ad_trait::AD::to_constant(self)
            }
        }
    };
}

number!(adr);
number!(adfn<N>, N);

/// The value, then the gradient.
pub(super) fn value_and_gradient<P: Program>(program: &P) -> Vec<f64> {
    let point = program.point();
    let x: Vec<adr> = point.iter().enumerate().map(|(i, v)| adr::new_variable(*v, i == 0)).collect();
    let y = program.value(&x);
    let gradient = y.get_backwards_mode_grad();
    std::iter::once(y.value()).chain(x.iter().map(|x| gradient.wrt(x))).collect()
}

/// The values and the Jacobian.
pub(super) fn jacobian<const N: usize, const M: usize>(map: &impl Map<N, M>, point: &[f64; N]) -> ([f64; M], [[f64; N]; M]) {
    let x: [adfn<N>; N] = std::array::from_fn(|i| adfn::new(point[i], std::array::from_fn(|j| f64::from(u8::from(i == j)))));
    let y = map.values(&x);
    (y.map(|y| y.value()), y.map(|y| y.tangent()))
}
