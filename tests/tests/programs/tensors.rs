//! Tensors as people write them: sums with a type, bounds, data beside parameters.

use pullback::prelude::*;
use pullback_tests::{agree, close, difference, differences, of_slices};

/// An iterator of the user's own over data.
struct Held(Vec<f64>);

impl Held {
    fn each(&self) -> std::slice::Iter<'_, f64> {
        self.0.iter()
    }
}

#[differentiable]
fn typed_sums(t: &Tensor<f64>, y: f64) -> f64 {
    let s: f64 = t.clamp(0.5, 10.0).sum();
    let q: f64 = t.sin().sum();
    let p: f64 = t.prod();
    s * y + q * p
}

#[differentiable]
fn data_beside(x: f64, #[constant] held: &Held, #[constant] t: &Tensor<f64>) -> f64 {
    let s: f64 = held.each().sum();
    let p: f64 = held.0.iter().product();
    let q: f64 = t.sum();
    let v: Vec<f64> = held.each().copied().collect();
    x * s + x.sin() * p * q * v[0]
}

#[test]
fn sums_with_a_type() {
    let x = [0.7, 1.1, 0.3, 0.9];
    let (t, y) = (Tensor::from(x[..3].to_vec()), x[3]);
    let (of_t, of_y) = typed_sums::grad(&t, y);
    let gradient = [of_t.as_slice(), &[of_y]].concat();
    let (_, along) = typed_sums::jvp((&t, y), (&of_t, of_y));
    agree("typed_sums", &gradient, &differences(|x| typed_sums(&Tensor::from(x[..3].to_vec()), x[3]), &x), along);
    let (held, t) = (Held(vec![1.0, 2.0]), Tensor::from(vec![0.1, 2.0]));
    close("data_beside", data_beside::grad(0.4, &held, &t), difference(|x| data_beside(x, &held, &t), 0.4), 1e-8);
}

#[differentiable]
fn bounds(x: &[f64]) -> f64 {
    let (lo, hi) = (x[0], x[1]);
    x.iter().map(|e| e.clamp(lo * 0.5, hi) * e).sum::<f64>() * x[2].clamp(0.0, lo)
}
of_slices! { bounds at [[0.7, 1.1, 0.3], [0.2, 0.4, 3.0]]; }
