//! Tensors as values: made, printed, cut, shared, exchanged with nalgebra; and what mistakes say, and where.
//!
//! Input: literals, seeds, shapes. Output: passes or panics. Invariant: names, values and print are those of PyTorch.

mod common_ops;

use common_ops::{check1, message, tensor as noise};
use nalgebra::{DMatrix, DVector, Matrix2x3, RowDVector, Vector3};
use pullback::prelude::*;
use pullback::{ShapeError, check_gradients, op};
use std::sync::Mutex;

#[test]
fn construction() {
    let x: Tensor = tensor![[1.0, 2.0], [3.0, 4.0]];
    assert_eq!((x.shape(), x.to_vec()), (&[2, 2][..], vec![1.0, 2.0, 3.0, 4.0]));
    assert_eq!(tensor![1.0_f64, 2.0], Tensor::from(vec![1.0, 2.0]));
    assert_eq!(Tensor::from(vec![vec![1.0], vec![2.0]]), Tensor::<f64>::new(vec![1.0, 2.0], [2, 1]));
    assert_eq!(Tensor::from([[[0.0_f32; 2]; 3]; 4]).shape(), [4, 3, 2]);
    assert_eq!((Tensor::<f64>::zeros([2]), Tensor::<f64>::ones([2])), (Tensor::full([2], 0.0), Tensor::full(2, 1.0)));
    assert_eq!(Tensor::eye(2), tensor![[1.0_f64, 0.0], [0.0, 1.0]]);
    assert_eq!(Tensor::arange(1.0, 2.0, 0.25), tensor![1.0_f64, 1.25, 1.5, 1.75]);
    assert_eq!(Tensor::arange(2.0, 0.0, -1.0), tensor![2.0_f64, 1.0]);
    assert_eq!(Tensor::<f64>::arange(1.0, 0.0, 1.0).shape(), [0]);
    assert_eq!(Tensor::linspace(0.0, 1.0, 5), tensor![0.0_f64, 0.25, 0.5, 0.75, 1.0]);
    assert_eq!((Tensor::linspace(3.0, 9.0, 1), Tensor::<f32>::linspace(3.0, 9.0, 0).numel()), (tensor![3.0_f64], 0));
    assert_eq!(Tensor::scalar(2.5_f64).item(), 2.5);
    assert_eq!(message(|| Tensor::from(vec![vec![1.0_f64], vec![]])), "new: shape [2, 1]: 1 entries do not fill it");
    assert_eq!(Tensor::try_new(vec![1.0_f64; 5], [2, 3]).unwrap_err().to_string(), "new: shape [2, 3]: 5 entries do not fill it");
    assert_eq!(message(|| Tensor::<f64>::zeros([2, -1])), "zeros: a size is negative in [2, -1]");
    assert_eq!(message(|| Tensor::<f64>::zeros([1; 9])), "a tensor has at most 8 dimensions");
    assert_eq!(message(|| Tensor::<f32>::one_hot(&[3], 3)), "one_hot: label 3 of 3 classes");
    assert_eq!(message(|| Tensor::<f32>::zeros([2]).item()), "item: shape [2] has not one entry");
}

/// Mean and variance.
fn moments(x: &Tensor<f64>) -> (f64, f64) {
    (x.mean(), x.var())
}

#[test]
fn random_tensors_have_their_distribution_and_depend_on_the_seed_alone() {
    let near = |x: &Tensor<f64>, mean: f64, variance: f64| {
        let (m, v) = moments(x);
        assert!(
            (m - mean).abs() < 0.05 * variance.sqrt() && (v / variance - 1.0).abs() < 0.05,
            "mean {m}, variance {v}: {mean}, {variance}"
        );
    };
    near(&Tensor::rand([200, 100], 1), 0.5, 1.0 / 12.0);
    near(&Tensor::randn([200, 100], 2), 0.0, 1.0);
    near(&Tensor::kaiming_normal([200, 100], 3), 0.0, 2.0 / 200.0);
    near(&Tensor::kaiming_uniform([200, 100], 4), 0.0, 2.0 / 200.0);
    near(&Tensor::xavier_normal([200, 100], 5), 0.0, 2.0 / 300.0);
    near(&Tensor::xavier_uniform([200, 100], 6), 0.0, 2.0 / 300.0);
    assert_eq!(Tensor::<f64>::randn([3], 7), Tensor::randn([3], 7));
    assert_ne!(Tensor::<f64>::randn([3], 7), Tensor::randn([3], 8));
    assert!(Tensor::<f32>::rand([1000], 9).as_slice().iter().all(|v| (0.0..1.0).contains(v)));
    assert_eq!(Tensor::<f32>::kaiming_normal([0, 0], 1).numel(), 0);
}

