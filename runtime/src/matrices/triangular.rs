//! Triangular systems: `l.solve_lower_triangular(&b)` and its three relatives.
//!
//! Input: a square matrix, of which one triangle is read, and right-hand sides. Output: the rules. Invariant: the other triangle of the matrix has no gradient.

use super::decompositions::{
    add, double, single, solve_lower_triangular, solve_upper_triangular, tr_solve_lower_triangular, tr_solve_upper_triangular,
};
use crate::differentiable::Tangent;
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule2};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix, RealField};

macro_rules! triangular {
    ($($name:ident, back $back:ident, $fill:ident, |$w:ident, $z:ident| $outer:expr, |$l:ident| $matrix:expr;)*) => { $(
        /// z = L⁻¹ y, of the triangle that is read: ȳ += L⁻ᵀ z̄, L̄ −= that triangle of (L⁻ᵀ z̄) zᵀ; or of Lᵀ.
        impl<T: Real + RealField, D: Dim, C: Dim> Rule2<op::$name, (), OMatrix<T, D, C>, Option<OMatrix<T, D, C>>> for OMatrix<T, D, D>
        where
            DefaultAllocator: Allocator<D, D> + Allocator<D, C>,
        {
            fn pull_lhs(a: Kept<Self>, _: Kept<OMatrix<T, D, C>>, (): &(), z: Kept<Option<OMatrix<T, D, C>>>, z_bar: &Option<OMatrix<T, D, C>>, a_bar: &mut Self) {
                let (Some($z), Some(z_bar)) = (z.value(), z_bar) else { return };
                if z_bar.is_empty() {
                    return;
                }
                if let Some($w) = $back(&double(a.value()), &double(z_bar)) {
                    let $z = double($z);
                    let mut term = -$outer;
                    term.$fill(0.0, 1);
                    add(a_bar, a.shape(), &term);
                }
            }
            fn pull_rhs(a: Kept<Self>, y: Kept<OMatrix<T, D, C>>, (): &(), _: Kept<Option<OMatrix<T, D, C>>>, z_bar: &Option<OMatrix<T, D, C>>, y_bar: &mut OMatrix<T, D, C>) {
                let Some(z_bar) = z_bar.as_ref().filter(|z| !z.is_empty()) else { return };
                if let Some(w) = $back(&double(a.value()), &double(z_bar)) {
                    add(y_bar, y.shape(), &w);
                }
            }
            fn push_lhs(a: Kept<Self>, y: Kept<OMatrix<T, D, C>>, (): &(), z: Kept<Option<OMatrix<T, D, C>>>, a_dot: &Self) -> Option<OMatrix<T, D, C>> {
                let z = z.value().as_ref()?;
                if a_dot.is_empty() {
                    return Some(Tangent::zero());
                }
                let mut $l = double(a_dot);
                $l.$fill(0.0, 1);
                let side = -($matrix * double(z));
                Some(single(&$name(&double(a.value()), &side)?, y.shape()))
            }
            fn push_rhs(a: Kept<Self>, y: Kept<OMatrix<T, D, C>>, (): &(), _: Kept<Option<OMatrix<T, D, C>>>, y_dot: &OMatrix<T, D, C>) -> Option<OMatrix<T, D, C>> {
                if y_dot.is_empty() {
                    return Some(Tangent::zero());
                }
                Some(single(&$name(&double(a.value()), &double(y_dot))?, y.shape()))
            }
        }
    )* };
}
triangular! {
    solve_lower_triangular, back tr_solve_lower_triangular, fill_upper_triangle, |w, z| (w * z.transpose()), |l| l;
    solve_upper_triangular, back tr_solve_upper_triangular, fill_lower_triangle, |w, z| (w * z.transpose()), |l| l;
    tr_solve_lower_triangular, back solve_lower_triangular, fill_upper_triangle, |w, z| (z * w.transpose()), |l| l.transpose();
    tr_solve_upper_triangular, back solve_upper_triangular, fill_lower_triangle, |w, z| (z * w.transpose()), |l| l.transpose();
}
