//! Decompositions of square matrices, and what is solved with them: `lu`, `cholesky`, triangular systems, in double precision on the way back.
//!
//! Input: a decomposition, right-hand sides. Output: the rules. Invariant: the cotangent of a decomposition is that of the matrix which it decomposes, so
//! that `lu()` passes it on; `cholesky()` reads the lower triangle alone, and folds the upper one of its cotangent onto that.

use super::inverse::cofactors;
use super::{MatrixShape, entries_of};
use crate::differentiable::{Differentiable, Tangent};
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1, Rule2};
use nalgebra::allocator::Allocator;
use nalgebra::linalg::{Cholesky, LU};
use nalgebra::{DMatrix, DefaultAllocator, Dim, DimMin, OMatrix, RealField};

/// Triangular systems in double precision: by functions of their own, since bounds on generic dimensions would take part in inference.
macro_rules! systems {
    ($($name:ident)*) => { $(
        pub(super) fn $name(a: &DMatrix<f64>, b: &DMatrix<f64>) -> Option<DMatrix<f64>> {
            a.$name(b)
        }
    )* };
}
systems! { solve_lower_triangular solve_upper_triangular tr_solve_lower_triangular tr_solve_upper_triangular }

/// What solves systems with a matrix A.
trait Decomposed {
    /// A⁻¹ b.
    fn solved(&self, b: DMatrix<f64>) -> Option<DMatrix<f64>>;
    /// A⁻ᵀ b.
    fn solved_transposed(&self, b: DMatrix<f64>) -> Option<DMatrix<f64>>;
}

impl<T: Real + RealField, D: Dim + DimMin<D, Output = D>> Decomposed for LU<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    fn solved(&self, mut b: DMatrix<f64>) -> Option<DMatrix<f64>> {
        self.p().permute_rows(&mut b);
        solve_upper_triangular(&double(&self.u()), &solve_lower_triangular(&double(&self.l()), &b)?)
    }
    fn solved_transposed(&self, b: DMatrix<f64>) -> Option<DMatrix<f64>> {
        let mut w = tr_solve_lower_triangular(&double(&self.l()), &tr_solve_upper_triangular(&double(&self.u()), &b)?)?;
        self.p().inv_permute_rows(&mut w);
        Some(w)
    }
}

impl<T: Real + RealField, D: Dim> Decomposed for Cholesky<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    fn solved(&self, b: DMatrix<f64>) -> Option<DMatrix<f64>> {
        let l = double(&self.l());
        tr_solve_lower_triangular(&l, &solve_lower_triangular(&l, &b)?)
    }
    fn solved_transposed(&self, b: DMatrix<f64>) -> Option<DMatrix<f64>> {
        self.solved(b)
    }
}

pub(super) fn double<T: Real, R: Dim, C: Dim>(x: &OMatrix<T, R, C>) -> DMatrix<f64>
where
    DefaultAllocator: Allocator<R, C>,
{
    DMatrix::from_iterator(x.nrows(), x.ncols(), x.iter().map(|x| Real::to_f64(*x)))
}

/// In the precision of T, and of this shape.
pub(super) fn single<T: Real, R: Dim, C: Dim>(x: &DMatrix<f64>, shape: &MatrixShape<R, C>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    OMatrix::from_iterator_generic(shape.rows, shape.columns, x.iter().map(|x| <T as Real>::from_f64(*x)))
}

/// `bar += term`.
pub(super) fn add<T: Real, R: Dim, C: Dim>(bar: &mut OMatrix<T, R, C>, shape: &MatrixShape<R, C>, term: &DMatrix<f64>)
where
    DefaultAllocator: Allocator<R, C>,
{
    for (bar, t) in entries_of(bar, shape).iter_mut().zip(term.iter()) {
        *bar += <T as Real>::from_f64(*t);
    }
}