#[test]
fn printing_is_that_of_pytorch() {
    let (nan, inf) = (f32::NAN, f32::INFINITY);
    let count = |n: f64| Tensor::arange(0.0, n, 1.0);
    let printed: Vec<Tensor> = vec![
        Tensor::scalar(1.5),
        Tensor::scalar(3.0),
        tensor![1.0, 2.5],
        tensor![-1.0, 2.0],
        tensor![[1.0, -2.5], [3.0, 4.0]],
        tensor![1e-5, 1.0],
        tensor![1e9, 1.0],
        tensor![12345.678, 0.5],
        tensor![nan, inf, -inf, 1.0],
        tensor![nan, 1.5],
        Tensor::zeros([0]),
        Tensor::zeros([0, 3]),
        Tensor::zeros([2, 0]),
        count(24.0).reshape([2, 3, 4]),
        count(30.0),
        count(30.0) / 7.0,
        count(2000.0),
        count(2000.0).reshape([40, 50]) / 3.0,
        count(24.0).reshape([2, 1, 3, 4]),
        Tensor::zeros([2, 2]),
        Tensor::full([3], 1e-6),
        tensor![1e8],
        tensor![1e7],
        count(40.0).reshape([2, 20]) * 1.5,
        count(2000.0).reshape([2, 2, 500]),
        Tensor::scalar(1e-7),
        Tensor::scalar(1e10),
    ];
    let expected: Vec<&str> = include_str!("tensors/printed_by_pytorch.txt").split("---\n").collect();
    assert_eq!(printed.len() + 1, expected.len());
    for (tensor, expected) in printed.iter().zip(expected) {
        assert_eq!(format!("{tensor}\n"), expected);
        assert_eq!(format!("{tensor:?}\n"), expected);
    }
}

#[test]
fn entries_and_slices() {
    let mut x = Tensor::arange(0.0, 24.0, 1.0).reshape([2, 3, 4]);
    assert_eq!((x[[1, 2, 3]], x.select(0, 1).slice((2, 3)).item(), Tensor::from([1.0, 5.0])[1]), (23.0_f64, 23.0, 5.0));
    assert_eq!(x.slice((.., 1, 2..)), tensor![[6.0, 7.0], [18.0, 19.0]]);
    assert_eq!(x.slice(1), x.select(0, 1));
    assert_eq!(x.slice((0..=0, ..1)), tensor![[[0.0, 1.0, 2.0, 3.0]]]);
    assert_eq!(x.slice([0..1, 1..3, 3..4]), tensor![[[7.0], [11.0]]]);
    assert_eq!((x.slice((.., 3..)).shape(), x.slice((1, 2, 3)).shape()), (&[2, 0, 4][..], &[][..]));
    assert_eq!(x.slice(..).as_ptr(), x.as_ptr(), "all of a tensor shares its storage");
    let shared = x.clone();
    x[[0, 0, 0]] = -1.0;
    assert_eq!((x[[0, 0, 0]], shared[[0, 0, 0]]), (-1.0, 0.0), "a clone is copied when it is written to");
    assert_eq!(message(|| shared.slice((.., 2..5))), "slice: shape [2, 3, 4]: 2..5 is out of range for dimension 1");
    assert_eq!(message(|| noise(&[2], 1.0).slice((.., 0))), "slice: shape [2]: there is no dimension 1");
    assert_eq!(message(|| noise(&[2], 1.0).slice(2)), "slice: shape [2]: 2..3 is out of range for dimension 0");
    assert_eq!(message(|| noise(&[2, 2], 1.0)[[0, 2]]), "index [0, 2] is out of range for shape [2, 2]");
    assert_eq!(message(|| noise(&[2, 2], 1.0)[0]), "index [0] is out of range for shape [2, 2]");
}

