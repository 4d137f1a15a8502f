//! Matrix products: `x * y` of matrices and vectors, and `x.tr_mul(&y)`, which is xᵀ y.
//!
//! Input: two matrices. Output: the rules; of `z = x y` they are x̄ += z̄ yᵀ and ȳ += xᵀ z̄. Invariant: every product adds to what is
//! there; small ones in a plain loop, large ones in nalgebra's `gemm`, which pays for a transposed copy from about 12³ products of entries
//! on.

use super::{MatrixShape, entries_of};
use crate::differentiable::Tangent;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule2};
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrixView, DMatrixViewMut, DefaultAllocator, Dim, OMatrix, RealField};

/// Up to how many products of entries a plain loop is fastest: with static sizes it is unrolled.
const SMALL: usize = 216;

/// From how many on `gemm` is, for what isn't a vector.
const LARGE: usize = 1728;

/// `c += a b`, of the sizes m×k and k×n, where `A` says that a is stored transposed, `B` that b is.
#[inline(always)]
fn add_product<T: Real + RealField, const A: bool, const B: bool>(c: &mut [T], a: &[T], b: &[T], sizes: [usize; 3]) {
    let [m, k, n] = sizes;
    if m * k * n > SMALL {
        return add_large_product::<T, A, B>(c, a, b, sizes);
    }
    for j in 0..n {
        for p in 0..k {
            let factor = b[if B { j + p * n } else { p + j * k }];
            for i in 0..m {
                c[i + j * m] += a[if A { p + i * k } else { i + p * m }] * factor;
            }
        }
    }
}

fn add_large_product<T: Real + RealField, const A: bool, const B: bool>(c: &mut [T], a: &[T], b: &[T], [m, k, n]: [usize; 3]) {
    if m * k * n >= LARGE && m > 1 && k > 1 && n > 1 {
        let mut c = DMatrixViewMut::from_slice(c, m, n);
        match (A, B) {
            (true, _) => c.gemm(T::ONE, &DMatrixView::from_slice(a, k, m).transpose(), &DMatrixView::from_slice(b, k, n), T::ONE),
            (_, true) => c.gemm(T::ONE, &DMatrixView::from_slice(a, m, k), &DMatrixView::from_slice(b, n, k).transpose(), T::ONE),
            _ => c.gemm(T::ONE, &DMatrixView::from_slice(a, m, k), &DMatrixView::from_slice(b, k, n), T::ONE),
        }
        return;
    }
    for (j, c) in c.chunks_exact_mut(m).enumerate() {
        if A {
            let b = &b[j * k..][..k];
            for (c, a) in c.iter_mut().zip(a.chunks_exact(k)) {
                *c += sum_of_products(a, b);
            }
        } else {
            let (start, step) = if B { (j, n) } else { (j * k, 1) };
            for (a, b) in a.chunks_exact(m).zip(b[start..].iter().step_by(step)) {
                add_multiple(c, a, *b);
            }
        }
    }
}

/// c += a s.
#[inline(always)]
fn add_multiple<T: Real>(c: &mut [T], a: &[T], s: T) {
    for (c, a) in c.iter_mut().zip(a) {
        *c += *a * s;
    }
}

