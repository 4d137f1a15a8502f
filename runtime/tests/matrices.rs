//! Every rule of nalgebra's matrices against central differences, and push against pull.
//!
//! Input: an operation, what its row keeps, operands of several sizes. Output: passes or panics. Invariant: a rule sees the values that
//! its row keeps and no others, and a cotangent with and without data is tried.

use nalgebra::{
    DMatrix, DVector, DefaultAllocator, Dim, Matrix1, Matrix2, Matrix2x3, Matrix3, Matrix3x2, Matrix3xX, OMatrix, RowDVector, RowVector3,
    Vector1, Vector3, allocator::Allocator,
};
use pullback::rule::{Kept, Rule1, Rule2, Witness, kept, value, witness};
use pullback::{Differentiable, Tangent, op};

/// Values that are lists of numbers.
trait Flat: Differentiable<Base = Self, Tangent = Self> + Tangent {
    fn entries(&self) -> Vec<f64>;
    fn entry(&mut self, k: usize) -> &mut f64;
    /// The value with its entries replaced by numbers without a pattern.
    fn noise(&self, seed: f64) -> Self {
        let mut noise = self.zero_tangent();
        for k in 0..noise.entries().len() {
            *noise.entry(k) = (seed + 1.7 * k as f64).sin() + 0.1;
        }
        noise
    }
}
impl Flat for f64 {
    fn entries(&self) -> Vec<f64> {
        vec![*self]
    }
    fn entry(&mut self, _: usize) -> &mut f64 {
        self
    }
}
impl<R: Dim, C: Dim> Flat for OMatrix<f64, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    fn entries(&self) -> Vec<f64> {
        self.as_slice().to_vec()
    }
    fn entry(&mut self, k: usize) -> &mut f64 {
        &mut self.as_mut_slice()[k]
    }
}

fn close(what: &str, a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * (1.0 + a.abs() + b.abs()), "{what}: {a} and {b} differ");
}

fn operand<'a, X: Flat>(x: &'a X, witness: &'a Witness<X>, keep: bool) -> Kept<'a, X> {
    if keep { value(x) } else { kept(witness) }
}

/// Compares `pull` (into x̄) with central differences of `f`, and with `push`.
fn compare<X: Flat, Z: Flat>(x: &X, f: impl Fn(&X) -> Z, pull: impl Fn(&Z, &mut X), push: impl Fn(&X) -> Z) {
    let z_bar = f(x).noise(0.3);
    let mut x_bar = X::zero();
    pull(&z_bar, &mut x_bar);
    x.finish(&mut x_bar);
    let before = x.noise(2.1);
    let mut added = before.clone();
    pull(&z_bar, &mut added);
    for k in 0..x.entries().len() {
        let (mut up, mut down, mut unit) = (x.clone(), x.clone(), x.zero_tangent());
        let h = 1e-5;
        *up.entry(k) += h;
        *down.entry(k) -= h;
        *unit.entry(k) = 1.0;
        let difference = (z_bar.dot(&f(&up)) - z_bar.dot(&f(&down))) / (2.0 * h);
        let bar = x_bar.entries()[k];
        close("pull and central differences", bar, difference, 1e-7);
        close("pull onto a cotangent", added.entries()[k], before.entries()[k] + bar, 1e-12);
        close("push and pull", z_bar.dot(&push(&unit)), bar, 1e-12);
    }
    let mut untouched = X::zero();
    pull(&Z::zero(), &mut untouched);
    assert!(untouched.is_zero(), "a zero cotangent stays zero");
    assert!(push(&X::zero()).is_zero(), "a zero tangent stays zero");
}

fn check1<O: Copy, X: Flat + Rule1<O, (), Z>, Z: Flat>(op: O, keep: &str, f: impl Fn(&X) -> Z, x: X) {
    let z = f(&x);
    let (wx, wz) = (witness(&x), witness(&z));
    let operands = || (operand(&x, &wx, keep.contains('x')), operand(&z, &wz, keep.contains('z')));
    let pull = |z_bar: &Z, x_bar: &mut X| {
        let (x, z) = operands();
        pullback::rule::pull(op, x, &(), z, z_bar, x_bar);
    };
    let push = |x_dot: &X| {
        let (x, z) = operands();
        pullback::rule::push(op, x, &(), z, x_dot)
    };
    compare(&x, &f, pull, push);
}

