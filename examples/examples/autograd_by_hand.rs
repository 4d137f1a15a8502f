//! Automatic differentiation on small numbers, checked by hand: `cargo run --example autograd_by_hand`.
//!
//! Input: small numbers. Output: each derivation with its result. Invariant: the numbers printed are those of the tests.

use pullback::prelude::*;
use pullback_examples::{list, number, run};
use std::process::ExitCode;

/// z = Σ (x·x + 2)
#[differentiable]
fn squares_and_two(x: &Tensor<f64>) -> f64 {
    let y = x * x + 2.0;
    y.sum()
}

/// z = 2x³ + 1
#[differentiable]
fn cubic(x: f64) -> f64 {
    let y = x.powi(3);
    2.0 * y + 1.0
}

/// y = x·x, a vector
#[differentiable]
fn squared(x: &Tensor<f64>) -> Tensor<f64> {
    x * x
}

/// z = mean 3 (x + 2)²
#[differentiable]
fn mean_of_squares(x: &Tensor<f64>) -> f64 {
    let y = x + 2.0;
    (&y * &y * 3.0).mean()
}

/// z = 3 (x + 2)², a vector
#[differentiable]
fn three_squares(x: &Tensor<f64>) -> Tensor<f64> {
    let y = x + 2.0;
    &y * &y * 3.0
}

/// The mean squared error of the line y = w x.
#[differentiable]
fn line_loss(w: f64, #[constant] x: &[f64], #[constant] y: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() {
        let error = w * x[i] - y[i];
        total += error * error;
    }
    total / x.len() as f64
}

/// Σ 3w
#[differentiable]
fn three_w(w: &Tensor<f64>) -> f64 {
    (w * 3.0).sum()
}

/// The product of p = [w, v], with w a constant.
#[differentiable]
fn by_detach(p: &[f64; 2]) -> f64 {
    p[0].detach() * p[1]
}

#[differentiable]
fn by_no_grad(p: &[f64; 2]) -> f64 {
    let w = no_grad! { p[0] };
    w * p[1]
}

#[differentiable]
fn product(w: f64, v: f64) -> f64 {
    w * v
}

/// A backbone that stays, and a head that is trained.
#[differentiable]
fn head_loss(backbone: &Tensor<f64>, head: &Tensor<f64>, #[constant] x: &Tensor<f64>, #[constant] y: &Tensor<f64>) -> f64 {
    let features = x.matmul(&backbone.t()).tanh();
    features.matmul(&head.t()).mse_loss(y)
}

fn main() -> ExitCode {
    run("autograd_by_hand", "gradients of small functions, a regression, accumulation, descent, freezing", || {
        by_hand();
        regression();
        accumulation();
        stopping();
    })
}

fn by_hand() {
    let x = tensor![2.0, 3.0];
    println!("y = x·x + 2, z = Σ y at x = [2, 3]");
    println!("   z = {}, ∂z/∂x = 2x = {}", number(squares_and_two(&x)), list(squares_and_two::grad(&x).as_slice()));

    println!("\ny = x³, z = 2y + 1 at x = 2");
    println!("   z = {}, dz/dx = 6x² = {}", number(cubic(2.0)), number(cubic::grad(2.0)));

    let x = tensor![1.0, 2.0, 3.0];
    println!("\ny = x·x at x = [1, 2, 3], with the cotangent ȳ = [1, 1, 1]");
    let (y, pullback) = squared::vjp(&x);
    println!("   y = {}, Jᵀȳ = 2x·ȳ = {}", list(y.as_slice()), list(pullback(tensor![1.0, 1.0, 1.0]).as_slice()));

    println!("\ny = x + 2, z = mean 3y² at x = [1, 2, 3]");
    println!("   y = {}, z = {}", list((&x + 2.0).as_slice()), number(mean_of_squares(&x)));
    println!("   ∂z/∂x = 2 (x + 2) = {}", list(mean_of_squares::grad(&x).as_slice()));

    println!("\nz = 3 (x + 2)² without the mean is a vector, and `three_squares::grad` does not compile:");
    println!("   “gradient can be created only for scalar outputs; reduce with `.sum()` or `.mean()`, or use `vjp` with a cotangent”");
    let (_, pullback) = three_squares::vjp(&x);
    let v = tensor![0.1, 1.0, 0.001];
    println!("   with the cotangent v = [0.1, 1, 0.001]: 6 (x + 2)·v = {}", list(pullback(v).as_slice()));
}