#[differentiable]
fn sliced(x: &Tensor<f64>) -> f64 {
    let a = x.slice((.., 1..));
    let b = x.slice((1, ..2));
    (&a * &a).sum() + b.norm() + x.slice(0).prod()
}

#[test]
fn slices_are_differentiable() {
    for shape in [&[3, 4][..], &[2, 2, 2], &[3, 2, 0], &[4, 3]] {
        check1(op::slice, ((1..2, ..),), |x: &Tensor<f64>| x.slice((1..2, ..)), noise(shape, 1.0));
        check1(op::slice, ((.., 1),), |x: &Tensor<f64>| x.slice((.., 1)), noise(shape, 1.0));
        check1(op::slice, (1,), |x: &Tensor<f64>| x.slice(1), noise(shape, 1.0));
    }
    check_gradients!(sliced(&noise(&[3, 4], 1.0))).unwrap();
}

#[test]
fn transposes_are_computed_only_when_they_are_read() {
    let x = noise(&[5, 7], 1.0);
    assert_eq!(x.t().t().as_ptr(), x.as_ptr());
    assert_eq!(x.transpose(0, 1), x.permute([1, 0]));
    let y = x.t();
    assert!((0..7).all(|i| (0..5).all(|j| y[[i, j]] == x[[j, i]])));
    assert_eq!(y.t(), x, "once it was read, too");
    let batch = noise(&[2, 3, 4], 1.0);
    assert_eq!(batch.transpose(1, 2).reshape([8, 3]).slice((4..8, 1)), batch.slice((1, 1)), "a reshape reads it");
    assert_eq!(batch.transpose(-1, -2).matmul(&batch), batch.permute([0, 2, 1]).map(|v| v).matmul(&batch));
    let mut written = x.t();
    written[[0, 1]] = 9.0;
    assert_eq!((x[[1, 0]] == 9.0, written[[0, 1]]), (false, 9.0));
}

/// Products of transposes in every place, with gradients.
#[differentiable]
fn transposed_products(x: &Tensor<f64>, w: &Tensor<f64>, v: &Tensor<f64>) -> f64 {
    let y = x.matmul(&w.t());
    let z = x.t().matmul(&y);
    let u = y.t().matmul(&x.matmul(v)) + w.matmul(v);
    (&z * &z).sum() + (w.t().t() * w).sum() + (&u * &u).sum() + y.t().t().matmul(w).sum()
}

/// The scores of attention: transposes in a batch.
#[differentiable]
fn attention(q: &Tensor<f64>, k: &Tensor<f64>) -> f64 {
    let scores = q.matmul(&k.transpose(1, 2)).softmax(-1);
    let back = scores.transpose(-2, -1).matmul(q);
    (&back * &back).sum() + q.transpose(1, 2).matmul(&k.select(0, 0).t().t()).sum()
}

#[test]
fn products_of_transposes_have_the_right_gradients() {
    for (m, k, n) in [(4, 3, 5), (1, 3, 2), (3, 1, 1), (9, 8, 10), (2, 0, 3)] {
        check_gradients!(transposed_products(&noise(&[m, k], 0.2), &noise(&[n, k], 1.0), &noise(&[k], 2.0))).unwrap();
    }
    for (b, n, d) in [(2, 3, 3), (1, 4, 4), (3, 9, 9), (2, 1, 1)] {
        check_gradients!(attention(&noise(&[b, n, d], 0.2), &noise(&[b, n, d], 1.0))).unwrap();
    }
}

#[test]
fn large_products_are_shared_among_threads() {
    pullback::tensor::set_threads(3);
    let (m, k, n) = (205, 180, 190);
    let (x, y) = (noise(&[m, k], 0.3), noise(&[k, n], 0.8));
    let (z, flipped) = (x.matmul(&y), y.t().matmul(&x.t()));
    let others = (noise(&[k, m], 0.1).t(), noise(&[n, k], 0.6).t());
    let w = others.0.matmul(&others.1);
    for (i, j) in [(0, 0), (71, 3), (72, 189), (143, 60), (144, 0), (204, 189)] {
        let sum = |a: &Tensor<f64>, b: &Tensor<f64>| (0..k).map(|p| a[[i, p]] * b[[p, j]]).sum::<f64>();
        assert!((z[[i, j]] - sum(&x, &y)).abs() < 1e-10 && (flipped[[j, i]] - z[[i, j]]).abs() < 1e-10);
        assert!((w[[i, j]] - sum(&others.0, &others.1)).abs() < 1e-10, "of transposes");
    }
}