impl<T: Real + RealField, D: Dim + DimMin<D, Output = D>> Differentiable for LU<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    type Tangent = OMatrix<T, D, D>;
    crate::owned_differentiable!();
    type Shape = MatrixShape<D, D>;
    fn shape(&self) -> MatrixShape<D, D> {
        MatrixShape::of(&self.l())
    }
    fn zero_tangent(&self) -> Self::Tangent {
        self.shape().filled(T::ZERO)
    }
    fn finish(&self, tangent: &mut Self::Tangent) {
        entries_of(tangent, &self.shape());
    }
}

impl<T: Real + RealField, D: Dim> Differentiable for Cholesky<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    type Tangent = OMatrix<T, D, D>;
    crate::owned_differentiable!();
    type Shape = MatrixShape<D, D>;
    fn shape(&self) -> MatrixShape<D, D> {
        MatrixShape::of(self.l_dirty())
    }
    fn zero_tangent(&self) -> Self::Tangent {
        self.shape().filled(T::ZERO)
    }
    fn finish(&self, tangent: &mut Self::Tangent) {
        entries_of(tangent, &self.shape());
    }
}

/// The decomposition of x: x̄ += z̄.
impl<T: Real + RealField, D: Dim + DimMin<D, Output = D>> Rule1<op::lu, (), LU<T, D, D>> for OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    fn pull(_: Kept<Self>, (): &(), _: Kept<LU<T, D, D>>, z_bar: &Self, x_bar: &mut Self) {
        x_bar.accumulate(z_bar.clone());
    }
    fn push(_: Kept<Self>, (): &(), _: Kept<LU<T, D, D>>, x_dot: &Self) -> Self {
        x_dot.clone()
    }
}

/// The decomposition of the symmetric matrix whose lower triangle x has: x̄ᵢⱼ += z̄ᵢⱼ + z̄ⱼᵢ below the diagonal, x̄ᵢᵢ += z̄ᵢᵢ on it.
impl<T: Real + RealField, D: Dim> Rule1<op::cholesky, (), Option<Cholesky<T, D>>> for OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    fn pull(x: Kept<Self>, (): &(), _: Kept<Option<Cholesky<T, D>>>, z_bar: &Option<Self>, x_bar: &mut Self) {
        let Some(z_bar) = z_bar.as_ref().filter(|z| !z.is_empty()) else { return };
        let n = z_bar.nrows();
        let bar = entries_of(x_bar, x.shape());
        for j in 0..n {
            bar[j * n + j] += z_bar[(j, j)];
            (j + 1..n).for_each(|i| bar[j * n + i] += z_bar[(i, j)] + z_bar[(j, i)]);
        }
    }
    fn push(_: Kept<Self>, (): &(), _: Kept<Option<Cholesky<T, D>>>, x_dot: &Self) -> Option<Self> {
        let mut z_dot = x_dot.clone();
        z_dot.fill_upper_triangle_with_lower_triangle();
        Some(z_dot)
    }
}

/// z = A⁻¹ y: Ā −= (A⁻ᵀ z̄) zᵀ. Nothing where there is no solution.
fn pull_matrix<T: Real, D: Dim, C: Dim>(
    a: &impl Decomposed,
    shape: &MatrixShape<D, D>,
    (z, z_bar): (&OMatrix<T, D, C>, &OMatrix<T, D, C>),
    a_bar: &mut OMatrix<T, D, D>,
) where
    DefaultAllocator: Allocator<D, C> + Allocator<D, D>,
{
    if !z_bar.is_empty()
        && let Some(w) = a.solved_transposed(double(z_bar))
    {
        add(a_bar, shape, &-(w * double(z).transpose()));
    }
}

/// ȳ += A⁻ᵀ z̄.
fn pull_side<T: Real, D: Dim, C: Dim>(
    a: &impl Decomposed,
    shape: &MatrixShape<D, C>,
    z_bar: &OMatrix<T, D, C>,
    y_bar: &mut OMatrix<T, D, C>,
) where
    DefaultAllocator: Allocator<D, C>,
{
    if !z_bar.is_empty()
        && let Some(w) = a.solved_transposed(double(z_bar))
    {
        add(y_bar, shape, &w);
    }
}

