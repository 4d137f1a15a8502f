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
            let least: usize = $least;
            for shape in SHAPES {
                let $x = tensor(shape, 0.7);
                let x: Tensor<f64> = $from;
                if x.numel() >= least {
                    check1(op::$op, (), |x: &Tensor<f64>| x.$op(), x.clone());
                }
                for axis in 0..shape.len() {
                    let axis = axis as isize - if axis % 2 == 0 { 0 } else { shape.len() as isize };
                    let n = shape[axis.rem_euclid(shape.len() as isize) as usize];
                    if n < least {
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
    close("var", x.var(), 8.041_666_666_666_668, 1e-14);
    close("std", x.std(), 2.835_783_254_528_926, 1e-14);
    close("norm", x.norm(), 8.139_410_298_049_853, 1e-14);
    close("logsumexp", x.logsumexp(), 6.179_218_858_959_585, 1e-12);
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
    assert_eq!(message(|| Tensor::<f64>::zeros([2, 2]).sum_dim([1, -1], true)), "sum_dim: shape [2, 2]: dimension 1 is named twice");
    let nan = Tensor::from([1.0, f64::NAN, 2.0]);
    assert!(nan.max().is_nan() && nan.min().is_nan() && nan.sum().is_nan() && nan.logsumexp().is_nan());
    assert_eq!(nan.argmax(), 1);
}

/// The gradient of a reduction at a point where it has many.
macro_rules! subgradient {
    ($op:ident, $x:expr) => {{
        let x: Tensor<f64> = Tensor::from($x);
        let (z, mut bar): (f64, Tensor<f64>) = (x.$op(), pullback::Tangent::zero());
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

#[test]
fn matrix_products() {
    let shapes: &[(&[usize], &[usize])] = &[
        (&[3], &[3]),
        (&[2, 3], &[3]),
        (&[3], &[3, 2]),
        (&[2, 3], &[3, 4]),
        (&[1, 1], &[1, 1]),
        (&[9, 8], &[8, 10]),
        (&[1, 30], &[30, 20]),
        (&[2, 2, 3], &[3, 2]),
        (&[2, 2, 3], &[2, 3, 2]),
        (&[2, 3], &[2, 3, 2]),
        (&[2, 1, 2, 3], &[3, 3, 2]),
        (&[4, 2, 3], &[3]),
        (&[3], &[4, 3, 2]),
        (&[1, 2, 3], &[1, 3, 2]),
        (&[0, 3], &[3, 2]),
        (&[2, 0], &[0, 3]),
        (&[2, 3], &[3, 0]),
        (&[0, 2, 3], &[3, 2]),
        (&[0, 2, 3], &[1, 3, 2]),
        (&[2, 12, 9], &[9, 10]),
        (&[2, 12, 9], &[2, 9, 10]),
    ];
    for (a, b) in shapes {
        check2(op::matmul, (), |x: &Tensor<f64>, y: &Tensor<f64>| x.matmul(y), tensor(a, 1.0), tensor(b, 2.0));
    }
    for n in [0, 1, 5] {
        check2(op::dot, (), |x: &Tensor<f64>, y: &Tensor<f64>| x.dot(y), tensor(&[n], 1.0), tensor(&[n], 2.0));
        check2(op::outer, (), |x: &Tensor<f64>, y: &Tensor<f64>| x.outer(y), tensor(&[n], 1.0), tensor(&[3], 2.0));
    }
}

#[test]
fn a_product_is_the_sum_of_its_terms() {
    for (m, k, n) in [(1, 1, 1), (3, 4, 5), (17, 9, 33), (64, 64, 10), (1, 100, 50)] {
        let (a, b) = (tensor(&[m, k], 1.0), tensor(&[k, n], 2.0));
        let c = a.matmul(&b);
        let transposed = b.t().matmul(&a.t()).t();
        for i in 0..m {
            for j in 0..n {
                let sum: f64 = (0..k).map(|p| a[[i, p]] * b[[p, j]]).sum();
                close("matmul", c[[i, j]], sum, 1e-13);
                close("matmul of transposes", transposed[[i, j]], sum, 1e-13);
            }
        }
    }
}

#[test]
fn products_are_counted() {
    let (a, b) = (tensor(&[3, 2, 2], 1.0), tensor(&[3, 2, 2], 2.0));
    let before = pullback::tensor::matmul_count();
    let _ = a.matmul(&b);
    assert_eq!(pullback::tensor::matmul_count() - before, 3, "each of a batch");
    let _ = a.matmul(&tensor(&[2, 2], 1.0));
    assert_eq!(pullback::tensor::matmul_count() - before, 4, "a batch times one matrix is one product");
}

#[test]
fn products_name_the_shapes() {
    let say = |a: &[usize], b: &[usize]| Tensor::<f64>::zeros(a).try_matmul(&Tensor::zeros(b)).unwrap_err().to_string();
    assert_eq!(say(&[2, 3], &[2, 3]), "matmul: shape [2, 3] and [2, 3]: the inner sizes differ");
    assert_eq!(say(&[2, 2, 3], &[3, 3, 2]), "matmul: shape [2, 2, 3] and [3, 3, 2]: the batches do not broadcast");
    assert_eq!(say(&[], &[3]), "matmul: shape [] and [3]: both need at least one dimension");
    assert_eq!(message(|| Tensor::<f64>::zeros([3]).matmul(&Tensor::zeros([2]))), "matmul: shape [3] and [2]: the inner sizes differ");
    assert_eq!(
        message(|| Tensor::<f64>::zeros([3]).dot(&Tensor::zeros([2]))),
        "dot: shape [3] and [2]: both must be 1-D and of one length"
    );
    assert_eq!(message(|| Tensor::<f64>::zeros([3, 1]).outer(&Tensor::zeros([2]))), "outer: shape [3, 1] and [2]: both must be 1-D");
}

/// A matrix far from singular.
fn regular(n: usize) -> Tensor<f64> {
    tensor(&[n, n], 0.4) + Tensor::eye(n) * 3.0
}

#[test]
fn linear_algebra() {
    for n in [0, 1, 2, 3, 4, 6] {
        let a = regular(n);
        check1(op::inverse, (), |x: &Tensor<f64>| x.inverse(), a.clone());
        check1(op::det, (), |x: &Tensor<f64>| x.det(), a.clone());
        check1(op::logdet, (), |x: &Tensor<f64>| x.logdet(), a.clone());
        for b in [&[n][..], &[n, 1], &[n, 3], &[n, 0]] {
            check2(op::solve, (), |x: &Tensor<f64>, y: &Tensor<f64>| x.solve(y), a.clone(), tensor(b, 1.0));
        }
        assert!(a.matmul(&a.inverse()).all_close(Tensor::eye(n), 1e-12));
        close("logdet", a.logdet(), a.det().ln(), 1e-12);
    }
    let rank_one = tensor(&[4], 1.0).outer(&tensor(&[4], 2.0));
    let rank_three = tensor(&[4, 3], 1.3).matmul(&tensor(&[3, 4], 2.0));
    for singular in [Tensor::zeros([1, 1]), Tensor::zeros([3, 3]), rank_one, rank_three] {
        check1(op::det, (), |x: &Tensor<f64>| x.det(), singular);
    }
}

#[test]
fn linear_algebra_says_what_is_wrong() {
    assert_eq!(Tensor::<f64>::eye(0).det(), 1.0);
    assert!(Tensor::from([[0.0_f64, 1.0], [1.0, 0.0]]).logdet().is_nan(), "the determinant is −1");
    assert_eq!(Tensor::<f64>::zeros([2, 2]).logdet(), f64::NEG_INFINITY);
    assert_eq!(Tensor::from([[0.0, 2.0], [-3.0, 0.0]]).logdet(), 6.0_f64.ln());
    let single = Tensor::from([[2.0_f32, 1.0], [1.0, 3.0]]);
    assert_eq!(single.solve(&Tensor::from([3.0_f32, 4.0])), Tensor::from([1.0_f32, 1.0]));
    assert_eq!(message(|| Tensor::<f64>::zeros([2, 3]).inverse()), "inverse: shape [2, 3]: a square matrix is wanted");
    assert_eq!(message(|| Tensor::<f64>::zeros([2, 2]).inverse()), "inverse: shape [2, 2]: the matrix is singular");
    assert_eq!(message(|| Tensor::<f64>::zeros([3]).det()), "det: shape [3]: a square matrix is wanted");
    let say = |a: &[usize], b: &[usize]| Tensor::<f64>::zeros(a).try_solve(&Tensor::zeros(b)).unwrap_err().to_string();
    assert_eq!(say(&[2, 3], &[2]), "solve: shape [2, 3] and [2]: the first is not a square matrix");
    assert_eq!(say(&[2, 2], &[3, 1]), "solve: shape [2, 2] and [3, 1]: the second has not as many rows as the first");
    assert_eq!(say(&[2, 2], &[2, 1]), "solve: shape [2, 2] and [2, 1]: the matrix is singular");
}

/// A shape operation over all shapes of at least `dims` dimensions.
macro_rules! moves {
    ($($test:ident: $op:ident($($p:expr),*), on $shapes:expr;)*) => { $(
        #[test]
        fn $test() {
            let shapes: &[&[usize]] = $shapes;
            for shape in shapes {
                check1(op::$op, ($($p,)*), |x: &Tensor<f64>| x.$op($($p),*), tensor(shape, 1.0));
            }
        }
    )* };
}
moves! {
    transposes: t(), on &[&[], &[3], &[2, 3], &[0, 2], &[1, 1]];
    exchanges: transpose(0, -1), on &[&[2], &[2, 3], &[2, 3, 4], &[2, 0, 3]];
    permutes: permute([2, 0, -2]), on &[&[2, 3, 4], &[1, 0, 2], &[2, 1, 1]];
    reshapes: reshape([-1, 2]), on &[&[2], &[2, 3], &[4, 1, 2], &[0, 3]];
    reshapes_to_a_scalar: reshape(()), on &[&[], &[1], &[1, 1]];
    flattens: flatten(), on SHAPES;
    squeezes: squeeze(), on &[&[], &[1], &[1, 3, 1], &[2, 1, 0], &[2, 3]];
    unsqueezes: unsqueeze(-1), on &[&[], &[2], &[2, 0], &[2, 3, 1]];
    unsqueezes_in_front: unsqueeze(0), on &[&[], &[2], &[2, 0]];
    broadcasts: broadcast_to([2, 3]), on &[&[], &[1], &[3], &[2, 1], &[1, 3], &[2, 3]];
    broadcasts_to_nothing: broadcast_to([0, 2]), on &[&[], &[2], &[1, 1], &[0, 1]];
    narrows: narrow(1, 1, 2), on &[&[2, 3], &[1, 4, 2], &[0, 3]];
    narrows_to_nothing: narrow(0, 1, 0), on &[&[2, 3], &[1]];
    selects: select(-1, 1), on &[&[2], &[3, 2], &[2, 2, 3], &[0, 2]];
    selects_rows: select(0, 1), on &[&[2], &[3, 2], &[2, 2, 3]];
    picks: index_select(0, [1, 0, 1]), on &[&[2], &[3, 2], &[2, 0]];
    picks_columns: index_select(-1, vec![1, 1]), on &[&[2], &[3, 2], &[2, 3, 2]];
    picks_nothing: index_select(0, &[] as &[usize]), on &[&[2], &[3, 2], &[0]];
    gathers: gather(1, [0, 2]), on &[&[2, 3], &[1, 4], &[2, 3, 1]];
    gathers_columns: gather(0, [1, 0, 1, 1, 0, 0]), on &[&[2, 3], &[3, 2, 3]];
    pads: pad(0, 1, 2, 0.5), on &[&[2], &[2, 3], &[0, 2]];
    pads_columns: pad(-1, 0, 1, -0.5), on &[&[2], &[2, 3], &[2, 0], &[2, 1, 2]];
    splits: split(2, -1), on &[&[3], &[2, 4], &[3, 1], &[2, 0]];
    splits_rows: split(3, 0), on &[&[3], &[5, 2], &[0, 2]];
    chunks: chunk(2, 0), on &[&[3], &[4, 2], &[1, 2], &[0]];
}

#[test]
fn lists_are_put_together() {
    let (a, b, c) = (tensor(&[2, 3], 1.0), tensor(&[1, 3], 2.0), tensor(&[2, 3], 3.0));
    check1(op::concat, (0,), |x: &[Tensor<f64>; 2]| Tensor::concat(x, 0), [a.clone(), b.clone()]);
    check1(op::concat, (-2,), |x: &Vec<Tensor<f64>>| Tensor::concat(x, -2), vec![a.clone(), b.clone(), c.clone()]);
    check1(op::concat, (1,), |x: &[Tensor<f64>; 2]| Tensor::concat(x, 1), [a.clone(), c.clone()]);
    check1(op::concat, (0,), |x: &[Tensor<f64>; 2]| Tensor::concat(x, 0), [tensor(&[0, 2], 1.0), tensor(&[2, 2], 1.0)]);
    for axis in [0, 1, 2, -1] {
        check1(op::stack, (axis,), |x: &[Tensor<f64>; 2]| Tensor::stack(x, axis), [a.clone(), c.clone()]);
    }
    check1(op::stack, (0,), |x: &Vec<Tensor<f64>>| Tensor::stack(x, 0), vec![tensor(&[], 1.0), tensor(&[], 2.0)]);
    assert_eq!(Tensor::concat(&[&a, &b], 0).split(2, 0), [a.clone(), b.clone()]);
    assert_eq!(Tensor::stack(&[&a, &c], 1).select(1, 1), c);
    assert_eq!(tensor(&[5], 1.0).chunk(3, 0).iter().map(Tensor::numel).collect::<Vec<_>>(), [2, 2, 1]);
}

#[test]
fn moves_have_the_values_of_pytorch() {
    let x = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    assert_eq!(x.t(), Tensor::from([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]));
    assert_eq!(x.reshape([3, -1]), Tensor::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]));
    assert_eq!(x.gather(1, [2, 0]), Tensor::from([[3.0], [4.0]]));
    assert_eq!(x.gather(0, [0, 1, 0, 1, 1, 1]), Tensor::from([[1.0, 5.0, 3.0], [4.0, 5.0, 6.0]]));
    assert_eq!(x.index_select(1, [2, 2]), Tensor::from([[3.0, 3.0], [6.0, 6.0]]));
    assert_eq!(x.pad(0, 1, 0, f64::NEG_INFINITY).narrow(0, 1, 2), x);
    assert_eq!(x.reshape(6).as_ptr(), x.as_ptr(), "a reshape shares its storage");
    assert_eq!(Tensor::one_hot(&[1, 0], 3), Tensor::from([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]));
}

#[test]
fn moves_name_the_shapes() {
    let x = || Tensor::<f64>::zeros([2, 3]);
    assert_eq!(message(|| x().reshape([4, -1])), "reshape: shape [2, 3]: its 6 entries do not fill [4, -1]");
    assert_eq!(message(|| x().reshape([-1, -1])), "reshape: shape [2, 3]: its 6 entries do not fill [-1, -1]");
    assert_eq!(message(|| Tensor::<f64>::zeros([0]).reshape([0, -1])), "reshape: shape [0]: its 0 entries do not fill [0, -1]");
    assert_eq!(message(|| Tensor::<f64>::zeros([2, 2, 2]).t()), "t: shape [2, 2, 2]: more than two dimensions");
    assert_eq!(message(|| x().transpose(0, 2)), "transpose: shape [2, 3]: there is no dimension 2");
    assert_eq!(message(|| x().permute([0, 0])), "permute: shape [2, 3]: [0, 0] does not name each dimension once");
    assert_eq!(message(|| x().unsqueeze(3)), "unsqueeze: shape [2, 3]: there is no dimension 3");
    assert_eq!(message(|| x().broadcast_to([3, 3])), "broadcast_to: shape [2, 3] and [3, 3]: the first does not broadcast to the second");
    assert_eq!(message(|| x().narrow(1, 2, 2)), "narrow: shape [2, 3]: 2 indices from 2 are out of range for dimension 1");
    assert_eq!(message(|| x().select(0, 2)), "select: shape [2, 3]: index 2 is out of range for dimension 0");
    assert_eq!(message(|| x().index_select(0, [0, 2])), "index_select: shape [2, 3]: index 2 is out of range for dimension 0");
    assert_eq!(message(|| x().gather(1, [0, 1, 2])), "gather: shape [2, 3]: 3 indices for 2 lines along dimension 1");
    assert_eq!(message(|| x().pad(2, 1, 1, 0.0)), "pad: shape [2, 3]: there is no dimension 2");
    assert_eq!(message(|| x().split(0, 1)), "split: shape [2, 3]: parts of size 0");
    assert_eq!(
        message(|| Tensor::concat(&[x(), Tensor::zeros([3, 2])], 0)),
        "concat: shape [2, 3] and [3, 2]: they differ in more than dimension 0"
    );
    assert_eq!(message(|| Tensor::stack(&[x(), Tensor::zeros([2, 2])], 0)), "stack: shape [2, 3] and [2, 2]: the shapes differ");
    assert_eq!(message(|| Tensor::stack(&[x(), x()], 3)), "stack: shape [1, 2, 3]: there is no dimension 3");
    assert_eq!(message(|| Tensor::<f64>::concat(&[] as &[Tensor<f64>], 0)), "concat: there is nothing to put together");
}

#[test]
fn losses() {
    for shape in [&[][..], &[3], &[2, 3], &[2, 1, 2]] {
        let (x, y) = (tensor(shape, 1.0) * 2.0, tensor(shape, 2.0));
        check2(op::mse_loss, (), |x: &Tensor<f64>, y: &Tensor<f64>| x.mse_loss(y), x.clone(), y.clone());
        check2(op::bce_with_logits, (), |x: &Tensor<f64>, y: &Tensor<f64>| x.bce_with_logits(y), x.clone(), y.clone());
        check2(op::huber_loss, (0.7,), |x: &Tensor<f64>, y: &Tensor<f64>| x.huber_loss(y, 0.7), x, y);
    }
    for (n, classes) in [(1, 1), (3, 4), (5, 2)] {
        let labels: Vec<usize> = (0..n).map(|i| (i * 7 + 1) % classes).collect();
        check1(op::cross_entropy, (&labels,), |x: &Tensor<f64>| x.cross_entropy(&labels), tensor(&[n, classes], 1.0));
        check1(op::nll_loss, (&labels[..],), |x: &Tensor<f64>| x.nll_loss(&labels[..]), tensor(&[n, classes], 1.0));
    }
}

#[test]
fn losses_have_the_values_of_pytorch() {
    let logits = Tensor::from([[1.0, 2.0, 0.5], [0.1, -1.0, 3.0]]);
    close("cross entropy", logits.cross_entropy([1, 2]), 0.267_571_501_534_217_94, 1e-12);
    close("by way of nll", logits.log_softmax(1).nll_loss(vec![1, 2]), logits.cross_entropy([1, 2]), 1e-14);
    assert_eq!(Tensor::from([[1000.0, 0.0]]).cross_entropy([1]), 1000.0_f64);
    assert_eq!(Tensor::from([1000.0, -1000.0]).bce_with_logits(&Tensor::from([1.0, 0.0])), 0.0_f64);
    assert_eq!(Tensor::from([0.5, 3.0]).huber_loss(&Tensor::from([0.0, 0.0]), 1.0_f64), (0.125 + 2.5) / 2.0);
    assert!(Tensor::<f64>::zeros([0]).mse_loss(&Tensor::zeros([0])).is_nan(), "the mean of nothing");
    assert!(Tensor::<f64>::zeros([0, 3]).cross_entropy([]).is_nan(), "the mean of nothing");
}

#[test]
fn losses_name_the_shapes() {
    let x = || Tensor::<f64>::zeros([2, 3]);
    assert_eq!(message(|| x().mse_loss(&Tensor::zeros([3]))), "mse_loss: shape [2, 3] and [3]: the shapes differ");
    assert_eq!(message(|| x().huber_loss(&Tensor::zeros([3]), 1.0)), "huber_loss: shape [2, 3] and [3]: the shapes differ");
    assert_eq!(message(|| x().cross_entropy([1])), "cross_entropy: shape [2, 3]: 1 labels for 2 rows");
    assert_eq!(message(|| x().cross_entropy([1, 3])), "cross_entropy: shape [2, 3]: label 3 of 3 classes");
    assert_eq!(message(|| Tensor::<f64>::zeros([3]).nll_loss([1])), "nll_loss: shape [3]: a matrix [n, classes] is wanted");
}