fn regression() {
    println!("\nLinear regression: x = [1, 2, 3], y = [2, 4, 6], rate 0.1; the loss is the mean of (w x − y)²");
    let (x, y) = ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]);
    let mut w = Param::new(0.0);
    for epoch in 0..10 {
        let loss = line_loss::backward(&mut w, &x, &y);
        println!("   epoch {epoch}: w = {:.6}   loss = {loss:.3e}", w.value());
        descend(&mut w);
    }
    println!("   afterwards w = {}", number(*w.value()));
}

/// One step outside the gradient; the buffer is zeroed.
fn descend(w: &mut Param<f64>) {
    let step = w.grad().map_or(0.0, |g| 0.1 * g);
    *w.value_mut() -= step;
    w.zero_grad();
}

fn accumulation() {
    println!("\nAccumulation: out = Σ 3w at w = [1, 1, 1, 1]");
    let mut w = Param::new(Tensor::ones([4]));
    for pass in 1..=3 {
        three_w::backward(&mut w);
        println!("   zeroed before each pass, pass {pass}:  {}", w.grad().map(|g| list(g.as_slice())).unwrap_or_default());
        w.zero_grad();
    }
    for pass in 1..=3 {
        three_w::backward(&mut w);
        println!("   never zeroed, pass {pass}:             {}", w.grad().map(|g| list(g.as_slice())).unwrap_or_default());
    }

    println!("\nStochastic gradient descent with rate 0.01");
    let (mut w, mut opt) = (Param::new(Tensor::<f64>::ones([4])), Sgd::new(0.01));
    opt.step(&mut w);
    println!(
        "   a step before any backward: w = {}, gradient {}",
        list(w.value().as_slice()),
        if w.grad().is_none() { "none" } else { "some" }
    );
    three_w::backward(&mut w);
    opt.step(&mut w);
    opt.zero_grad(&mut w);
    println!("   backward, step, zero:       w = {}", list(w.value().as_slice()));
}

fn stopping() {
    println!("\nThree ways to stop tracking w in the product w·v at w = 2, v = 5");
    let (mut w, mut v) = (Param::new(2.0), Param::new(5.0));
    w.freeze();
    product::backward(&mut w, &mut v);
    println!("   freeze:   gradient of w {:?}, of v {:?}", w.grad(), v.grad());
    println!("   detach:   [∂/∂w, ∂/∂v] = {}", list(&by_detach::grad(&[2.0, 5.0])));
    println!("   no_grad!: [∂/∂w, ∂/∂v] = {}", list(&by_no_grad::grad(&[2.0, 5.0])));

    println!("\nA frozen backbone, a head that is trained");
    let ((mut backbone, mut head), x, y) = network();
    let (before, mut opt) = (backbone.value().clone(), Sgd::new(0.1));
    backbone.freeze();
    for step in 0..=200 {
        opt.zero_grad((&mut backbone, &mut head));
        let loss = head_loss::backward(&mut backbone, &mut head, &x, &y);
        if step % 50 == 0 {
            println!("   step {step:>3}: loss {loss:.6}");
        }
        opt.step((&mut backbone, &mut head));
    }
    println!("   the backbone has not moved: {}", before.as_slice() == backbone.value().as_slice());
}

/// Two layers.
type Layers = (Param<Tensor<f64>>, Param<Tensor<f64>>);

