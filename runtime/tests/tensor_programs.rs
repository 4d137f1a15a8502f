//! Tensor operations inside `#[differentiable]` functions: every structured row of the table as the compiler uses it.
//!
//! Input: functions of tensors. Output: passes or panics. Invariant: the gradient is that of central differences, forward mode agrees.

use pullback::prelude::*;
use pullback::tensor::matmul_count;

type T = Tensor<f64>;

fn input(shape: &[usize]) -> T {
    Tensor::randn(shape, 7)
}

fn noise(shape: &[usize], seed: f64) -> T {
    Tensor::randn(shape, (seed * 10.0) as u64)
}

/// Compares `grad` and `jvp` of a function of one tensor with central differences.
macro_rules! check {
    ($f:ident, $x:expr) => {{
        let x: T = $x;
        let (y, gradient) = $f::value_and_grad(&x);
        assert_eq!(y, $f(&x), "the value of {}", stringify!($f));
        assert_eq!(gradient.shape(), x.shape(), "the gradient of {}", stringify!($f));
        for k in 0..x.numel() {
            let (mut up, mut down, mut unit) = (x.clone(), x.clone(), x.zero_tangent());
            up.as_mut_slice()[k] += 1e-5;
            down.as_mut_slice()[k] -= 1e-5;
            unit.as_mut_slice()[k] = 1.0;
            let (got, expected) = (gradient.as_slice()[k], ($f(&up) - $f(&down)) / 2e-5);
            assert!((got - expected).abs() < 1e-6 * (1.0 + expected.abs()), "{}[{k}]: {got}, not {expected}", stringify!($f));
            let (_, dot) = $f::jvp(&x, &unit);
            assert!((got - dot).abs() < 1e-10 * (1.0 + got.abs()), "{}[{k}]: reverse {got}, forward {dot}", stringify!($f));
        }
    }};
}

#[differentiable]
fn reductions(x: &Tensor<f64>) -> f64 {
    let scale = x.max() - x.min() + x.norm() + x.var() * x.std() + x.prod() + x.logsumexp();
    scale * x.mean() + x.sum()
}

#[differentiable]
fn reductions_of_axes(x: &Tensor<f64>) -> f64 {
    let a = x.sum_dim(0, true) * x.mean_dim([1, 2], true) + x.max_dim(-1, true) - x.min_dim(1, true);
    let b = x.norm_dim(0, false) * x.std_dim(0, false) + x.var_dim(0, false) * x.prod_dim(0, false);
    a.logsumexp_dim(1, false).sum() + b.mean()
}

#[differentiable]
fn soft(x: &Tensor<f64>) -> f64 {
    let p = x.softmax(1);
    (&p * &x.log_softmax(0)).sum()
}

#[differentiable]
fn products(x: &Tensor<f64>) -> f64 {
    let y = x.matmul(&x.t()).matmul(x);
    let d = y.select(0, 1);
    let o = d.outer(&x.select(1, 0));
    o.sum() + d.dot(&y.select(-1, 2))
}

#[differentiable]
fn moves(x: &Tensor<f64>) -> f64 {
    let a = x.transpose(0, 2).reshape([4, -1]).narrow(1, 1, 4);
    let b = x.permute([1, 2, 0]).flatten().narrow(0, 3, 16).reshape([4, 4]);
    let c = a.matmul(&b).unsqueeze(0).squeeze().broadcast_to([2, 4, 4]);
    (&c * &c).mean()
}

#[differentiable]
fn picks(x: &Tensor<f64>) -> f64 {
    let rows = vec![2, 0, 2];
    let a = x.index_select(0, &rows).pad(1, 1, 0, 0.5);
    let b = x.gather(1, [0, 3, 1]).pad(0, 0, 0, 0.0);
    (&a * &b).sum()
}

#[differentiable]
fn lists(x: &Tensor<f64>) -> f64 {
    let y = x.exp();
    let a = Tensor::concat(&[x, &y], 0);
    let b = Tensor::stack(&[&y, x], 1).reshape([8, 2]);
    (&a * &b).sum()
}

#[differentiable]
fn pieces(x: &Tensor<f64>) -> f64 {
    let parts = x.split(2, 0);
    let halves = x.chunk(2, 0);
    (&parts[0] * &parts[1]).sum() + parts[2].prod() + halves[1].sum_dim(0, false).norm()
}

#[differentiable]
fn losses(x: &Tensor<f64>) -> f64 {
    let target = Tensor::full([3, 4], 0.3);
    let labels = [1, 3, 0];
    x.cross_entropy(labels)
        + x.log_softmax(1).nll_loss(labels)
        + x.mse_loss(&target)
        + x.bce_with_logits(&target)
        + x.huber_loss(&target, 0.5)
}

#[differentiable]
fn linear_algebra(x: &Tensor<f64>) -> f64 {
    let a = x.matmul(&x.t()) + Tensor::eye(3);
    let s = a.solve(&x.select(1, 0));
    a.inverse().sum() + s.norm() + a.det() + a.logdet()
}