/// `keep` is what the left and the right adjoint read, a bar between.
fn check2<O, X, Y, Z>(op: O, keep: &str, f: impl Fn(&X, &Y) -> Z, x: X, y: Y)
where
    O: Copy,
    X: Flat + Rule2<O, (), Y, Z>,
    Y: Flat,
    Z: Flat,
{
    use pullback::rule::{pull_lhs, pull_rhs, push_lhs, push_rhs};
    let z = f(&x, &y);
    let (wx, wy, wz) = (witness(&x), witness(&y), witness(&z));
    let (left, right) = keep.split_once('|').unwrap();
    let ops =
        |keep: &str| (operand(&x, &wx, keep.contains('x')), operand(&y, &wy, keep.contains('y')), operand(&z, &wz, keep.contains('z')));
    let pull = |z_bar: &Z, x_bar: &mut X| {
        let (x, y, z) = ops(left);
        pull_lhs(op, x, y, &(), z, z_bar, x_bar);
    };
    let push = |x_dot: &X| {
        let (x, y, z) = ops(left);
        push_lhs(op, x, y, &(), z, x_dot)
    };
    compare(&x, |x| f(x, &y), pull, push);
    let pull = |z_bar: &Z, y_bar: &mut Y| {
        let (x, y, z) = ops(right);
        pull_rhs(op, x, y, &(), z, z_bar, y_bar);
    };
    let push = |y_dot: &Y| {
        let (x, y, z) = ops(right);
        push_rhs(op, x, y, &(), z, y_dot)
    };
    compare(&y, |y| f(&x, y), pull, push);
}

fn dynamic(rows: usize, columns: usize) -> DMatrix<f64> {
    DMatrix::zeros(rows, columns).noise(rows as f64)
}

fn vector(len: usize) -> DVector<f64> {
    DVector::zeros(len).noise(len as f64)
}

/// Runs a check for matrices of several storages, among them empty ones.
macro_rules! over_shapes {
    ($x:ident => $check:expr) => {{
        {
            let $x = Matrix2x3::<f64>::zeros().noise(0.5);
            $check;
        }
        {
            let $x = RowVector3::<f64>::zeros().noise(0.6);
            $check;
        }
        {
            let $x = Matrix1::<f64>::zeros().noise(0.7);
            $check;
        }
        {
            let $x = Matrix3xX::<f64>::zeros(4).noise(0.8);
            $check;
        }
        for $x in [vector(0), vector(1), vector(9)] {
            $check;
        }
        for $x in [dynamic(0, 0), dynamic(0, 3), dynamic(2, 0), dynamic(4, 3), dynamic(1, 1)] {
            $check;
        }
    }};
}

#[test]
fn componentwise() {
    over_shapes!(x => check2(op::Add, "|", |x, y| x + y, x.noise(1.0), x.noise(2.0)));
    over_shapes!(x => check2(op::Sub, "|", |x, y| x - y, x.noise(1.0), x.noise(2.0)));
    over_shapes!(x => check2(op::component_mul, "y|x", |x, y| x.component_mul(y), x.noise(1.0), x.noise(2.0)));
    over_shapes!(x => check2(op::component_div, "y|xy", |x, y| x.component_div(y), x.noise(1.0), x.noise(0.2).map(|y| 2.0 + y)));
    over_shapes!(x => check2(op::dot, "y|x", |x, y| x.dot(y), x.noise(1.0), x.noise(2.0)));
}

#[test]
fn componentwise_of_mixed_storages() {
    check2(op::Add, "|", |x, y| x + y, vector(3), Vector3::zeros().noise(2.0));
    check2(op::Sub, "|", |x, y| x - y, Vector3::zeros().noise(2.0), vector(3));
    check2(op::Add, "|", |x, y| x + y, dynamic(3, 2), Matrix3xX::zeros(2).noise(2.0));
    check2(op::dot, "y|x", |x, y| x.dot(y), vector(3), Vector3::zeros().noise(2.0));
}

#[test]
fn with_scalars() {
    over_shapes!(x => check2(op::Mul, "y|x", |x, s| x * *s, x, 1.5));
    over_shapes!(x => check2(op::Mul, "y|x", |s, x| *s * x, -0.7, x));
    over_shapes!(x => check2(op::Div, "y|xy", |x, s| x / *s, x, 1.5));
    over_shapes!(x => check2(op::scale, "y|x", |x, s| x.scale(*s), x, 1.5));
    over_shapes!(x => check2(op::unscale, "y|xy", |x, s| x.unscale(*s), x, -1.5));
    over_shapes!(x => check2(op::add_scalar, "|", |x, s| x.add_scalar(*s), x, 1.5));
}

#[test]
fn unary() {
    over_shapes!(x => check1(op::Neg, "", |x| -x, x));
    over_shapes!(x => check1(op::transpose, "", |x| x.transpose(), x));
    over_shapes!(x => if !x.is_empty() { check1(op::normalize, "xz", |x| x.normalize(), x) });
}

#[test]
fn reductions() {
    over_shapes!(x => check1(op::sum, "", |x| x.sum(), x));
    over_shapes!(x => check1(op::mean, "", |x| x.mean(), x));
    over_shapes!(x => check1(op::norm, "xz", |x| x.norm(), x));
    over_shapes!(x => check1(op::magnitude, "xz", |x| x.magnitude(), x));
    over_shapes!(x => check1(op::norm_squared, "x", |x| x.norm_squared(), x));
    over_shapes!(x => check1(op::magnitude_squared, "x", |x| x.magnitude_squared(), x));
    for n in [0, 1, 5] {
        check1(op::trace, "", |x| x.trace(), dynamic(n, n));
    }
    check1(op::trace, "", |x| x.trace(), Matrix3::zeros().noise(1.0));
}

