//! Coordinates as fields: `v.x`, `m.m12`.
//!
//! Input: the cotangent or tangent of a static vector or matrix. Output: what belongs to a field, named `x_bar` and `x_dot` as for the
//! fields of a derived tangent. Invariant: a field that the primal does not have is refused there; here the index would panic.

use crate::real::Real;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, DimName, OMatrix};

macro_rules! coordinates {
    ($($bar:ident $dot:ident $field:literal $at:expr;)*) => {
        /// The cotangent (`_bar`, in place) and the tangent (`_dot`) of each coordinate of a static vector or matrix.
        #[allow(missing_docs, reason = "the trait says what all of them are")]
        pub trait Coordinates {
            /// The type of an entry.
            type Entry;
            $(
                #[doc = concat!("The cotangent of `", $field, "`.")]
                fn $bar(&mut self) -> &mut Self::Entry;
                #[doc = concat!("The tangent of `", $field, "`.")]
                fn $dot(&self) -> Self::Entry;
            )*
        }
        impl<T: Real, R: DimName, C: DimName> Coordinates for OMatrix<T, R, C>
        where
            DefaultAllocator: Allocator<R, C>,
        {
            type Entry = T;
            $(
                #[inline(always)]
                fn $bar(&mut self) -> &mut T { &mut self[$at] }
                #[inline(always)]
                fn $dot(&self) -> T { self[$at] }
            )*
        }
    };
}
coordinates! {
    x_bar x_dot "x" 0; y_bar y_dot "y" 1; z_bar z_dot "z" 2; w_bar w_dot "w" 3; a_bar a_dot "a" 4; b_bar b_dot "b" 5;
    m11_bar m11_dot "m11" (0, 0); m12_bar m12_dot "m12" (0, 1); m13_bar m13_dot "m13" (0, 2);
    m14_bar m14_dot "m14" (0, 3); m15_bar m15_dot "m15" (0, 4); m16_bar m16_dot "m16" (0, 5);
    m21_bar m21_dot "m21" (1, 0); m22_bar m22_dot "m22" (1, 1); m23_bar m23_dot "m23" (1, 2);
    m24_bar m24_dot "m24" (1, 3); m25_bar m25_dot "m25" (1, 4); m26_bar m26_dot "m26" (1, 5);
    m31_bar m31_dot "m31" (2, 0); m32_bar m32_dot "m32" (2, 1); m33_bar m33_dot "m33" (2, 2);
    m34_bar m34_dot "m34" (2, 3); m35_bar m35_dot "m35" (2, 4); m36_bar m36_dot "m36" (2, 5);
    m41_bar m41_dot "m41" (3, 0); m42_bar m42_dot "m42" (3, 1); m43_bar m43_dot "m43" (3, 2);
    m44_bar m44_dot "m44" (3, 3); m45_bar m45_dot "m45" (3, 4); m46_bar m46_dot "m46" (3, 5);
    m51_bar m51_dot "m51" (4, 0); m52_bar m52_dot "m52" (4, 1); m53_bar m53_dot "m53" (4, 2);
    m54_bar m54_dot "m54" (4, 3); m55_bar m55_dot "m55" (4, 4); m56_bar m56_dot "m56" (4, 5);
    m61_bar m61_dot "m61" (5, 0); m62_bar m62_dot "m62" (5, 1); m63_bar m63_dot "m63" (5, 2);
    m64_bar m64_dot "m64" (5, 3); m65_bar m65_dot "m65" (5, 4); m66_bar m66_dot "m66" (5, 5);
}
