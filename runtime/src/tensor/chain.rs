//! Chains of elementwise operations: each is noted, and all of them run in one pass over memory once somebody reads the entries.
//!
//! Input: a storage and steps. Output: the entries after all steps. Invariant: entry by entry a step computes what the operation alone would,
//! so that the bits are the same; the first storage of a chain holds entries, so that chains do not nest.
//!
//! ```text
//! (x.matmul(&w) + &b).relu()      →      for each block of the product: add the block of b, take the relu
//! ```

use super::Tensor;
use super::dims::Dims;
use super::storage::{Buffer, Storage};
use crate::real::Real;
use std::sync::{Mutex, PoisonError};

/// From so many entries on a pass over memory costs more than the note.
pub(super) const LONG: usize = 1 << 13;

/// The most steps of a chain.
const STEPS: usize = 6;

/// The entries of which all steps run before the next ones are read.
const BLOCK: usize = 1024;

/// What a step does: `x[i] = f(x[i], a[i], b[i]; p)`.
pub(super) type Apply<T> = fn(&mut [T], [&[T]; 2], [f64; 2]);

/// A step: the function, the other operands, repeated along the entries, and the parameters.
#[derive(Debug)]
struct Step<T: Real> {
    apply: Apply<T>,
    others: [Option<Storage<T>>; 2],
    params: [f64; 2],
    /// Whether it takes longer than to write its result down: it ends a chain, so that nobody runs it twice.
    costly: bool,
}

impl<T: Real> Clone for Step<T> {
    fn clone(&self) -> Self {
        Step { apply: self.apply, others: self.others.clone(), params: self.params, costly: self.costly }
    }
}

impl<T: Real> Step<T> {
    /// Runs over a part of the entries, of which the first is entry `start`.
    fn run(&self, mut part: &mut [T], start: usize) {
        let others = self.others.each_ref().map(|o| o.as_ref().map_or(&[][..], Storage::as_slice));
        let mut at = start;
        while !part.is_empty() {
            let ahead = |o: &[T]| if o.is_empty() { usize::MAX } else { o.len() - at % o.len() };
            let run = part.len().min(ahead(others[0])).min(ahead(others[1]));
            let (now, rest) = part.split_at_mut(run);
            (self.apply)(now, others.map(|o| if o.is_empty() { o } else { &o[at % o.len()..][..run] }), self.params);
            (part, at) = (rest, at + run);
        }
    }
}

/// Steps that are still to run.
#[derive(Debug)]
struct Pending<T: Real> {
    base: Storage<T>,
    steps: [Option<Step<T>>; STEPS],
}

impl<T: Real> Pending<T> {
    /// Whether another step may follow.
    fn goes_on(&self) -> bool {
        self.steps[STEPS - 1].is_none() && !self.steps.iter().flatten().any(|s| s.costly)
    }
}

impl<T: Real> Clone for Pending<T> {
    fn clone(&self) -> Self {
        Pending { base: self.base.clone(), steps: self.steps.clone() }
    }
}

/// The steps that lead to a storage's entries, until somebody has read these.
#[derive(Debug)]
pub(super) struct Chain<T: Real>(Mutex<Option<Pending<T>>>);

impl<T: Real> Chain<T> {
    /// No steps.
    pub(super) const fn none() -> Self {
        Chain(Mutex::new(None))
    }

    fn pending(&self) -> Option<Pending<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The entries, if there is a chain, which is gone afterwards: in the memory of the first storage if nobody shares it.
    pub(super) fn run(&self) -> Option<Buffer<T>> {
        let Pending { base, steps } = self.0.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let all = |part: &mut [T], start| steps.iter().flatten().for_each(|step| step.run(part, start));
        match base.into_own() {
            Ok(mut entries) => {
                entries.chunks_mut(BLOCK).enumerate().for_each(|(k, part)| all(part, k * BLOCK));
                Some(entries)
            }
            Err(base) => {
                let mut entries = Buffer::empty(base.as_slice().len());
                for (k, from) in base.as_slice().chunks(BLOCK).enumerate() {
                    entries.extend_from_slice(from);
                    all(&mut entries[k * BLOCK..], k * BLOCK);
                }
                Some(entries)
            }
        }
    }

    /// Forgets the steps.
    pub(super) fn clear(&mut self) -> impl Sized + use<T> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// How the entries of `other` lie along those of a tensor of shape `dims`: in the same order, or repeated as a whole.
fn repeats(other: &Dims, dims: &Dims) -> bool {
    let rest = dims.len().checked_sub(other.len());
    rest.is_some_and(|lead| dims[lead..] == other[..]) && other.numel() >= 8
}

impl<T: Real> Tensor<T> {
    /// The tensor after one more step, to be run later; `None` if the operation is best done at once.
    pub(super) fn later<const N: usize>(&self, others: [&Tensor<T>; N], params: [f64; 2], apply: Apply<T>) -> Option<Self> {
        self.note(others, params, apply, false)
    }

    /// As [`Tensor::later`], and whether the operation is costly.
    pub(super) fn note<const N: usize>(&self, others: [&Tensor<T>; N], params: [f64; 2], apply: Apply<T>, costly: bool) -> Option<Self> {
        let data = self.data.as_ref().filter(|_| self.dims.numel() >= LONG)?;
        if !others.iter().all(|o| o.data.is_some() && repeats(&o.dims, &self.dims)) {
            return None;
        }
        let mut operands = others.iter().map(|o| o.data.clone());
        let step = Step { apply, others: [operands.next().flatten(), operands.next().flatten()], params, costly };
        let mut pending = match data.chain().and_then(Chain::pending) {
            Some(pending) if pending.goes_on() => pending,
            _ => {
                data.as_slice();
                Pending { base: data.clone(), steps: [const { None }; STEPS] }
            }
        };
        let free = pending.steps.iter_mut().find(|s| s.is_none())?;
        *free = Some(step);
        Some(Tensor { dims: self.dims, data: Some(Storage::pending(Chain(Mutex::new(Some(pending))))) })
    }
}

/// `g[i] = f(g[i], others[i]; params)` of a formula that names each entry.
macro_rules! block {
    (|$g:ident, [$($k:ident),*] $(; $($p:ident: $pt:ty),*)?| $e:expr) => {
        |entries, others, params| {
            #[allow(unused_mut, unused_variables, reason = "there may be no parameters")]
            let (mut others, mut params, n) = (others.into_iter(), params.into_iter(), entries.len());
            $(let $k = &others.next().unwrap_or_default()[..n];)*
            $($(let $p = <$pt as $crate::tensor::chain::Packed>::unpack(params.next().unwrap_or_default());)*)?
            #[allow(clippy::almost_swapped, reason = "one of the formulas is the entry itself")]
            for i in 0..n {
                $(let $k = $k[i];)*
                let $g = entries[i];
                entries[i] = $e;
            }
        }
    };
}
pub(super) use block;

/// What a parameter of an operation is while it waits.
pub(super) trait Packed: Copy {
    /// As a number.
    fn pack(self) -> f64;
    /// And back.
    fn unpack(packed: f64) -> Self;
}
impl Packed for i32 {
    fn pack(self) -> f64 {
        f64::from(self)
    }
    #[allow(clippy::cast_possible_truncation, reason = "it was an i32")]
    fn unpack(packed: f64) -> i32 {
        packed as i32
    }
}
impl<T: Real> Packed for T {
    fn pack(self) -> f64 {
        self.to_f64()
    }
    fn unpack(packed: f64) -> T {
        T::from_f64(packed)
    }
}