#[test]
fn the_norm_of_zero_has_the_subgradient_zero() {
    let x = Vector3::<f64>::zeros();
    let mut x_bar = Vector3::zeros();
    pullback::rule::pull(op::norm, value(&x), &(), value(&0.0), &1.0, &mut x_bar);
    assert_eq!(x_bar, Vector3::zeros());
}

#[test]
fn products() {
    check2(op::Mul, "y|x", |x, y| x * y, Matrix2x3::zeros().noise(1.0), Matrix3x2::zeros().noise(2.0));
    check2(op::Mul, "y|x", |x, y| x * y, Matrix2x3::zeros().noise(1.0), Vector3::zeros().noise(2.0));
    check2(op::Mul, "y|x", |x, y| x * y, RowVector3::zeros().noise(1.0), Matrix3::zeros().noise(2.0));
    check2(op::Mul, "y|x", |x, y| x * y, Vector3::zeros().noise(1.0), RowVector3::zeros().noise(2.0));
    check2(op::Mul, "y|x", |x, y| x * y, Matrix1::zeros().noise(1.0), Vector1::zeros().noise(2.0));
    check2(op::Mul, "y|x", |x, y| x * y, dynamic(3, 2), vector(2));
    check2(op::Mul, "y|x", |x, y| x * y, dynamic(2, 3), Vector3::zeros().noise(1.0));
    check2(op::Mul, "y|x", |x, y| x * y, vector(3), RowDVector::zeros(2).noise(1.0));
    for [m, k, n] in
        [[4, 9, 5], [7, 6, 6], [1, 20, 30], [30, 20, 1], [13, 1, 18], [1, 6, 1], [2, 0, 3], [0, 2, 3], [2, 3, 0], [0, 0, 0], [12, 17, 11]]
    {
        check2(op::Mul, "y|x", |x, y| x * y, dynamic(m, k), dynamic(k, n));
        check2(op::tr_mul, "y|x", |x, y| x.tr_mul(y), dynamic(k, m), dynamic(k, n));
    }
    check2(op::tr_mul, "y|x", |x, y| x.tr_mul(y), Matrix3x2::zeros().noise(1.0), Vector3::zeros().noise(2.0));
    check2(op::tr_mul, "y|x", |x, y| x.tr_mul(y), vector(5), vector(5));
}

#[test]
fn cross() {
    check2(op::cross, "y|x", |x, y| x.cross(y), Vector3::zeros().noise(1.0), Vector3::zeros().noise(2.0));
    check2(op::cross, "y|x", |x, y| x.cross(y), RowVector3::zeros().noise(1.0), RowVector3::zeros().noise(2.0));
    check2(op::cross, "y|x", |x, y| x.cross(y), vector(3), Vector3::zeros().noise(2.0));
}

#[test]
fn single_precision_and_references() {
    let (x, y) = (&Vector3::new(1.0_f32, 2.0, 3.0), &Vector3::new(4.0_f32, 5.0, 6.0));
    let z = x.dot(y);
    let mut x_bar = Vector3::zeros();
    pullback::rule::pull_lhs(op::dot, value(&x), value(&y), &(), value(&z), &2.0, &mut x_bar);
    assert_eq!(x_bar, Vector3::new(8.0, 10.0, 12.0));
    let z = 2.0 * x;
    let mut s_bar = 0.0;
    pullback::rule::pull_lhs(op::Mul, value(&2.0_f32), value(&x), &(), value(&z), y, &mut s_bar);
    assert_eq!(s_bar, 32.0);
}

#[test]
fn tangents() {
    let m = dynamic(2, 3);
    let mut bar = DMatrix::<f64>::zero();
    assert_eq!((bar.nrows(), bar.ncols()), (0, 0));
    assert_eq!(Matrix3xX::<f64>::zero().ncols(), 0);
    assert_eq!(Matrix2::<f64>::zero(), Matrix2::zeros());
    assert!(bar.is_zero() && DMatrix::<f64>::zeros(2, 2).is_zero() && !m.is_zero());
    bar.accumulate(m.clone());
    bar.accumulate(DMatrix::zero());
    bar.accumulate(m.clone());
    assert_eq!(bar, 2.0 * &m);
    Tangent::scale(&mut bar, 0.5);
    assert_eq!(bar, m);
    assert!((Tangent::dot(&m, &m) - m.norm_squared()).abs() < 1e-12);
    let mut finished = DMatrix::zero();
    m.finish(&mut finished);
    assert_eq!(finished, DMatrix::zeros(2, 3));
}

#[test]
#[should_panic(expected = "two cotangents of one matrix have different shapes")]
fn cotangents_of_different_shapes_are_refused() {
    dynamic(2, 3).accumulate(dynamic(3, 2));
}
