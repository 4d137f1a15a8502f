//! The check of a derivative rule: pull against central differences, push against pull, and that only what the row keeps is read.
//!
//! Input: an operation's marker, its parameters, a function, operands. Output: passes or panics. Invariant: what is kept is read from the
//! compiler's own table, so that a row and its rule can't disagree.

#![allow(dead_code, reason = "each test uses what it needs")]

use pullback::rule::{Kept, Rule1, Rule2, Witness, kept, value, witness};
use pullback::{Differentiable, Tangent, Tensor};

/// The compiler's table of structured operations.
const TABLE: &str = include_str!("../../../macros/src/ops.rs");

/// What the row of an operation keeps.
fn row<O>(operands: usize, params: usize) -> &'static str {
    let name = std::any::type_name::<O>().rsplit("::").next().unwrap();
    let head = format!("row(\"{name}\", {operands}, {params}, \"");
    let (_, rest) = TABLE.split_once(&head).unwrap_or_else(|| panic!("no row for {name} with {params} parameters"));
    rest.split_once('"').unwrap().0
}

/// The parameters of a rule: a tuple.
pub(crate) trait Params {
    const COUNT: usize;
}
macro_rules! params {
    ($($n:literal: $($p:ident)*;)*) => { $(impl<$($p),*> Params for ($($p,)*) { const COUNT: usize = $n; })* };
}
params! { 0: ; 1: A; 2: A B; 3: A B C; 4: A B C D; }

/// Values that are lists of numbers.
pub(crate) trait Flat: Differentiable<Base = Self, Tangent = Self> + Tangent {
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
impl Flat for Tensor<f64> {
    fn entries(&self) -> Vec<f64> {
        self.to_vec()
    }
    fn entry(&mut self, k: usize) -> &mut f64 {
        &mut self.as_mut_slice()[k]
    }
}
macro_rules! list {
    ($([$($generics:tt)*] $t:ty;)*) => { $(
        impl<$($generics)*> Flat for $t {
            fn entries(&self) -> Vec<f64> {
                self.iter().flat_map(Flat::entries).collect()
            }
            fn entry(&mut self, mut k: usize) -> &mut f64 {
                for part in self {
                    if k < part.numel() {
                        return part.entry(k);
                    }
                    k -= part.numel();
                }
                unreachable!("the index is below the number of entries");
            }
        }
    )* };
}
list! { [] Vec<Tensor<f64>>; [const N: usize] [Tensor<f64>; N]; }

/// A tensor without a pattern.
pub(crate) fn tensor(shape: &[usize], seed: f64) -> Tensor<f64> {
    Tensor::zeros(shape).noise(seed)
}

pub(crate) fn close(what: &str, a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * (1.0 + a.abs() + b.abs()), "{what}: {a} and {b} differ");
}

fn operand<'a, X: Flat>(x: &'a X, witness: &'a Witness<X>, keep: bool) -> Kept<'a, X> {
    if keep { value(x) } else { kept(witness) }
}

/// Compares `pull` (into x̄) with central differences of `f`, and with `push`.
fn compare<X: Flat, Z: Flat>(what: &str, x: &X, f: impl Fn(&X) -> Z, pull: impl Fn(&Z, &mut X), push: impl Fn(&X) -> Z) {
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
        close(&format!("{what}, entry {k}: pull and central differences"), bar, difference, 1e-6);
        close(&format!("{what}, entry {k}: pull onto a cotangent"), added.entries()[k], before.entries()[k] + bar, 1e-12);
        close(&format!("{what}, entry {k}: push and pull"), z_bar.dot(&push(&unit)), bar, 1e-11);
    }
    let x_dot = x.noise(4.2);
    close(&format!("{what}: the adjoint identity"), z_bar.dot(&push(&x_dot)), x_bar.dot(&x_dot), 1e-11);
    let mut untouched = X::zero();
    pull(&Z::zero(), &mut untouched);
    assert!(untouched.entries().iter().all(|e| *e == 0.0), "{what}: a zero cotangent stays zero");
    assert!(push(&X::zero()).entries().iter().all(|e| *e == 0.0), "{what}: a zero tangent stays zero");
}