/// A backbone and a head, inputs, targets.
fn network() -> (Layers, Tensor<f64>, Tensor<f64>) {
    let (backbone, head) = (Tensor::randn([4, 2], 1), Tensor::zeros([1, 4]));
    ((Param::new(backbone), Param::new(head)), Tensor::randn([8, 2], 2), Tensor::randn([8, 1], 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_functions() {
        let (z, grad) = squares_and_two::value_and_grad(&tensor![2.0, 3.0]);
        assert_eq!((z, grad.as_slice()), (17.0, &[4.0, 6.0][..]));
        assert_eq!(cubic::value_and_grad(2.0), (17.0, 24.0));
        let x = tensor![1.0, 2.0, 3.0];
        assert_eq!(squared::vjp(&x).1(tensor![1.0, 1.0, 1.0]).as_slice(), [2.0, 4.0, 6.0]);
        assert_eq!((&x + 2.0).as_slice(), [3.0, 4.0, 5.0]);
        let (z, grad) = mean_of_squares::value_and_grad(&x);
        assert_eq!((z, grad.as_slice()), (50.0, &[6.0, 8.0, 10.0][..]));
    }

    #[test]
    fn a_vector_wants_a_cotangent() {
        let x = tensor![1.0, 2.0, 3.0];
        let (_, pullback) = three_squares::vjp(&x);
        let got = pullback(tensor![0.1, 1.0, 0.001]);
        assert!(got.all_close(tensor![1.8, 24.0, 0.03], 1e-12), "{got:?}");
    }

    #[test]
    fn linear_regression() {
        let (x, y) = ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]);
        let mut w = Param::new(0.0);
        let mut course = vec![];
        for _ in 0..10 {
            course.push(format!("{:.6}", w.value()));
            line_loss::backward(&mut w, &x, &y);
            descend(&mut w);
        }
        assert_eq!(course[..4], ["0.000000", "1.866667", "1.991111", "1.999407"]);
        assert!((w.value() - 2.0).abs() < 1e-9);
    }

    #[test]
    fn gradients_accumulate() {
        let mut w = Param::new(Tensor::ones([4]));
        assert_eq!(three_w(w.value()), 12.0);
        let grad = |w: &Param<Tensor<f64>>| w.grad().expect("a gradient").to_vec();
        for _ in 0..3 {
            three_w::backward(&mut w);
            assert_eq!(grad(&w), [3.0; 4]);
            w.zero_grad();
        }
        for pass in 1..=3 {
            three_w::backward(&mut w);
            assert_eq!(grad(&w), [3.0 * f64::from(pass); 4]);
        }
    }

    #[test]
    fn descent() {
        let (mut w, mut opt) = (Param::new(Tensor::<f64>::ones([4])), Sgd::new(0.01));
        opt.step(&mut w);
        assert!(w.grad().is_none() && w.value().as_slice() == [1.0; 4]);
        three_w::backward(&mut w);
        opt.step(&mut w);
        opt.zero_grad(&mut w);
        assert_eq!(w.value().as_slice(), [0.97; 4]);
        assert!(w.grad().is_none());
    }

    #[test]
    fn three_ways_to_stop() {
        let (mut w, mut v) = (Param::new(2.0), Param::new(5.0));
        w.freeze();
        product::backward(&mut w, &mut v);
        assert_eq!((w.grad(), v.grad()), (None, Some(&2.0)));
        assert_eq!(by_detach::grad(&[2.0, 5.0]), [0.0, 2.0]);
        assert_eq!(by_no_grad::grad(&[2.0, 5.0]), [0.0, 2.0]);
        assert_eq!(product::grad(2.0, 5.0), (5.0, 2.0));
    }

    #[test]
    fn the_head_alone_is_trained() {
        let ((mut backbone, mut head), x, y) = network();
        let (before, mut opt) = (backbone.value().clone(), Sgd::new(0.1));
        backbone.freeze();
        let first = head_loss(backbone.value(), head.value(), &x, &y);
        for _ in 0..100 {
            opt.zero_grad((&mut backbone, &mut head));
            head_loss::backward(&mut backbone, &mut head, &x, &y);
            opt.step((&mut backbone, &mut head));
        }
        assert_eq!(backbone.value().as_slice(), before.as_slice());
        assert!(backbone.grad().is_none());
        assert!(head_loss(backbone.value(), head.value(), &x, &y) < 0.9 * first);
    }
}
