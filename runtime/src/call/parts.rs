//! Parts of one cotangent, lent to one pullback at once.
//!
//! Input: the cotangent of a sequence, ranges of it. Output: a mutable slice for each. Invariant: where ranges lie apart, the pullback adds in
//! place and nothing is copied; where they overlap, each part is a sequence of its own that is added at the end.
//!
//! ```
//! use pullback::call::parts;
//! use pullback::place::Part;
//! let mut x_bar = vec![0.0; 4];
//! let mut lent = parts(&mut x_bar, [Part { start: 0, end: 2 }, Part { start: 2, end: 4 }], [false, false]);
//! let [a, b] = lent.lend();
//! (a[0], b[1]) = (1.0, 2.0);
//! lent.finish();
//! assert_eq!(x_bar, [1.0, 0.0, 0.0, 2.0]);
//! ```

use crate::change::Entries;
use crate::differentiable::Tangent;
use crate::place::Part;
use std::mem::replace;

/// What is lent; see [`parts`].
#[derive(Debug)]
pub struct Parts<'a, B, const N: usize>(Lent<'a, B, N>);

#[derive(Debug)]
enum Lent<'a, B, const N: usize> {
    Apart([&'a mut [B]; N]),
    Overlapping { whole: &'a mut [B], parts: [Part; N], own: [Vec<B>; N] },
}

/// Parts of a cotangent. Those that the call `changed` go in with what they hold; to the others the pullback adds.
///
/// # Panics
/// If a range lies outside a cotangent of fixed length.
#[inline]
pub fn parts<C: ?Sized + Entries, const N: usize>(bar: &mut C, parts: [Part; N], changed: [bool; N]) -> Parts<'_, C::Entry, N> {
    let whole = bar.full(parts.iter().map(|p| p.end).max().unwrap_or(0));
    let apart = |a: &Part, b: &Part| a.end <= b.start || b.end <= a.start || a.start >= a.end || b.start >= b.end;
    if (0..N).all(|i| (0..i).all(|j| apart(&parts[i], &parts[j]))) {
        let ranges = parts.map(|p| p.start..p.end.max(p.start));
        return Parts(Lent::Apart(whole.get_disjoint_mut(ranges).expect("the ranges lie apart, and the primal has been there")));
    }
    let own = std::array::from_fn(|k| {
        let part = &mut whole[parts[k].start..parts[k].end];
        part.iter_mut().map(|b| if changed[k] { replace(b, Tangent::zero()) } else { Tangent::zero() }).collect()
    });
    Parts(Lent::Overlapping { whole, parts, own })
}

impl<B: Tangent, const N: usize> Parts<'_, B, N> {
    /// The slices.
    #[inline]
    pub fn lend(&mut self) -> [&mut [B]; N] {
        match &mut self.0 {
            Lent::Apart(slices) => slices.each_mut().map(|s| &mut **s),
            Lent::Overlapping { own, .. } => own.each_mut().map(|v| &mut v[..]),
        }
    }

    /// Adds what is not in its place yet.
    #[inline]
    pub fn finish(self) {
        if let Lent::Overlapping { whole, parts, own } = self.0 {
            for (part, own) in parts.into_iter().zip(own) {
                for (bar, term) in whole[part.start..part.end].iter_mut().zip(own) {
                    bar.accumulate(term);
                }
            }
        }
    }
}