/// A⁻¹ (ẏ or −Ȧ z).
fn pushed<T: Real, D: Dim, C: Dim>(a: &impl Decomposed, side: DMatrix<f64>, shape: &MatrixShape<D, C>) -> OMatrix<T, D, C>
where
    DefaultAllocator: Allocator<D, C>,
{
    match a.solved(side) {
        Some(w) => single(&w, shape),
        None => Tangent::zero(),
    }
}

macro_rules! solve {
    ($([$($dim:tt)*] $a:ty, $z:ty, $tangent:ty: |$given:ident| $there:expr, |$w:ident| $made:expr;)*) => { $(
        /// z = A⁻¹ y: ȳ += A⁻ᵀ z̄, Ā −= (A⁻ᵀ z̄) zᵀ.
        impl<T: Real + RealField, D: $($dim)*, C: Dim> Rule2<op::solve, (), OMatrix<T, D, C>, $z> for $a
        where
            DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<D, C>,
        {
            fn pull_lhs(a: Kept<Self>, _: Kept<OMatrix<T, D, C>>, (): &(), z: Kept<$z>, z_bar: &$tangent, a_bar: &mut OMatrix<T, D, D>) {
                let there = |$given: &$z| $there;
                let bar = |$given: &$tangent| $there;
                if let (Some(z), Some(z_bar)) = (there(z.value()), bar(z_bar)) {
                    pull_matrix(a.value(), &a.value().shape(), (&z, &z_bar), a_bar);
                }
            }
            fn pull_rhs(a: Kept<Self>, y: Kept<OMatrix<T, D, C>>, (): &(), _: Kept<$z>, z_bar: &$tangent, y_bar: &mut OMatrix<T, D, C>) {
                let bar = |$given: &$tangent| $there;
                if let Some(z_bar) = bar(z_bar) {
                    pull_side(a.value(), y.shape(), &z_bar, y_bar);
                }
            }
            fn push_lhs(a: Kept<Self>, y: Kept<OMatrix<T, D, C>>, (): &(), z: Kept<$z>, a_dot: &OMatrix<T, D, D>) -> $tangent {
                let there = |$given: &$z| $there;
                let $w = match there(z.value()) {
                    Some(z) if !a_dot.is_empty() => pushed(a.value(), -(double(a_dot) * double(&z)), y.shape()),
                    _ => Tangent::zero(),
                };
                $made
            }
            fn push_rhs(a: Kept<Self>, y: Kept<OMatrix<T, D, C>>, (): &(), _: Kept<$z>, y_dot: &OMatrix<T, D, C>) -> $tangent {
                let $w = if y_dot.is_empty() { Tangent::zero() } else { pushed(a.value(), double(y_dot), y.shape()) };
                $made
            }
        }
    )* };
}
solve! {
    [Dim + DimMin<D, Output = D>] LU<T, D, D>, Option<OMatrix<T, D, C>>, Option<OMatrix<T, D, C>>: |z| z.clone(), |w| Some(w);
    [Dim] Cholesky<T, D>, OMatrix<T, D, C>, OMatrix<T, D, C>: |z| Some(z.clone()), |w| w;
}

/// z = det A: Ā += z̄ cof A.
impl<T: Real + RealField, D: Dim + DimMin<D, Output = D>> Rule1<op::determinant, (), T> for LU<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    fn pull(x: Kept<Self>, (): &(), _: Kept<T>, z_bar: &T, x_bar: &mut OMatrix<T, D, D>) {
        add(x_bar, &x.value().shape(), &(cofactors(&recomposed(x.value())) * Real::to_f64(*z_bar)));
    }
    fn push(x: Kept<Self>, (): &(), _: Kept<T>, x_dot: &OMatrix<T, D, D>) -> T {
        let factors = cofactors(&recomposed(x.value()));
        x_dot.iter().zip(factors.iter()).map(|(x, f)| *x * <T as Real>::from_f64(*f)).sum()
    }
}

/// A = P⁻¹ L U.
fn recomposed<T: Real + RealField, D: Dim + DimMin<D, Output = D>>(x: &LU<T, D, D>) -> DMatrix<f64>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let mut a = double(&x.l()) * double(&x.u());
    x.p().inv_permute_rows(&mut a);
    a
}

