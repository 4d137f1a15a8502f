//! Tensors made of lists and of single numbers, and the lists that tensors become: `from`, `new`, `tensor!`, `full`, `to_vec`.
//!
//! Input: nested arrays, slices and `Vec`s of scalars; a scalar; a tensor. Output: the rules. Invariant: entries are moved, never changed: the adjoint adds
//! each entry of z̄ where it came from, in row-major order.

use super::Tensor;
use crate::differentiable::{Differentiable, Tangent};
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule1};

/// The tangents of what [`Tensor::from`] and [`Tensor::new`] take: scalars, and lists of what has entries.
pub trait Entries<T>: Sized {
    /// How deep lists are nested in it.
    const DEPTH: usize;
    /// `self += ` the next entries, as many as there are in what has these sizes.
    fn add_entries(&mut self, sizes: &[usize], entries: &mut std::slice::Iter<'_, T>);
    /// Appends the entries of a tangent of what has these sizes; those that are missing are zero.
    fn read_entries(tangent: Option<&Self>, sizes: &[usize], entries: &mut Vec<T>);
}

macro_rules! scalars {
    ($($t:ty),*) => { $(
        impl Entries<$t> for $t {
            const DEPTH: usize = 0;
            fn add_entries(&mut self, _: &[usize], entries: &mut std::slice::Iter<'_, $t>) {
                *self += entries.next().copied().unwrap_or(0.0);
            }
            fn read_entries(tangent: Option<&Self>, _: &[usize], entries: &mut Vec<$t>) {
                entries.push(tangent.copied().unwrap_or(0.0));
            }
        }
    )* };
}
scalars!(f32, f64);

/// The first of the sizes, and the others. A list of scalars may have been given any shape: it is as long as that has entries.
fn outer<T, B: Entries<T>>(sizes: &[usize]) -> (usize, &[usize]) {
    match sizes {
        [n, rest @ ..] if B::DEPTH > 0 => (*n, rest),
        all => (all.iter().product(), &[]),
    }
}

impl<T, B: Entries<T> + Tangent> Entries<T> for Vec<B> {
    const DEPTH: usize = 1 + B::DEPTH;
    fn add_entries(&mut self, sizes: &[usize], entries: &mut std::slice::Iter<'_, T>) {
        let (n, rest) = outer::<T, B>(sizes);
        if self.len() < n {
            self.resize_with(n, B::zero);
        }
        self.iter_mut().for_each(|b| b.add_entries(rest, entries));
    }
    fn read_entries(tangent: Option<&Self>, sizes: &[usize], entries: &mut Vec<T>) {
        let (n, rest) = outer::<T, B>(sizes);
        (0..n).for_each(|k| B::read_entries(tangent.and_then(|t| t.get(k)), rest, entries));
    }
}
impl<T, B: Entries<T>, const N: usize> Entries<T> for [B; N] {
    const DEPTH: usize = 1 + B::DEPTH;
    fn add_entries(&mut self, sizes: &[usize], entries: &mut std::slice::Iter<'_, T>) {
        let (_, rest) = outer::<T, B>(sizes);
        self.iter_mut().for_each(|b| b.add_entries(rest, entries));
    }
    fn read_entries(tangent: Option<&Self>, sizes: &[usize], entries: &mut Vec<T>) {
        let (_, rest) = outer::<T, B>(sizes);
        (0..N).for_each(|k| B::read_entries(tangent.map(|t| &t[k]), rest, entries));
    }
}

macro_rules! lists {
    ($([$($generics:tt)*] $t:ty;)*) => { $(
        /// z holds the entries of the list.
        impl<T: Real, E: Differentiable, $($generics)*> Rule1<op::from_list, (), Tensor<T>> for $t
        where
            $t: Differentiable<Tangent: Entries<T>>,
        {
            fn pull(_: Kept<Self>, (): &(), z: Kept<Tensor<T>>, z_bar: &Tensor<T>, x_bar: &mut Self::Tangent) {
                if !z_bar.is_zero() {
                    x_bar.add_entries(z.shape(), &mut z_bar.as_slice().iter());
                }
            }
            fn push(_: Kept<Self>, (): &(), z: Kept<Tensor<T>>, x_dot: &Self::Tangent) -> Tensor<T> {
                let mut entries = Vec::with_capacity(z.shape().numel());
                Entries::read_entries(Some(x_dot), z.shape(), &mut entries);
                Tensor::new(entries, &z.shape()[..])
            }
        }
    )* };
}
lists! { [] [E]; [] Vec<E>; [const N: usize] [E; N]; }

macro_rules! of_scalars {
    ($($t:ty),*) => { $(
        /// z is x everywhere: x̄ += Σ z̄.
        impl Rule1<op::full, (), Tensor<$t>> for $t {
            fn pull(_: Kept<Self>, (): &(), _: Kept<Tensor<$t>>, z_bar: &Tensor<$t>, x_bar: &mut $t) {
                *x_bar += z_bar.as_slice().iter().sum::<$t>();
            }
            fn push(_: Kept<Self>, (): &(), z: Kept<Tensor<$t>>, x_dot: &$t) -> Tensor<$t> {
                Tensor::full(&z.shape()[..], *x_dot)
            }
        }
    )* };
}
of_scalars!(f32, f64);

/// z holds the entries of x in row-major order.
impl<T: Real<Tangent = T>> Rule1<op::to_vec, (), Vec<T>> for Tensor<T> {
    fn pull(x: Kept<Self>, (): &(), _: Kept<Vec<T>>, z_bar: &Vec<T>, x_bar: &mut Self) {
        for (bar, z) in x_bar.zeroed(x.shape()).iter_mut().zip(z_bar) {
            *bar += *z;
        }
    }
    fn push(_: Kept<Self>, (): &(), _: Kept<Vec<T>>, x_dot: &Self) -> Vec<T> {
        x_dot.to_vec()
    }
}
