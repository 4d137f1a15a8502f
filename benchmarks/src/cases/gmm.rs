//! The negative log-posterior of a Gaussian mixture (ADBench's GMM), with respect to weights, means and inverse covariance factors.

pub mod generic;
pub mod hand;
pub mod input;
pub mod primal;

pub use input::Gmm;