#[test]
fn nalgebra_is_exchanged_without_needless_copies() {
    let v = DVector::from_vec(vec![1.0, 2.0, 3.0]);
    let at = v.as_ptr();
    let x = Tensor::from(v);
    assert_eq!((x.as_ptr(), x.shape()), (at, &[3][..]));
    assert_eq!(x.into_dvector().as_ptr(), at);
    let m = DMatrix::from_fn(2, 3, |i, j| (3 * i + j) as f64);
    let at = m.as_ptr();
    let x = Tensor::from(m.clone());
    assert_eq!(x, tensor![[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]);
    assert_eq!((x.to_dmatrix(), x.clone().into_dmatrix()), (m.clone(), m.clone()));
    let y = Tensor::from(m);
    assert_eq!(y.matmul(&Tensor::ones([3])), tensor![3.0, 12.0]);
    assert_eq!(y.into_dmatrix().as_ptr(), at, "there and back, a product between");
    assert_eq!(Tensor::from(&Matrix2x3::new(0.0, 1.0, 2.0, 3.0, 4.0, 5.0)), x);
    assert_eq!(Tensor::from(&Vector3::new(1.0, 2.0, 3.0)), tensor![1.0, 2.0, 3.0]);
    assert_eq!(Tensor::from(&RowDVector::from_vec(vec![1.0, 2.0])), tensor![[1.0, 2.0]]);
    assert_eq!(Tensor::from(&x.to_dmatrix().columns(1, 2)), tensor![[1.0, 2.0], [4.0, 5.0]], "a view");
    assert_eq!(Tensor::from(DMatrix::<f64>::zeros(0, 2)).shape(), [0, 2]);
    assert_eq!(message(|| noise(&[2], 1.0).to_dmatrix()), "into_dmatrix: shape [2] has not two dimensions");
}

#[test]
fn comparisons_and_masks() {
    let (x, y) = (tensor![1.0_f64, 2.0, f64::NAN], tensor![2.0, 2.0, 2.0]);
    assert_eq!(x.lt(&y).as_slice(), [true, false, false]);
    assert_eq!((!x.ge(&y)).as_slice(), [true, false, true]);
    assert_eq!((x.eq(2.0).count(), x.ne(2.0).count(), x.le(&y).count(), x.gt(1.0).count()), (1, 2, 2, 1));
    assert_eq!(x.masked(&x.lt(5.0)), [1.0, 2.0]);
    assert_eq!(message(|| noise(&[3], 1.0).masked(&noise(&[2], 1.0).gt(0.0))), "masked: shape [3] and [2]: the shapes differ");
    assert!(tensor![1.0_f64, 2.0].all_close(tensor![1.0 + 1e-9, 2.0], 1e-8) && !x.all_close(&x, 1.0), "NaN is close to nothing");
}

/// The line at which `f` panics.
fn line_of(f: impl FnOnce() + std::panic::UnwindSafe) -> u32 {
    static LINE: Mutex<u32> = Mutex::new(0);
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(|e| e.into_inner());
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(|info| {
        let here = info.location().filter(|l| l.file().ends_with("tensors.rs")).map_or(0, |l| l.line());
        *LINE.lock().unwrap() = here;
    }));
    let panics = std::panic::catch_unwind(f).is_err();
    std::panic::set_hook(before);
    assert!(panics, "this panics");
    *LINE.lock().unwrap()
}

/// Each mistake is reported where the user wrote it: in this file.
macro_rules! reported_here {
    ($($e:expr;)*) => { $(assert_ne!(line_of(|| { let _ = $e; }), 0, "{}", stringify!($e));)* };
}

#[differentiable]
fn wrong_product(x: &Tensor<f64>, w: &Tensor<f64>) -> f64 {
    let y = x.tanh();
    y.matmul(w).sum()
}

#[differentiable]
fn wrong_sum(x: &Tensor<f64>, w: &Tensor<f64>) -> f64 {
    let y = x.tanh();
    (y * 2.0 + w).sum()
}

#[differentiable]
fn wrong_list(x: &Tensor<f64>, w: &Tensor<f64>) -> f64 {
    let y = x.tanh();
    Tensor::stack(&[&y, w], 0).sum()
}

