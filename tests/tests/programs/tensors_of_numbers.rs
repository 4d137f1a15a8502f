//! Tensors that are made of numbers within a body, and read back as numbers.

use nalgebra::DVector;
use pullback::prelude::*;
use pullback_tests::{close, differences, of_slices};

/// A vector's list is moved into it.
#[differentiable]
fn moved_list(x: &[f64]) -> f64 {
    let v: Vec<f64> = x.iter().map(|e| e * e).collect();
    let d = DVector::from_vec(v);
    d.dot(&d)
}

#[differentiable]
fn from_a_list(x: &[f64]) -> f64 {
    let v: Vec<f64> = x.iter().map(|e| e * e).collect();
    let t = Tensor::from(v);
    let w = Tensor::<f64>::from([x[0], 2.0, x[1]]);
    (t.exp() * &w).sum() + t[[1]] * w[0]
}

#[differentiable]
fn with_a_shape(x: &[f64]) -> f64 {
    let mut data = vec![0.0; 6];
    for i in 0..6 {
        data[i] = x[i % 3] * (i as f64 + 1.0);
    }
    let a = Tensor::new(data, [2, 3]);
    let b = Tensor::new(x.to_vec(), [3, 1]);
    let y = a.matmul(&b);
    y[[0, 0]] * y[[1, 0]] + a.sum()
}

#[differentiable]
fn filled_and_written(x: &[f64]) -> f64 {
    let s = x[0] * x[1];
    let t = Tensor::full([2, 2], s);
    let u = Tensor::scalar(x[2]);
    let m = tensor![[x[0], 1.0], [x[1] * x[2], x[2]]];
    (t * &m).tanh().sum() * u.item() + m.det()
}

#[differentiable]
fn nested_lists(x: &[f64]) -> f64 {
    let rows: Vec<Vec<f64>> = x.chunks(2).map(|c| c.iter().map(|v| v.sin()).collect()).collect();
    let t = Tensor::from(rows);
    let u: Tensor<f64> = Tensor::nested([[x[0], x[1]], [x[2], x[3]]]);
    t.matmul(&u).sum()
}

#[differentiable]
fn read_back(x: &[f64]) -> f64 {
    let t = Tensor::new(x.to_vec(), [2, 2]);
    let y = t.matmul(&t);
    let v = y.to_vec();
    let mut s = 0.0;
    for e in &v {
        s += e * e;
    }
    s + v[0] * v[3]
}

#[differentiable]
fn entries_as_a_slice(x: &[f64]) -> f64 {
    let t = Tensor::new(x.to_vec(), [2, 2]);
    let y = t.matmul(&t);
    let mut s = 0.0;
    for e in y.as_slice() {
        s += e * e;
    }
    let z = y.as_slice();
    s + z[0] * z[1] + y.as_slice()[2] + y.as_slice().iter().sum::<f64>()
}

#[differentiable]
fn written_by_entry(x: &[f64]) -> f64 {
    let mut t = Tensor::zeros([2, 2]);
    t[[0, 1]] = x[0] * x[1];
    t[[1, 0]] = x[2];
    for i in 0..2 {
        t[[i, i]] += x[i];
    }
    t.matmul(&t).sum()
}

#[differentiable]
fn soft_maximum(w: &Tensor<f64>, k: f64) -> f64 {
    let v = w.to_vec();
    let mut best = v[0];
    for i in 1..v.len() {
        if v[i] > best {
            best = v[i];
        }
    }
    let mut acc = 0.0;
    for e in w.as_slice() {
        acc += (e - best).exp();
    }
    best + acc.ln() * k
}
#[differentiable]
fn of_a_parameter(x: &[f64]) -> f64 {
    soft_maximum(&Tensor::new(x.to_vec(), [2, 2]), x[0])
}

#[differentiable]
fn layer(x: &[f64], y: &[f64]) -> f64 {
    let w = Tensor::new(x[..4].to_vec(), [2, 2]);
    let b = Tensor::from(&x[4..6]);
    let input = Tensor::new(y.to_vec(), [1, 2]);
    let out = (input.matmul(&w) + &b).relu();
    out.softmax(-1)[[0, 1]]
}
#[test]
fn weights_in_one_list() {
    let (x, y) = ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [1.0, -0.3]);
    let (of_x, of_y) = layer::grad(&x, &y);
    for (g, d) in of_x.iter().zip(&differences(|x| layer(x, &y), &x)) {
        close("weights", *g, *d, 1e-6);
    }
    for (g, d) in of_y.iter().zip(&differences(|y| layer(&x, y), &y)) {
        close("input", *g, *d, 1e-6);
    }
}

of_slices! {
    moved_list at [[0.5, -0.2, 1.5]];
    from_a_list at [[0.5, -0.2, 1.5]];
    with_a_shape at [[0.5, -0.2, 1.5]];
    filled_and_written at [[0.5, -0.2, 1.5]];
    nested_lists at [[0.5, -0.2, 1.5, 0.7]];
    read_back at [[0.5, -0.2, 1.5, 0.7]];
    entries_as_a_slice at [[0.5, -0.2, 1.5, 0.7]];
    written_by_entry at [[0.5, -0.2, 1.5, 0.7]];
    of_a_parameter at [[0.5, -0.2, 1.5, 0.7]];
}