/// Σ aᵢ bᵢ in four partial sums, which the processor can add side by side.
#[inline(always)]
fn sum_of_products<T: Real>(a: &[T], b: &[T]) -> T {
    let ((a4, a_rest), (b4, b_rest)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    let mut lanes = [T::ZERO; 4];
    for (a, b) in a4.iter().zip(b4) {
        for (lane, (a, b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            *lane += *a * *b;
        }
    }
    let rest: T = a_rest.iter().zip(b_rest).map(|(a, b)| *a * *b).sum();
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

/// `bar += a b`, where k is the dimension summed over; nothing if a factor is a symbolic zero. `A`, `B` as in [`add_product`].
#[inline(always)]
fn add<T: Real + RealField, R: Dim, C: Dim, const A: bool, const B: bool>(
    bar: &mut OMatrix<T, R, C>,
    shape: &MatrixShape<R, C>,
    (a, b): (&[T], &[T]),
    k: usize,
) where
    DefaultAllocator: Allocator<R, C>,
{
    if a.is_empty() || b.is_empty() {
        return;
    }
    let sizes = [shape.rows.value(), k, shape.columns.value()];
    add_product::<T, A, B>(entries_of(bar, shape), a, b, sizes);
}

/// [`add`] with neither, the left or the right factor transposed.
macro_rules! add {
    (a b; $($args:expr),*) => { add::<T, _, _, false, false>($($args),*) };
    (aT b; $($args:expr),*) => { add::<T, _, _, true, false>($($args),*) };
    (a bT; $($args:expr),*) => { add::<T, _, _, false, true>($($args),*) };
}

/// The rules of a bilinear product: which product makes z, and which adds to x̄ and ȳ from what, with the
/// dimension of x that the latter sums over.
macro_rules! bilinear {
    ($($(#[$doc:meta])* $name:ident($x:ident, $y:ident) = $z:ident: $p:ident $q:ident,
        x_bar += $left:ident bT($la:ident, $lb:ident), y_bar += $right:ident b($ra:ident, $rb:ident; $inner:ident);)*) => { $(
        $(#[$doc])*
        impl<T: Real + RealField, R1: Dim, C1: Dim, R2: Dim, C2: Dim, R3: Dim, C3: Dim>
            Rule2<op::$name, (), OMatrix<T, R2, C2>, OMatrix<T, R3, C3>> for OMatrix<T, R1, C1>
        where
            DefaultAllocator: Allocator<R1, C1> + Allocator<R2, C2> + Allocator<R3, C3>,
        {
            #[inline]
            fn pull_lhs(x: Kept<Self>, y: Kept<OMatrix<T, R2, C2>>, _: &(), _: Kept<OMatrix<T, R3, C3>>,
                $z: &OMatrix<T, R3, C3>, x_bar: &mut Self) {
                let (inner, $y) = (y.shape().columns.value(), y.value());
                add!($left bT; x_bar, x.shape(), ($la.as_slice(), $lb.as_slice()), inner);
            }
            #[inline]
            fn pull_rhs(x: Kept<Self>, y: Kept<OMatrix<T, R2, C2>>, _: &(), _: Kept<OMatrix<T, R3, C3>>,
                $z: &OMatrix<T, R3, C3>, y_bar: &mut OMatrix<T, R2, C2>) {
                let (inner, $x) = (x.shape().$inner.value(), x.value());
                add!($right b; y_bar, y.shape(), ($ra.as_slice(), $rb.as_slice()), inner);
            }
            #[inline]
            fn push_lhs(_: Kept<Self>, y: Kept<OMatrix<T, R2, C2>>, _: &(), z: Kept<OMatrix<T, R3, C3>>,
                x_dot: &Self) -> OMatrix<T, R3, C3> {
                let mut z_dot = Tangent::zero();
                add!($p $q; &mut z_dot, z.shape(), (x_dot.as_slice(), y.value().as_slice()), y.shape().rows.value());
                z_dot
            }
            #[inline]
            fn push_rhs(x: Kept<Self>, y: Kept<OMatrix<T, R2, C2>>, _: &(), z: Kept<OMatrix<T, R3, C3>>,
                y_dot: &OMatrix<T, R2, C2>) -> OMatrix<T, R3, C3> {
                let mut z_dot = Tangent::zero();
                add!($p $q; &mut z_dot, z.shape(), (x.value().as_slice(), y_dot.as_slice()), y.shape().rows.value());
                z_dot
            }
        }
    )* };
}
bilinear! {
    /// z = x y: x̄ += z̄ yᵀ, ȳ += xᵀ z̄.
    Mul(x, y) = z: a b, x_bar += a bT(z, y), y_bar += aT b(x, z; rows);
    /// z = xᵀ y: x̄ += y z̄ᵀ, ȳ += x z̄.
    tr_mul(x, y) = z: aT b, x_bar += a bT(y, z), y_bar += a b(x, z; columns);
}