#[test]
fn mistakes_are_reported_at_the_callers_line() {
    let x = || Tensor::<f64>::ones([2, 3]);
    let none = || Tensor::<f64>::zeros([0]);
    #[rustfmt::skip]
    reported_here! {
        x() + Tensor::ones([2]); x() - &Tensor::ones([2]); &x() * Tensor::ones([2]); &x() / &Tensor::ones([2]);
        { let mut y = x(); y += &Tensor::ones([2]); y };
        x().maximum(&Tensor::ones([2])); x().minimum(&Tensor::ones([2])); x().where_else(&x(), &none().gt(0.0)); x().gt(&Tensor::ones([2]));
        x().matmul(&x()); x().dot(&x()); x().outer(&x());
        x().sum_dim(2, false); x().var_dim([0, 0], true); x().max_dim(5, true); none().max(); none().min_dim(0, false); none().argmax(); x().argmin_dim(3);
        x().softmax(2); x().log_softmax(-3);
        x().transpose(0, 2); x().permute([0]); x().reshape([4]); x().unsqueeze(4); x().broadcast_to([3, 3]); x().narrow(0, 2, 1); x().select(1, 3);
        x().slice(2); Tensor::<f64>::ones([2, 2, 2]).t();
        x().index_select(0, [2]); x().gather(0, [1]); x().pad(2, 0, 0, 0.0); x().split(0, 0); x().chunk(1, 2);
        Tensor::concat(&[x(), x().t()], 0); Tensor::stack(&[x(), none()], 0);
        x().mse_loss(&none()); x().huber_loss(&none(), 1.0); x().bce_with_logits(&none()); x().cross_entropy([0]); x().nll_loss([0, 3]);
        x().inverse(); x().solve(&none()); x().det(); x().logdet(); Tensor::<f64>::zeros([2, 2]).inverse();
        Tensor::<f64>::new(vec![], [1]); Tensor::<f64>::zeros([-1]); Tensor::<f64>::one_hot(&[1], 1); x().item(); x()[[2, 0]]; x()[0];
        Tensor::<f64>::arange(0.0, 1.0, 0.0); x().to_dmatrix().transpose() * none().to_dmatrix(); x().masked(&none().gt(0.0));
    }
    let expected = line!() + 1;
    assert_eq!(line_of(|| drop(x() + Tensor::ones([2]))), expected);
    let of = |code: &str| include_str!("tensors.rs").lines().position(|l| l.trim() == code).unwrap() + 1;
    let product = line_of(|| drop(wrong_product::grad(&x(), &x())));
    assert_eq!(product as usize, of("y.matmul(w).sum()"), "inside a differentiable function, its own line");
    let sum = line_of(|| drop(wrong_sum::grad(&x(), &x().t())));
    assert_eq!(sum as usize, of("(y * 2.0 + w).sum()"));
    let list = line_of(|| drop(wrong_list::grad(&x(), &x().t())));
    assert_eq!(list as usize, of("Tensor::stack(&[&y, w], 0).sum()"));
}

/// Each operation with a shape mistake: what it says when it panics, what its twin returns.
macro_rules! mistakes {
    ($($x:expr, $op:ident $try_op:ident($($arg:expr),*): $said:literal;)*) => { {
        $(
            assert_eq!(message(|| $x.$op($($arg),*)), $said, "{}", stringify!($op));
            let mistake: ShapeError = $x.$try_op($($arg),*).err().expect(stringify!($try_op));
            assert_eq!(mistake.to_string(), $said);
            assert_eq!(mistake.operation(), stringify!($op));
        )*
        [$(stringify!($try_op)),*]
    } };
}

