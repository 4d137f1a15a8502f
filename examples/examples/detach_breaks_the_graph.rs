//! What `detach` does to a gradient: `cargo run --example detach_breaks_the_graph`.
//!
//! Input: x = [0, 1, 2, 3]. Output: the derivation, with and without the `detach`. Invariant: the numbers printed are those of the tests.

use pullback::prelude::*;
use pullback_examples::{list, number, run};
use std::process::ExitCode;

/// s = Σ detach(x·x)·x
#[differentiable]
fn detached(x: &Tensor<f64>) -> f64 {
    let y = x * x;
    let u = y.detach();
    let z = u * x;
    z.sum()
}

/// s = Σ (x·x)·x
#[differentiable]
fn attached(x: &Tensor<f64>) -> f64 {
    let y = x * x;
    let z = y * x;
    z.sum()
}

fn main() -> ExitCode {
    run("detach_breaks_the_graph", "a gradient with and without a detach", || {
        let x = tensor![0.0, 1.0, 2.0, 3.0];
        let y = &x * &x;
        let u = y.detach();
        let z = &u * &x;
        println!("x                  = {}", list(x.as_slice()));
        println!("y = x·x            = {}", list(y.as_slice()));
        println!("u = detach(y)      = {}     the same numbers, but a constant from here on", list(u.as_slice()));
        println!("z = u·x            = {}", list(z.as_slice()));
        println!("s = Σ z            = {}", number(z.sum()));

        println!("\nWhat is differentiated is s = Σ uᵢ xᵢ with u constant, so ∂s/∂xᵢ = uᵢ:\n");
        println!("∂s/∂x = u          = {}", list(detached::grad(&x).as_slice()));

        println!("\nWithout the detach it is s = Σ xᵢ³, so ∂s/∂xᵢ = 3 xᵢ²:\n");
        println!("∂s/∂x = 3x²        = {}", list(attached::grad(&x).as_slice()));

        println!("\nWhat the compiler saw. The product x·x has become a constant; there is no adjoint for it:\n");
        print!("{}", detached::graph());
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_u() {
        let x = tensor![0.0, 1.0, 2.0, 3.0];
        assert_eq!((&x * &x).detach().as_slice(), [0.0, 1.0, 4.0, 9.0]);
        assert_eq!((&(&x * &x).detach() * &x).as_slice(), [0.0, 1.0, 8.0, 27.0]);
        let (s, grad) = detached::value_and_grad(&x);
        assert_eq!((s, grad.as_slice()), (36.0, &[0.0, 1.0, 4.0, 9.0][..]));
    }

    #[test]
    fn without_detach_it_is_three_x_squared() {
        let (s, grad) = attached::value_and_grad(&tensor![0.0, 1.0, 2.0, 3.0]);
        assert_eq!((s, grad.as_slice()), (36.0, &[0.0, 3.0, 12.0, 27.0][..]));
    }
}
