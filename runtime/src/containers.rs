//! Containers are differentiable when their elements are: `Vec`, slices and arrays here; tuples, pointers and options, and the types
//! without a gradient in the modules below.
//!
//! Input: a container type. Output: its tangent, a container of the same kind of its elements' tangents. Invariant: the zero of a `Vec`
//! is the empty one, and a `Vec` that is too short is a tangent whose missing entries are zero.

use crate::differentiable::{Differentiable, Parameters, Tangent, Visitor};

mod inert;
mod pointers;
mod tuples;

/// Prepares the tangent of each element.
fn prepare_all<T: Differentiable>(values: &[T], tangents: &mut [T::Tangent]) {
    for (value, tangent) in values.iter().zip(tangents) {
        value.prepare(tangent);
    }
}

/// Finishes the tangent of each element.
fn finish_all<T: Differentiable>(values: &[T], tangents: &mut [T::Tangent]) {
    for (value, tangent) in values.iter().zip(tangents) {
        value.finish(tangent);
    }
}

/// ⟨a, b⟩, where the shorter one continues with zeros.
fn dot_all<B: Tangent>(a: &[B], b: &[B]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a.dot(b)).sum()
}

impl<B: Tangent> Tangent for Vec<B> {
    #[inline]
    fn zero() -> Self {
        Vec::new()
    }
    fn is_zero(&self) -> bool {
        self.iter().all(B::is_zero)
    }
    /// The longer one wins: the shorter one continues with zeros.
    fn accumulate(&mut self, mut other: Self) {
        if self.len() < other.len() {
            std::mem::swap(self, &mut other);
        }
        for (bar, term) in self.iter_mut().zip(other) {
            bar.accumulate(term);
        }
    }
    fn scale(&mut self, factor: f64) {
        self.iter_mut().for_each(|b| b.scale(factor));
    }
    fn dot(&self, other: &Self) -> f64 {
        dot_all(self, other)
    }
}

impl<B: Tangent, const N: usize> Tangent for [B; N] {
    #[inline]
    fn zero() -> Self {
        std::array::from_fn(|_| B::zero())
    }
    #[inline]
    fn blank() -> Self {
        std::array::from_fn(|_| B::blank())
    }
    #[inline]
    fn is_zero(&self) -> bool {
        self.iter().all(B::is_zero)
    }
    #[inline]
    fn accumulate(&mut self, other: Self) {
        for (bar, term) in self.iter_mut().zip(other) {
            bar.accumulate(term);
        }
    }
    #[inline]
    fn scale(&mut self, factor: f64) {
        self.iter_mut().for_each(|b| b.scale(factor));
    }
    #[inline]
    fn dot(&self, other: &Self) -> f64 {
        dot_all(self, other)
    }
}

/// What `Vec` and slices share: a tangent `Vec` that grows to their length.
macro_rules! growing {
    () => {
        type Tangent = Vec<T::Tangent>;
        type Base = Self;
        type Own = crate::differentiable::ownness::Library;
        type Shape = usize;
        #[inline(always)]
        fn base(&self) -> &Self {
            self
        }
        #[inline(always)]
        fn shape(&self) -> usize {
            self.len()
        }
        fn zero_tangent(&self) -> Vec<T::Tangent> {
            self.iter().map(T::zero_tangent).collect()
        }
        fn prepare(&self, tangent: &mut Vec<T::Tangent>) {
            if tangent.len() < self.len() {
                tangent.resize_with(self.len(), Tangent::zero);
            }
            prepare_all(self, tangent);
        }
        fn lengthen(len: &usize, tangent: &mut Vec<T::Tangent>) {
            if tangent.len() < *len {
                tangent.resize_with(*len, Tangent::zero);
            }
        }
        fn finish(&self, tangent: &mut Vec<T::Tangent>) {
            finish_all(self, tangent);
            let missing = self.get(tangent.len()..).unwrap_or_default();
            tangent.extend(missing.iter().map(T::zero_tangent));
        }
    };
}

/// The tangent of a `Vec<T>` is a `Vec<T::Tangent>`. Its shape is its length.
impl<T: Differentiable> Differentiable for Vec<T> {
    growing!();
    type Bar = Vec<T::Tangent>;
    #[inline(always)]
    fn bar(tangent: &mut Vec<T::Tangent>) -> &mut Vec<T::Tangent> {
        tangent
    }
    #[inline]
    fn fit(len: &usize, bar: &mut Vec<T::Tangent>) {
        Self::lengthen(len, bar);
    }
}

/// The tangent of a `[T]` is a `Vec<T::Tangent>`; a pullback adds into a slice of one, which has the full length.
impl<T: Differentiable> Differentiable for [T] {
    growing!();
    type Bar = [T::Tangent];
    #[inline(always)]
    fn bar(tangent: &mut Vec<T::Tangent>) -> &mut [T::Tangent] {
        tangent
    }
    #[inline]
    #[track_caller]
    fn fit(len: &usize, bar: &mut [T::Tangent]) {
        assert!(bar.len() == *len, "the cotangent of a slice of {len} entries has {} entries", bar.len());
    }
}

/// The tangent of a `[T; N]` is a `[T::Tangent; N]`.
impl<T: Differentiable, const N: usize> Differentiable for [T; N] {
    type Tangent = [T::Tangent; N];
    crate::owned_differentiable!();
    type Shape = ();
    #[inline(always)]
    fn shape(&self) {}
    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        std::array::from_fn(|k| self[k].zero_tangent())
    }
    #[inline]
    fn prepare(&self, tangent: &mut Self::Tangent) {
        prepare_all(self, tangent);
    }
    #[inline]
    fn finish(&self, tangent: &mut Self::Tangent) {
        finish_all(self, tangent);
    }
}

macro_rules! parameters {
    ($([$($generics:tt)*] $t:ty;)*) => { $(
        impl<T: Parameters, $($generics)*> Parameters for $t {
            fn visit(&mut self, tangent: Option<&Self::Tangent>, visitor: &mut dyn Visitor) {
                T::visit_run(self, tangent.map_or(&[], |t| &t[..]), visitor);
            }
        }
    )* };
}
parameters! {
    [] Vec<T>;
    [] [T];
    [const N: usize] [T; N];
}
