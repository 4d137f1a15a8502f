//! The crate `reverse`: a tape that its variables borrow. Input: a case. Output: values and derivatives.
//! Invariant: a fresh tape for each gradient, as its documentation has it.

use crate::number::{Map, Number, Program};
use ::reverse::{Tape, Var};

impl Number for Var<'_> {
    fn plus(self, c: f64) -> Self {
        self + c
    }
    fn times(self, c: f64) -> Self {
        self * c
    }
    fn exp(self) -> Self {
        Var::exp(&self)
    }
    fn ln(self) -> Self {
        Var::ln(&self)
    }
    fn tanh(self) -> Self {
        Var::tanh(&self)
    }
    fn recip(self) -> Self {
        Var::recip(&self)
    }
    fn sqrt(self) -> Self {
        Var::sqrt(&self)
    }
    fn sin(self) -> Self {
        Var::sin(&self)
    }
    fn cos(self) -> Self {
        Var::cos(&self)
    }
    fn value(&self) -> f64 {
        self.val()
    }
}

/// The value, then the gradient.
pub(super) fn value_and_gradient<P: Program>(program: &P) -> Vec<f64> {
    let tape = Tape::new();
    let point = program.point();
    let x = tape.add_vars(&point);
    let y = program.value(&x);
    // The variables are the tape's first nodes.
    [&[y.val()], &y.grad()[..point.len()]].concat()
}

/// The values and the Jacobian.
pub(super) fn jacobian<const N: usize, const M: usize>(map: &impl Map<N, M>, point: &[f64; N]) -> ([f64; M], [[f64; N]; M]) {
    let tape = Tape::new();
    let x = tape.add_vars(point);
    let y = map.values(&std::array::from_fn(|i| x[i]));
    let row = |y: Var| {
        let gradient = y.grad();
        std::array::from_fn(|i| gradient[i])
    };
    (y.map(|y| y.val()), y.map(row))
}
