//! The other crates. Input: a case. Output: their contenders, as far as the features ask for them.
//! Invariant: each does what its documentation recommends for the case; a crate that can't do one is left out of it.

use crate::cases::{ba::Ba, gmm::Gmm, lstm::Lstm, training::Training};
use crate::contender::Contender;
use crate::number::Program;
#[cfg(feature = "peers")]
use crate::{cases::arm, contender::Quantity::Gradient};

#[cfg(feature = "peers")]
mod ad_trait;
#[cfg(feature = "candle")]
mod candle;
#[cfg(feature = "peers")]
mod echidna;
#[cfg(feature = "peers")]
mod num_dual;
#[cfg(feature = "peers")]
mod reverse;
#[cfg(feature = "peers")]
mod rows;

/// Those with a tape.
#[cfg(feature = "peers")]
pub fn of_program<P: Program>(input: fn() -> P) -> Vec<Contender> {
    vec![
        Contender::new("reverse", Gradient, input, |p| reverse::value_and_gradient(p), |_, v| v.clone()),
        Contender::new("ad_trait", Gradient, input, |p| ad_trait::value_and_gradient(p), |_, v| v.clone()),
        Contender::new("echidna", Gradient, input, |p| echidna::value_and_gradient(p), |_, v| v.clone()),
    ]
}

/// Those with vectors of tangents.
#[cfg(feature = "peers")]
pub fn of_program_forward<P: Program>(input: fn() -> P) -> Vec<Contender> {
    vec![Contender::new("num-dual", Gradient, input, |p| num_dual::value_and_gradient(p), |_, v| v.clone())]
}

/// The same where the number of variables is known.
#[cfg(feature = "peers")]
pub fn of_program_small<P: Program, const N: usize>(input: fn() -> P) -> Vec<Contender> {
    vec![Contender::new("num-dual", Gradient, input, |p| num_dual::value_and_small_gradient::<P, N>(p), |_, v| v.clone())]
}

/// The Jacobians of BA.
#[cfg(feature = "peers")]
pub fn ba(input: fn() -> Ba) -> Vec<Contender> {
    let numbers = |_: &Ba, rows: &Vec<crate::cases::ba::input::Rows>| rows.iter().flat_map(|r| r.numbers()).collect::<Vec<f64>>();
    vec![
        Contender::new("reverse", Gradient, input, |b| rows::of(b, reverse::jacobian), numbers),
        Contender::new("ad_trait", Gradient, input, |b| rows::of(b, ad_trait::jacobian), numbers),
        Contender::new("echidna", Gradient, input, |b| rows::of(b, echidna::jacobian), numbers),
        Contender::new("num-dual", Gradient, input, |b| rows::of(b, num_dual::jacobian), numbers),
    ]
}

/// The Jacobians of the arm.
#[cfg(feature = "peers")]
pub fn arm() -> Vec<Contender> {
    type Poses = Vec<nalgebra::SVector<f64, { arm::JOINTS }>>;
    type Jacobian = ([f64; 3], [[f64; arm::JOINTS]; 3]);
    fn each(poses: &Poses, jacobian: fn(&arm::generic::Arm, &[f64; arm::JOINTS]) -> Jacobian) -> Vec<Jacobian> {
        poses.iter().map(|pose| jacobian(&arm::generic::Arm, &pose.data.0[0])).collect()
    }
    fn numbers(_: &Poses, jacobians: &Vec<Jacobian>) -> Vec<f64> {
        let columns = |j: &[[f64; arm::JOINTS]; 3]| (0..arm::JOINTS).flat_map(|c| j.map(|row| row[c])).collect::<Vec<f64>>();
        jacobians.iter().flat_map(|(tip, j)| tip.iter().copied().chain(columns(j)).collect::<Vec<f64>>()).collect()
    }
    vec![
        Contender::new("reverse", Gradient, arm::poses, |p| each(p, reverse::jacobian), numbers),
        Contender::new("ad_trait", Gradient, arm::poses, |p| each(p, ad_trait::jacobian), numbers),
        Contender::new("echidna", Gradient, arm::poses, |p| each(p, echidna::jacobian), numbers),
        Contender::new("num-dual", Gradient, arm::poses, |p| each(p, num_dual::jacobian), numbers),
    ]
}

/// Without the feature there are none.
#[cfg(not(feature = "peers"))]
mod none {
    use super::{Ba, Contender, Program};

    /// None.
    pub fn of_program<P: Program>(_: fn() -> P) -> Vec<Contender> {
        Vec::new()
    }

    /// None.
    pub fn of_program_forward<P: Program>(_: fn() -> P) -> Vec<Contender> {
        Vec::new()
    }

    /// None.
    pub fn of_program_small<P: Program, const N: usize>(_: fn() -> P) -> Vec<Contender> {
        Vec::new()
    }

    /// None.
    pub fn ba(_: fn() -> Ba) -> Vec<Contender> {
        Vec::new()
    }

    /// None.
    pub fn arm() -> Vec<Contender> {
        Vec::new()
    }
}
#[cfg(not(feature = "peers"))]
pub use none::{arm, ba, of_program, of_program_forward, of_program_small};

/// The tensor libraries on GMM.
pub fn gmm(input: fn() -> Gmm) -> Vec<Contender> {
    let _ = input;
    vec![
        #[cfg(feature = "candle")]
        candle::gmm(input),
    ]
}

/// The tensor libraries on LSTM.
pub fn lstm(input: fn() -> Lstm) -> Vec<Contender> {
    let _ = input;
    vec![
        #[cfg(feature = "candle")]
        candle::lstm(input),
    ]
}

/// The tensor libraries on training steps.
pub fn training(input: fn() -> Training) -> Vec<Contender> {
    let _ = input;
    vec![
        #[cfg(feature = "candle")]
        candle::training(input),
    ]
}
