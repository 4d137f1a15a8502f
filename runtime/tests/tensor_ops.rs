//! The tensor's reductions, shape operations, products, losses and linear algebra: values, rules, and what mistakes say.
//!
//! Input: operations over several shapes, empty and 0-d ones included. Output: passes or panics. Invariant: each differentiable operation
//! is checked against central differences and by the adjoint identity.

mod common_ops;

use common_ops::{check1, check2, close, message, tensor};
use pullback::tensor::Mask;
use pullback::{Tensor, op};

const SHAPES: &[&[usize]] = &[&[], &[1], &[5], &[2, 3], &[3, 1, 2], &[0], &[2, 0, 3], &[2, 2, 2, 2]];

/// A reduction over all entries, and over axes.
macro_rules! reductions {
    ($($test:ident: $op:ident $dim:ident, entries $least:literal, |$x:ident| $from:expr;)*) => { $(
        #[test]
        fn $test() {
            for shape in SHAPES {
                let $x = tensor(shape, 0.7);
                let x: Tensor<f64> = $from;
                if x.numel() >= $least {
                    check1(op::$op, (), |x: &Tensor<f64>| x.$op(), x.clone());
                }
                for axis in 0..shape.len() {
                    let axis = axis as isize - if axis % 2 == 0 { 0 } else { shape.len() as isize };
                    let n = shape[axis.rem_euclid(shape.len() as isize) as usize];
                    if n < $least {
                        continue;
                    }
                    for keepdim in [false, true] {
                        check1(op::$dim, (axis, keepdim), |x: &Tensor<f64>| x.$dim(axis, keepdim), x.clone());
                    }
                }
            }
            let $x = tensor(&[2, 3, 4], 0.2);
            let x: Tensor<f64> = $from;
            for keepdim in [false, true] {
                check1(op::$dim, ([0, 2], keepdim), |x: &Tensor<f64>| x.$dim([0, 2], keepdim), x.clone());
                check1(op::$dim, (vec![-1, -2], keepdim), |x: &Tensor<f64>| x.$dim([-1, -2], keepdim), x.clone());
                check1(op::$dim, ((), keepdim), |x: &Tensor<f64>| x.$dim((), keepdim), x.clone());
            }
        }
    )* };
}
reductions! {
    sums: sum sum_dim, entries 0, |x| x;
    means: mean mean_dim, entries 1, |x| x;
    products: prod prod_dim, entries 0, |x| x;
    maxima: max max_dim, entries 1, |x| x;
    minima: min min_dim, entries 1, |x| x;
    norms: norm norm_dim, entries 1, |x| x;
    variances: var var_dim, entries 2, |x| x;
    deviations: std std_dim, entries 2, |x| x;
    log_sums: logsumexp logsumexp_dim, entries 1, |x| x;
    products_with_zeros: prod prod_dim, entries 0, |x| x.map(|v| if v < -0.5 { 0.0 } else { v });
}

#[test]
fn reductions_have_the_values_of_pytorch() {
    let x = Tensor::from([[1.0, -2.0, 3.0], [4.0, 0.5, 6.0]]);
    close("sum", x.sum(), 12.5, 1e-15);
    close("var", x.var(), 8.241_666_666_666_667, 1e-14);
    close("std", x.std(), 2.870_830_136_502_234, 1e-14);
    close("norm", x.norm(), 8.200_609_733_428_363, 1e-14);
    close("logsumexp", x.logsumexp(), 6.177_902_684_664_917, 1e-12);
    assert_eq!(x.sum_dim(0, false), Tensor::from([5.0, -1.5, 9.0]));
    assert_eq!(x.sum_dim(-1, true), Tensor::from([[2.0], [10.5]]));
    assert_eq!(x.max_dim(1, false), Tensor::from([3.0, 6.0]));
    assert_eq!(x.min_dim(0, true), Tensor::from([[1.0, -2.0, 3.0]]));
    assert_eq!(x.prod_dim([0, 1], false), Tensor::scalar(-72.0));
    assert_eq!((x.argmax(), x.argmin()), (5, 1));
    assert_eq!((x.argmax_dim(0), x.argmax_dim(-1), x.argmin_dim(1)), (vec![1, 1, 1], vec![2, 2], vec![1, 1]));
    let big = Tensor::full([1 << 16], 0.1_f32);
    assert!((big.sum() - 6553.6).abs() < 0.01, "pairwise sums round little: {}", big.sum());
    assert_eq!(Tensor::from([1000.0, 1000.0]).logsumexp(), 1000.0 + 2.0_f64.ln());
}