#[test]
#[rustfmt::skip]
fn every_shape_mistake_has_its_words_and_its_twin() {
    use std::ops::{Add, Div, Mul, Sub};
    let x = || Tensor::<f64>::ones([2, 3]);
    let y = || Tensor::<f64>::ones([2]);
    let none = || Tensor::<f64>::zeros([0, 2]);
    let tested = mistakes! {
        &x(), add try_add(&y()): "add: shape [2, 3] and [2]: the shapes do not broadcast";
        &x(), sub try_sub(&y()): "sub: shape [2, 3] and [2]: the shapes do not broadcast";
        &x(), mul try_mul(&y()): "mul: shape [2, 3] and [2]: the shapes do not broadcast";
        &x(), div try_div(&y()): "div: shape [2, 3] and [2]: the shapes do not broadcast";
        x(), maximum try_maximum(&y()): "maximum: shape [2, 3] and [2]: the shapes do not broadcast";
        x(), minimum try_minimum(&y()): "minimum: shape [2, 3] and [2]: the shapes do not broadcast";
        x(), where_else try_where_else(&y(), &x().gt(0.0)): "where_else: shape [2, 3] and [2]: they do not broadcast to the mask's shape [2, 3]";
        x(), sum_dim try_sum_dim(2, false): "sum_dim: shape [2, 3]: there is no dimension 2";
        x(), mean_dim try_mean_dim(-3, false): "mean_dim: shape [2, 3]: there is no dimension -3";
        x(), prod_dim try_prod_dim(2, true): "prod_dim: shape [2, 3]: there is no dimension 2";
        none(), max_dim try_max_dim(0, false): "max_dim: shape [0, 2]: there are no entries to choose from";
        none(), min_dim try_min_dim(0, true): "min_dim: shape [0, 2]: there are no entries to choose from";
        x(), norm_dim try_norm_dim([0, 0], false): "norm_dim: shape [2, 3]: dimension 0 is named twice";
        x(), var_dim try_var_dim([1, -1], false): "var_dim: shape [2, 3]: dimension 1 is named twice";
        x(), std_dim try_std_dim(9, false): "std_dim: shape [2, 3]: there is no dimension 9";
        x(), logsumexp_dim try_logsumexp_dim(2, false): "logsumexp_dim: shape [2, 3]: there is no dimension 2";
        x(), softmax try_softmax(2): "softmax: shape [2, 3]: there is no dimension 2";
        x(), log_softmax try_log_softmax(-3): "log_softmax: shape [2, 3]: there is no dimension -3";
        x(), matmul try_matmul(&x()): "matmul: shape [2, 3] and [2, 3]: the inner sizes differ";
        y(), dot try_dot(&Tensor::ones([3])): "dot: shape [2] and [3]: both must be 1-D and of one length";
        x(), outer try_outer(&y()): "outer: shape [2, 3] and [2]: both must be 1-D";
        Tensor::<f64>::ones([1, 2, 3]), t try_t(): "t: shape [1, 2, 3]: more than two dimensions";
        x(), transpose try_transpose(0, 2): "transpose: shape [2, 3]: there is no dimension 2";
        x(), permute try_permute([0]): "permute: shape [2, 3]: [0] does not name each dimension once";
        x(), reshape try_reshape([4]): "reshape: shape [2, 3]: its 6 entries do not fill [4]";
        x(), unsqueeze try_unsqueeze(4): "unsqueeze: shape [2, 3]: there is no dimension 4";
        x(), broadcast_to try_broadcast_to([3, 3]): "broadcast_to: shape [2, 3] and [3, 3]: the first does not broadcast to the second";
        x(), narrow try_narrow(1, 2, 2): "narrow: shape [2, 3]: 2 indices from 2 are out of range for dimension 1";
        x(), select try_select(0, 2): "select: shape [2, 3]: index 2 is out of range for dimension 0";
        x(), slice try_slice(5): "slice: shape [2, 3]: 5..6 is out of range for dimension 0";
        x(), index_select try_index_select(0, [0, 2]): "index_select: shape [2, 3]: index 2 is out of range for dimension 0";
        x(), gather try_gather(1, [0, 1, 2]): "gather: shape [2, 3]: 3 indices for 2 lines along dimension 1";
        x(), pad try_pad(2, 1, 1, 0.0): "pad: shape [2, 3]: there is no dimension 2";
        x(), split try_split(0, 1): "split: shape [2, 3]: parts of size 0";
        x(), chunk try_chunk(2, 2): "chunk: shape [2, 3]: there is no dimension 2";
        x(), mse_loss try_mse_loss(&y()): "mse_loss: shape [2, 3] and [2]: the shapes differ";
        x(), huber_loss try_huber_loss(&y(), 1.0): "huber_loss: shape [2, 3] and [2]: the shapes differ";
        x(), bce_with_logits try_bce_with_logits(&y()): "bce_with_logits: shape [2, 3] and [2]: the shapes differ";
        x(), cross_entropy try_cross_entropy([1]): "cross_entropy: shape [2, 3]: 1 labels for 2 rows";
        x(), nll_loss try_nll_loss([1, 3]): "nll_loss: shape [2, 3]: label 3 of 3 classes";
        x(), inverse try_inverse(): "inverse: shape [2, 3]: a square matrix is wanted";
        x(), solve try_solve(&y()): "solve: shape [2, 3] and [2]: the first is not a square matrix";
        x(), det try_det(): "det: shape [2, 3]: a square matrix is wanted";
        x(), logdet try_logdet(): "logdet: shape [2, 3]: a square matrix is wanted";
    };
    let lists = [
        (Tensor::try_new(vec![1.0_f64; 5], [2, 3]).unwrap_err(), "new: shape [2, 3]: 5 entries do not fill it"),
        (Tensor::try_concat(&[x(), y()], 0).unwrap_err(), "concat: shape [2, 3] and [2]: they differ in more than dimension 0"),
        (Tensor::try_stack(&[x(), y()], 0).unwrap_err(), "stack: shape [2, 3] and [2]: the shapes differ"),
    ];
    for (mistake, said) in lists {
        assert_eq!(mistake.to_string(), said);
    }
    // whatever the sources call `try_…` is in the table; the last two of these can't fail
    let here = ["try_new", "try_concat", "try_stack", "try_flatten", "try_squeeze"];
    let foreign = ["try_op", "try_dim", "try_method", "try_for_each", "try_from", "try_to_usize"];
    for twin in twins().filter(|t| !foreign.contains(t)) {
        assert!(tested.contains(&twin) || here.contains(&twin), "`{twin}` has no row here");
    }
}

