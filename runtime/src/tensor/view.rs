//! Strided views: the one mechanism behind broadcasting, transposing, slicing, and their adjoints.
//!
//! Input: a buffer. Output: the entries a view reaches, in row-major order of the view's shape ([`View::gather`]), or, the transpose of that
//! linear map, the sum of entries into where they came from ([`View::scatter`]). Invariant: a view stays inside its buffer.

use super::dims::Dims;
use super::storage::Buffer;
use crate::real::Real;

/// Which entry of a buffer each entry of a shape reads: `offset + Σ indexₖ stridesₖ`.
#[derive(Clone, Copy)]
pub(crate) struct View {
    pub(crate) offset: usize,
    pub(crate) dims: Dims,
    pub(crate) strides: Dims,
}

impl View {
    /// A whole buffer of this shape.
    pub(crate) fn of(dims: &Dims) -> View {
        View { offset: 0, dims: *dims, strides: dims.strides() }
    }

    /// A buffer of shape `from` repeated to shape `to`, which it broadcasts to.
    pub(crate) fn broadcast(from: &Dims, to: &Dims) -> View {
        let mut strides = to.with_all(0);
        let (own, lead) = (from.strides(), to.len() - from.len());
        for k in 0..from.len() {
            strides[lead + k] = if from[k] == 1 { 0 } else { own[k] };
        }
        View { offset: 0, dims: *to, strides }
    }

    /// The view with its axes in this order.
    pub(crate) fn permute(&self, order: &[usize]) -> View {
        let pick = |from: &Dims| Dims::of(order.iter().map(|&k| from[k]));
        View { offset: self.offset, dims: pick(&self.dims), strides: pick(&self.strides) }
    }

    /// `len` indices of one axis, from `start`.
    pub(crate) fn narrow(&self, axis: usize, start: usize, len: usize) -> View {
        View { offset: self.offset + start * self.strides[axis], dims: self.dims.with(axis, len), strides: self.strides }
    }

    /// Whether the view is the buffer in its own order.
    pub(crate) fn is_identity(&self) -> bool {
        let own = self.dims.strides();
        self.offset == 0 && (0..self.dims.len()).all(|k| self.dims[k] == 1 || self.strides[k] == own[k])
    }

    /// Whether the view is all of a buffer of this shape with its last two dimensions exchanged.
    pub(crate) fn flips(&self, from: &Dims) -> bool {
        let n = from.len();
        if n < 2 || self.offset != 0 || self.dims.len() != n {
            return false;
        }
        let (mut dims, mut strides) = (*from, from.strides());
        dims.swap(n - 2, n - 1);
        strides.swap(n - 2, n - 1);
        self.dims == dims && self.strides == strides
    }

    /// The same view; of a whole buffer in its own order as one run.
    pub(crate) fn whole(self) -> View {
        let n = self.dims.numel();
        if n > 0 && self.is_identity() { View { offset: 0, dims: Dims::new(&[n]), strides: Dims::new(&[1]) } } else { self }
    }

    /// The entry in the buffer of one in the view, by its position.
    pub(crate) fn entry(&self, mut position: usize) -> usize {
        let mut at = self.offset;
        for (n, stride) in self.dims.iter().zip(self.strides.iter()).rev() {
            at += position % n * stride;
            position /= n;
        }
        at
    }

    /// Calls `f(position in the view, first entry in the buffer, stride, length)` for each run along the last axis.
    #[inline(always)]
    pub(crate) fn runs(&self, mut f: impl FnMut(usize, usize, usize, usize)) {
        let n = self.dims.len();
        if self.dims.numel() == 0 {
            return;
        }
        let (run, stride) = if n == 0 { (1, 1) } else { (self.dims[n - 1], self.strides[n - 1]) };
        let lead = n.saturating_sub(1);
        let mut index = [0; super::dims::MAX_DIMS];
        let (mut at, mut from) = (0, self.offset);
        loop {
            f(at, from, stride, run);
            at += run;
            let mut axis = lead;
            loop {
                if axis == 0 {
                    return;
                }
                axis -= 1;
                index[axis] += 1;
                from += self.strides[axis];
                if index[axis] < self.dims[axis] {
                    break;
                }
                from -= self.strides[axis] * self.dims[axis];
                index[axis] = 0;
            }
        }
    }

    /// The entries the view reaches.
    pub(crate) fn gather<T: Real>(&self, buffer: &[T]) -> Buffer<T> {
        let mut out = Buffer::empty(self.dims.numel());
        self.runs(|_, from, stride, run| match stride {
            1 => out.extend_from_slice(&buffer[from..from + run]),
            0 => out.extend(std::iter::repeat_n(buffer[from], run)),
            _ => out.extend(buffer[from..].iter().step_by(stride).take(run)),
        });
        out
    }

    /// `buffer[from(i)] += entries[i]`: the adjoint of [`View::gather`].
    pub(crate) fn scatter<T: Real>(&self, entries: &[T], buffer: &mut [T]) {
        self.scatter_with(entries, buffer, |v| v);
    }

    /// `buffer[from(i)] += f(entries[i])`.
    #[inline(always)]
    pub(crate) fn scatter_with<T: Real>(&self, entries: &[T], buffer: &mut [T], f: impl Fn(T) -> T) {
        self.runs(|at, from, stride, run| {
            let part = &entries[at..at + run];
            match stride {
                1 => buffer[from..from + run].iter_mut().zip(part).for_each(|(b, e)| *b += f(*e)),
                0 => buffer[from] += part.iter().map(|e| f(*e)).sum::<T>(),
                _ => buffer[from..].iter_mut().step_by(stride).zip(part).for_each(|(b, e)| *b += f(*e)),
            }
        });
    }
}

impl Dims {
    /// A shape of as many dimensions, all of one size.
    pub(crate) fn with_all(mut self, size: usize) -> Dims {
        self.fill(size);
        self
    }
}