#[test]
fn empty_reductions_and_nan() {
    let none = Tensor::<f64>::zeros([2, 0]);
    assert_eq!((none.sum(), none.prod(), none.norm()), (0.0, 1.0, 0.0));
    assert!(none.mean().is_nan() && none.var().is_nan() && Tensor::from([1.0_f64]).var().is_nan());
    assert_eq!(none.logsumexp(), f64::NEG_INFINITY);
    assert_eq!(none.sum_dim(1, false), Tensor::from([0.0, 0.0]));
    assert_eq!(none.max_dim(0, false).shape(), [0]);
    assert_eq!(message(|| Tensor::<f64>::zeros([2, 0]).max()), "max: shape [2, 0]: there are no entries to choose from");
    assert_eq!(message(|| Tensor::<f64>::zeros([2, 0]).min_dim(1, true)), "min_dim: shape [2, 0]: there are no entries to choose from");
    assert_eq!(message(|| Tensor::<f64>::zeros([0]).argmax()), "argmax: shape [0]: there are no entries to choose from");
    assert_eq!(message(|| Tensor::<f64>::zeros([2]).sum_dim(1, true)), "sum_dim: shape [2]: there is no dimension 1");
    assert_eq!(message(|| Tensor::<f64>::zeros([2, 2]).sum_dim([1, -1], true)), "sum_dim: shape [2, 2]: dimension -1 is named twice");
    let nan = Tensor::from([1.0, f64::NAN, 2.0]);
    assert!(nan.max().is_nan() && nan.min().is_nan() && nan.sum().is_nan() && nan.logsumexp().is_nan());
    assert_eq!(nan.argmax(), 1);
}

/// The gradient of a reduction at a point where it has many.
macro_rules! subgradient {
    ($op:ident, $x:expr) => {{
        let x: Tensor<f64> = Tensor::from($x);
        let (z, mut bar) = (x.$op(), pullback::Tangent::zero());
        pullback::rule::pull(op::$op, pullback::rule::value(&x), &(), pullback::rule::value(&z), &1.0, &mut bar);
        bar
    }};
}

#[test]
fn subgradients_are_those_of_pytorch() {
    assert_eq!(subgradient!(max, [1.0, 3.0, 3.0]), Tensor::from([0.0, 0.5, 0.5]));
    assert_eq!(subgradient!(min, [1.0, 3.0, 1.0]), Tensor::from([0.5, 0.0, 0.5]));
    assert_eq!(subgradient!(norm, [0.0, 0.0]), Tensor::from([0.0, 0.0]));
    assert_eq!(subgradient!(std, [2.0, 2.0]), Tensor::from([0.0, 0.0]));
    assert_eq!(subgradient!(prod, [0.0, 3.0, 4.0]), Tensor::from([12.0, 0.0, 0.0]));
    assert_eq!(subgradient!(prod, [0.0, 3.0, 0.0]), Tensor::from([0.0, 0.0, 0.0]));
}

#[test]
fn softmax_along_each_axis() {
    for shape in SHAPES.iter().filter(|s| !s.is_empty()) {
        for axis in 0..shape.len() {
            check1(op::softmax, (axis,), |x: &Tensor<f64>| x.softmax(axis), tensor(shape, 1.0));
            check1(op::log_softmax, (axis,), |x: &Tensor<f64>| x.log_softmax(axis), tensor(shape, 1.0));
        }
    }
    let masked = Tensor::from([[0.0, f64::NEG_INFINITY], [1000.0, 1000.0]]);
    assert_eq!(masked.softmax(1), Tensor::from([[1.0, 0.0], [0.5, 0.5]]));
    assert_eq!(masked.log_softmax(-1).as_slice()[..2], [0.0, f64::NEG_INFINITY]);
}

#[test]
fn item_is_differentiable() {
    check1(op::item, (), |x: &Tensor<f64>| x.item(), tensor(&[1, 1], 0.3));
    check1(op::item, (), |x: &Tensor<f64>| x.item(), tensor(&[], 0.3));
}

#[test]
fn masks_choose() {
    let mask: Mask = tensor(&[2, 3], 0.5).gt(0.2);
    for (a, b) in [(&[2, 3][..], &[2, 3][..]), (&[3], &[2, 1]), (&[], &[1, 3])] {
        check2(op::where_else, (&mask,), |x: &Tensor<f64>, y: &Tensor<f64>| x.where_else(y, &mask), tensor(a, 1.0), tensor(b, 2.0));
    }
}
