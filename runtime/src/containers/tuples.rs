//! Tuples of up to twelve entries.
//!
//! Input: a tuple of differentiable types. Output: its tangent, the tuple of their tangents. Invariant: entries that carry no gradient
//! have `()` in their place, so that `.0`, `.1`, … name the same entries in both.

use crate::differentiable::{Differentiable, Parameters, Tangent, Visitor};

macro_rules! tuples {
    ($($($t:ident $k:tt)+;)*) => { $(
        impl<$($t: Tangent),+> Tangent for ($($t,)+) {
            #[inline]
            fn zero() -> Self { ($($t::zero(),)+) }
            #[inline]
            fn blank() -> Self { ($($t::blank(),)+) }
            #[inline]
            fn is_zero(&self) -> bool { $(self.$k.is_zero())&&+ }
            #[inline]
            fn accumulate(&mut self, other: Self) { $(self.$k.accumulate(other.$k);)+ }
            #[inline]
            fn scale(&mut self, factor: f64) { $(self.$k.scale(factor);)+ }
            #[inline]
            fn dot(&self, other: &Self) -> f64 { 0.0 $(+ self.$k.dot(&other.$k))+ }
        }
        impl<$($t: Differentiable),+> Differentiable for ($($t,)+) {
            type Tangent = ($($t::Tangent,)+);
            crate::owned_differentiable!();
            type Shape = ();
            #[inline(always)]
            fn shape(&self) {}
            #[inline]
            fn zero_tangent(&self) -> Self::Tangent { ($(self.$k.zero_tangent(),)+) }
            #[inline]
            fn prepare(&self, tangent: &mut Self::Tangent) { $(self.$k.prepare(&mut tangent.$k);)+ }
            #[inline]
            fn finish(&self, tangent: &mut Self::Tangent) { $(self.$k.finish(&mut tangent.$k);)+ }
        }
        impl<$($t: Parameters),+> Parameters for ($($t,)+) {
            fn visit(&mut self, tangent: Option<&Self::Tangent>, visitor: &mut dyn Visitor) {
                $(self.$k.visit(tangent.map(|t| &t.$k), visitor);)+
            }
        }
    )* };
}
tuples! {
    A 0;
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4;
    A 0 B 1 C 2 D 3 E 4 F 5;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11;
}