#[differentiable]
fn choices(x: &Tensor<f64>) -> f64 {
    let mask = x.gt(0.0);
    let y = x.maximum(&x.t().reshape([2, 3])) * x.minimum(&x.sin());
    y.where_else(x, &mask).sum() + x.narrow(0, 0, 1).narrow(1, 0, 1).item()
}

#[test]
fn programs_have_the_gradients_of_central_differences() {
    check!(reductions, input(&[2, 3]));
    check!(reductions_of_axes, input(&[2, 3, 2]));
    check!(soft, input(&[3, 4]));
    check!(products, input(&[3, 3]));
    check!(moves, input(&[2, 3, 4]));
    check!(picks, input(&[3, 4]));
    check!(lists, input(&[4, 2]));
    check!(pieces, input(&[5, 2]));
    check!(losses, input(&[3, 4]));
    check!(linear_algebra, input(&[3, 3]));
    check!(choices, input(&[2, 3]));
}

#[differentiable]
fn layer(x: &Tensor<f64>, w: &Tensor<f64>, b: &Tensor<f64>) -> f64 {
    let hidden = (x.matmul(w) + b).tanh();
    hidden.detach().matmul(&w.t()).sum() * hidden.mean()
}

#[test]
fn a_detached_product_costs_nothing_on_the_way_back() {
    let (x, w, b) = (input(&[4, 3]), input(&[3, 2]), input(&[2]));
    let before = matmul_count();
    let (y, pullback) = layer::vjp(&x, &w, &b);
    let forward = matmul_count() - before;
    let (x_bar, w_bar, b_bar) = pullback(1.0);
    assert_eq!(forward, 2);
    assert_eq!(matmul_count() - before - forward, 3, "two for the layer, one for w in the product, none for the detached side");
    assert_eq!((x_bar.shape(), w_bar.shape(), b_bar.shape()), (x.shape(), w.shape(), b.shape()));
    assert_eq!(y, layer(&x, &w, &b));
}

/// Long tensors: elementwise operations wait, and run together.
#[differentiable]
fn chained(x: &Tensor<f64>, w: &Tensor<f64>, c: &Tensor<f64>) -> f64 {
    let h = (x * w + c).tanh();
    let y = ((2.0 - &h) / 3.0).powi(3).clamp(0.1, 0.6).leaky_relu(0.2);
    let z = (-(&y * x) + h.exp()).sigmoid() - c;
    (z * y).sum()
}

/// The same program on parts of the rows gives the parts of the value and of the gradients.
#[test]
fn long_chains_compute_what_short_ones_do() {
    let (rows, columns) = (96, 128);
    let (x, c) = (noise(&[rows, columns], 0.3), noise(&[columns], 0.9));
    for w in [noise(&[rows, columns], 1.7), noise(&[columns], 1.7), noise(&[rows, 1], 1.7), noise(&[], 1.7)] {
        let whole = chained::grad(&x, &w, &c);
        let (mut value, mut c_bar, mut w_bar) = (0.0, Tensor::zeros([columns]), Tensor::<f64>::zeros(w.shape()));
        for row in (0..rows).step_by(16) {
            let part = |t: &Tensor<f64>| if t.ndim() == 2 { t.narrow(0, row, 16) } else { t.clone() };
            value += chained(&part(&x), &part(&w), &c);
            let (x_part, w_part, c_part) = chained::grad(&part(&x), &part(&w), &c);
            assert_eq!(whole.0.narrow(0, row, 16), x_part, "to the bit");
            c_bar += c_part;
            match w.ndim() {
                2 => assert!(whole.1.narrow(0, row, 16).all_close(&w_part, 1e-12)),
                _ => w_bar += w_part,
            }
        }
        assert!((chained(&x, &w, &c) - value).abs() < 1e-9);
        assert!(whole.2.all_close(&c_bar, 1e-10) && (w.ndim() == 2 || whole.1.all_close(&w_bar, 1e-10)));
    }
}

#[test]
fn a_chain_that_waits_is_a_value_like_any_other() {
    let n = 1 << 14;
    let mut x = noise(&[n], 0.3);
    let y = &x * 2.0 + 1.0;
    let z = y.relu();
    let first = x[0];
    x[0] = 100.0;
    assert_eq!((y[0], z[0]), (first * 2.0 + 1.0, Real::relu(first * 2.0 + 1.0)), "what it reads is what was there");
    assert_eq!(z, y.relu(), "read once more, after the other");
    assert_eq!(y.detach().as_ptr(), y.as_ptr());
    let mut long = y;
    for _ in 0..10_000 {
        long = -long;
    }
    assert_eq!(long[1], x[1] * 2.0 + 1.0, "chains do not nest");
    let shared = &long * 3.0;
    let handle = std::thread::spawn({
        let shared = shared.clone();
        move || shared[5]
    });
    assert_eq!(handle.join().unwrap(), shared[5]);
    assert!((&shared + f64::NAN)[3].is_nan());
}