/// Checks a rule with one operand.
pub(crate) fn check1<O, P, X, Z>(op: O, p: P, f: impl Fn(&X) -> Z, x: X)
where
    O: Copy,
    P: Params,
    X: Flat + Rule1<O, P, Z>,
    Z: Flat,
{
    check1_keeping(op, row::<O>(1, P::COUNT), p, f, x);
}

/// Checks a rule with one operand that reads what `keep` says.
pub(crate) fn check1_keeping<O, P, X, Z>(op: O, keep: &str, p: P, f: impl Fn(&X) -> Z, x: X)
where
    O: Copy,
    X: Flat + Rule1<O, P, Z>,
    Z: Flat,
{
    let z = f(&x);
    let (wx, wz) = (witness(&x), witness(&z));
    let operands = || (operand(&x, &wx, keep.contains('x')), operand(&z, &wz, keep.contains('z')));
    let pull = |z_bar: &Z, x_bar: &mut X| {
        let (x, z) = operands();
        pullback::rule::pull(op, x, &p, z, z_bar, x_bar);
    };
    let push = |x_dot: &X| {
        let (x, z) = operands();
        pullback::rule::push(op, x, &p, z, x_dot)
    };
    compare(std::any::type_name::<O>(), &x, &f, pull, push);
}

/// Checks a rule with two operands, on either side.
pub(crate) fn check2<O, P, X, Y, Z>(op: O, p: P, f: impl Fn(&X, &Y) -> Z, x: X, y: Y)
where
    O: Copy,
    P: Params,
    X: Flat + Rule2<O, P, Y, Z>,
    Y: Flat,
    Z: Flat,
{
    check2_keeping(op, row::<O>(2, P::COUNT), p, f, x, y);
}

/// Checks a rule with two operands that reads what `keep` says: of the left adjoint, a bar, of the right one; or of both.
pub(crate) fn check2_keeping<O, P, X, Y, Z>(op: O, keep: &str, p: P, f: impl Fn(&X, &Y) -> Z, x: X, y: Y)
where
    O: Copy,
    X: Flat + Rule2<O, P, Y, Z>,
    Y: Flat,
    Z: Flat,
{
    use pullback::rule::{pull_lhs, pull_rhs, push_lhs, push_rhs};
    let z = f(&x, &y);
    let (wx, wy, wz) = (witness(&x), witness(&y), witness(&z));
    let (left, right) = keep.split_once('|').unwrap_or((keep, keep));
    let ops = |k: &str| (operand(&x, &wx, k.contains('x')), operand(&y, &wy, k.contains('y')), operand(&z, &wz, k.contains('z')));
    let pull = |z_bar: &Z, x_bar: &mut X| {
        let (x, y, z) = ops(left);
        pull_lhs(op, x, y, &p, z, z_bar, x_bar);
    };
    let push = |x_dot: &X| {
        let (x, y, z) = ops(left);
        push_lhs(op, x, y, &p, z, x_dot)
    };
    compare(&format!("{} (left)", std::any::type_name::<O>()), &x, |x| f(x, &y), pull, push);
    let pull = |z_bar: &Z, y_bar: &mut Y| {
        let (x, y, z) = ops(right);
        pull_rhs(op, x, y, &p, z, z_bar, y_bar);
    };
    let push = |y_dot: &Y| {
        let (x, y, z) = ops(right);
        push_rhs(op, x, y, &p, z, y_dot)
    };
    compare(&format!("{} (right)", std::any::type_name::<O>()), &y, |y| f(&x, y), pull, push);
}

/// The message of the panic of `f`.
pub(crate) fn message<R>(f: impl FnOnce() -> R + std::panic::UnwindSafe) -> String {
    let payload = std::panic::catch_unwind(f).err().expect("this panics");
    payload.downcast_ref::<String>().cloned().or_else(|| payload.downcast_ref::<&str>().map(|s| (*s).to_owned())).expect("a message")
}