macro_rules! of_cholesky {
    ($($(#[$doc:meta])* $name:ident: |$a:ident| $slope:expr;)*) => { $(
        $(#[$doc])*
        impl<T: Real + RealField, D: Dim> Rule1<op::$name, (), T> for Cholesky<T, D>
        where
            DefaultAllocator: Allocator<D, D>,
        {
            fn pull(x: Kept<Self>, (): &(), _: Kept<T>, z_bar: &T, x_bar: &mut OMatrix<T, D, D>) {
                let $a = x.value();
                add(x_bar, &$a.shape(), &($slope * Real::to_f64(*z_bar)));
            }
            fn push(x: Kept<Self>, (): &(), _: Kept<T>, x_dot: &OMatrix<T, D, D>) -> T {
                let $a = x.value();
                x_dot.iter().zip(($slope).iter()).map(|(x, f)| *x * <T as Real>::from_f64(*f)).sum()
            }
        }
    )* };
}
of_cholesky! {
    /// z = det A: Ā += z̄ z A⁻¹.
    determinant: |a| double(&a.inverse()) * double(&a.l()).diagonal().product().powi(2);
    /// z = ln det A: Ā += z̄ A⁻¹.
    ln_determinant: |a| double(&a.inverse());
}

/// z = A⁻¹: Ā −= zᵀ z̄ zᵀ.
impl<T: Real + RealField, D: Dim> Rule1<op::inverse, (), OMatrix<T, D, D>> for Cholesky<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    fn pull(_: Kept<Self>, (): &(), z: Kept<OMatrix<T, D, D>>, z_bar: &OMatrix<T, D, D>, x_bar: &mut OMatrix<T, D, D>) {
        if !z_bar.is_empty() {
            let z_t = double(z.value()).transpose();
            add(x_bar, &MatrixShape::of(z.value()), &-(&z_t * double(z_bar) * &z_t));
        }
    }
    fn push(_: Kept<Self>, (): &(), z: Kept<OMatrix<T, D, D>>, x_dot: &OMatrix<T, D, D>) -> OMatrix<T, D, D> {
        if x_dot.is_empty() {
            return Tangent::zero();
        }
        let own = double(z.value());
        single(&-(&own * double(x_dot) * &own), &MatrixShape::of(z.value()))
    }
}

/// The lower triangle, its diagonal halved.
fn half(mut x: DMatrix<f64>) -> DMatrix<f64> {
    x.fill_upper_triangle(0.0, 1);
    (0..x.nrows()).for_each(|k| x[(k, k)] *= 0.5);
    x
}

/// z = L: Ā += L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, where Φ is the lower triangle with half its diagonal (Murray 2016, "Differentiation of the Cholesky decomposition").
impl<T: Real + RealField, D: Dim> Rule1<op::l, (), OMatrix<T, D, D>> for Cholesky<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    fn pull(_: Kept<Self>, (): &(), z: Kept<OMatrix<T, D, D>>, z_bar: &OMatrix<T, D, D>, x_bar: &mut OMatrix<T, D, D>) {
        if z_bar.is_empty() {
            return;
        }
        let l = double(z.value());
        let mut z_bar = double(z_bar);
        z_bar.fill_upper_triangle(0.0, 1);
        let inner = half(l.transpose() * z_bar);
        let right = tr_solve_lower_triangular(&l, &inner).and_then(|w| tr_solve_lower_triangular(&l, &w.transpose()));
        if let Some(term) = right {
            add(x_bar, &MatrixShape::of(z.value()), &term.transpose());
        }
    }
    fn push(_: Kept<Self>, (): &(), z: Kept<OMatrix<T, D, D>>, x_dot: &OMatrix<T, D, D>) -> OMatrix<T, D, D> {
        let l = double(z.value());
        let inner = if x_dot.is_empty() {
            None
        } else {
            solve_lower_triangular(&l, &double(x_dot)).and_then(|w| solve_lower_triangular(&l, &w.transpose()))
        };
        match inner {
            Some(inner) => single(&(&l * half(inner)), &MatrixShape::of(z.value())),
            None => Tangent::zero(),
        }
    }
}