/// The names of all twins in the tensors' sources.
fn twins() -> impl Iterator<Item = &'static str> {
    const SOURCES: &[&str] = &[
        include_str!("../src/tensor/arithmetic.rs"),
        include_str!("../src/tensor/compare.rs"),
        include_str!("../src/tensor/construct.rs"),
        include_str!("../src/tensor/elementwise.rs"),
        include_str!("../src/tensor/index.rs"),
        include_str!("../src/tensor/linalg.rs"),
        include_str!("../src/tensor/loss.rs"),
        include_str!("../src/tensor/matmul.rs"),
        include_str!("../src/tensor/picks.rs"),
        include_str!("../src/tensor/pieces.rs"),
        include_str!("../src/tensor/reduce.rs"),
        include_str!("../src/tensor/shape_ops.rs"),
        include_str!("../src/tensor/soft.rs"),
    ];
    let words = SOURCES.iter().flat_map(|s| s.split(|c: char| !c.is_alphanumeric() && c != '_'));
    words.filter(|w| w.starts_with("try_") && w.len() > 5)
}

/// The operations of the compiler's table that tensors have: each has a gradient check in these tests.
#[test]
fn every_differentiable_operation_has_its_gradient_check() {
    let tests =
        concat!(include_str!("tensor_ops.rs"), include_str!("tensors.rs"), include_str!("matrices.rs"), include_str!("elementwise.rs"));
    let corpus = concat!(
        include_str!("../../tests/tests/nalgebra_rows.rs"),
        include_str!("../../tests/tests/programs/decompositions.rs"),
        include_str!("../../tests/tests/programs/tensors_of_numbers.rs")
    );
    let table = include_str!("../../macros/src/ops.rs");
    // the conversions of numbers and containers are checked in the corpus: `Tensor::from` is `from_list` there
    let conversion = |name: &&str| ["cast", "into", "from_list"].contains(name);
    let rows: Vec<&str> = table.split("row(\"").skip(1).filter_map(|r| r.split('"').next()).filter(|n| !conversion(n)).collect();
    assert!(rows.len() > 60, "{rows:?}");
    for name in rows {
        let alone = [format!("op::{name},"), format!("op::{name} "), format!("op::{name};")].iter().any(|t| tests.contains(t));
        let listed = [format!(": {name} "), format!(" {name}, entries"), format!(": {name}(")].iter().any(|t| tests.contains(t));
        let written = [format!(".{name}("), format!("::{name}(")].iter().any(|t| corpus.contains(t));
        assert!(alone || listed || written, "`{name}` has no gradient check");
    }
}
