//! Tensors: n-dimensional arrays, row-major, with shared copy-on-write storage.
//!
//! Input: data and a shape. Output: [`Tensor`], its operations, and their derivative rules. Invariant: a tensor is contiguous; strided
//! views exist only inside operations. Its tangent is a tensor; one without data is the *symbolic zero*, which has any shape.
//!
//! ```
//! use pullback::prelude::*;
//! let (w, x): (Tensor, Tensor) = (tensor![[1.0, 2.0], [3.0, 4.0]], tensor![1.0, -1.0]);
//! assert_eq!(w.matmul(&x), tensor![-1.0, -1.0]);
//! ```

use crate::differentiable::{Differentiable, Parameters, Tangent, Visitor};
use crate::real::Real;

mod arithmetic;
mod chain;
mod compare;
mod construct;
pub mod dims;
mod elementwise;
mod exchange;
mod index;
mod linalg;
mod lists;
mod loss;
mod matmul;
mod picks;
mod pieces;
mod reduce;
mod shape_ops;
mod show;
mod soft;
mod spans;
mod storage;
mod threads;
mod view;

pub use arithmetic::Operand;
pub use compare::{Comparand, Mask};
pub use construct::Nested;
pub use dims::{Axes, Dims, MAX_DIMS, ShapeError};
pub use loss::Labels;
pub use matmul::matmul_count;
pub use spans::{Span, Spans};
#[doc(hidden)]
pub use storage::Pool;
use storage::{Buffer, Storage};
pub use threads::set_threads;

/// An n-dimensional array of real scalars.
///
/// Row-major; clones share their storage until one of them is written to. Broadcasting is that of NumPy and PyTorch, and so are the
/// names of the methods. Shape mistakes panic with both shapes and the operation named.
///
/// ```
/// use pullback::prelude::*;
/// let x: Tensor = tensor![[1.0, 2.0], [3.0, 4.0]];
/// assert_eq!((&x * 2.0 + &x).sum(), 30.0);
/// assert_eq!(x.shape(), [2, 2]);
/// ```
#[derive(Clone)]
pub struct Tensor<T: Real = f32> {
    dims: Dims,
    data: Option<Storage<T>>,
}

impl<T: Real> Tensor<T> {
    fn from_parts(dims: Dims, data: Buffer<T>) -> Self {
        debug_assert_eq!(dims.numel(), data.len());
        Tensor { dims, data: Some(Storage::new(data)) }
    }

    pub(crate) fn dims(&self) -> &Dims {
        &self.dims
    }

    /// The sizes of the dimensions.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = Tensor::zeros([2, 3]);
    /// assert_eq!(x.shape(), [2, 3]);
    /// ```
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.dims
    }

    /// The number of dimensions.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(Tensor::<f64>::zeros([2, 3]).ndim(), 2);
    /// ```
    #[must_use]
    pub fn ndim(&self) -> usize {
        self.dims.len()
    }

    /// The number of entries.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(Tensor::<f64>::zeros([2, 3]).numel(), 6);
    /// ```
    #[must_use]
    pub fn numel(&self) -> usize {
        if self.data.is_some() { self.dims.numel() } else { 0 }
    }

    /// The entries, in row-major order; none if this is a symbolic zero.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![[1.0, 2.0], [3.0, 4.0]];
    /// assert_eq!(x.as_slice(), [1.0, 2.0, 3.0, 4.0]);
    /// ```
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        self.data.as_ref().map_or(&[], Storage::as_slice)
    }

    /// The entries, as a `Vec` of their own.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![1.0, 2.0];
    /// assert_eq!(x.to_vec(), vec![1.0, 2.0]);
    /// ```
    #[must_use]
    pub fn to_vec(&self) -> Vec<T> {
        self.as_slice().to_vec()
    }

    /// Where the entries are: the same for tensors that share their storage.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = tensor![1.0, 2.0];
    /// assert_eq!(x.detach().as_ptr(), x.as_ptr());
    /// ```
    #[must_use]
    pub fn as_ptr(&self) -> *const T {
        self.as_slice().as_ptr()
    }

    /// The entries, to be written: copied first if the storage is shared.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let mut x: Tensor = tensor![1.0, 2.0];
    /// let y = x.clone();
    /// x.as_mut_slice()[0] = 5.0;
    /// assert_eq!((x[0], y[0]), (5.0, 1.0));
    /// ```
    #[must_use]
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        self.data.as_mut().map_or(&mut [], Storage::as_mut_slice)
    }

    /// The entries, to be added to: zeros of that shape if this was a symbolic zero.
    pub(crate) fn zeroed(&mut self, dims: &Dims) -> &mut [T] {
        if self.data.is_none() {
            *self = Tensor::filled(*dims, T::ZERO);
        }
        debug_assert_eq!(self.dims, *dims);
        self.as_mut_slice()
    }

    /// The data, taken out without a copy if nobody shares it.
    fn into_data(self) -> Buffer<T> {
        self.data.map_or_else(|| Buffer::empty(0), Storage::into_buffer)
    }

    /// `self += entries`, which have this shape.
    fn add_entries(&mut self, dims: &Dims, entries: Buffer<T>) {
        self.accumulate(Tensor::from_parts(*dims, entries));
    }

    /// The entries of the matrices that those in the last two dimensions are the transposes of, if nobody has computed these.
    fn source(&self) -> Option<&[T]> {
        match (&self.dims[..], &self.data) {
            ([.., m, n], Some(data)) => data.flip(*n, *m).map(Storage::as_slice),
            _ => None,
        }
    }

    /// The last two dimensions exchanged; nothing is computed before somebody reads the entries in their order.
    fn flipped(&self) -> Self {
        let mut dims = self.dims;
        let n = dims.len();
        dims.swap(n - 2, n - 1);
        Tensor { dims, data: self.data.as_ref().map(|data| Storage::flipped(data, self.dims[n - 2], self.dims[n - 1])) }
    }
}

/// What a rule knows of a tensor that is not kept: its dimensions, and in which order it is best to make its cotangent.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Layout {
    dims: Dims,
    /// Whether the tensor is a transpose that nobody has computed.
    flipped: bool,
}

impl std::ops::Deref for Layout {
    type Target = Dims;
    fn deref(&self) -> &Dims {
        &self.dims
    }
}

impl<T: Real> PartialEq for Tensor<T> {
    fn eq(&self, other: &Self) -> bool {
        match (&self.data, &other.data) {
            (Some(a), Some(b)) => self.dims == other.dims && a.as_slice() == b.as_slice(),
            (None, None) => true,
            (Some(a), None) | (None, Some(a)) => a.as_slice().iter().all(|v| *v == T::ZERO),
        }
    }
}

impl<T: Real> Tangent for Tensor<T> {
    fn zero() -> Self {
        Tensor { dims: Dims::default(), data: None }
    }
    fn is_zero(&self) -> bool {
        self.data.is_none()
    }
    fn accumulate(&mut self, other: Self) {
        if other.data.is_none() {
            return;
        }
        if self.data.is_none() {
            *self = other;
            return;
        }
        assert!(self.dims == other.dims, "accumulate: shape {:?} and {:?} differ", self.dims, other.dims);
        self.as_mut_slice().iter_mut().zip(other.as_slice()).for_each(|(a, b)| *a += *b);
    }
    fn scale(&mut self, factor: f64) {
        let factor = T::from_f64(factor);
        self.as_mut_slice().iter_mut().for_each(|v| *v *= factor);
    }
    fn dot(&self, other: &Self) -> f64 {
        self.as_slice().iter().zip(other.as_slice()).map(|(a, b)| a.to_f64() * b.to_f64()).sum()
    }
}

impl<T: Real> crate::rule::Arithmetic for Tensor<T> {}

impl<T: Real> Differentiable for Tensor<T> {
    type Tangent = Tensor<T>;
    crate::owned_differentiable!();
    type Shape = Layout;
    fn shape(&self) -> Layout {
        Layout { dims: self.dims, flipped: self.source().is_some() }
    }
    fn zero_tangent(&self) -> Self {
        Tensor::filled(self.dims, T::ZERO)
    }
    fn finish(&self, tangent: &mut Self) {
        tangent.zeroed(&self.dims);
    }
}

impl<T: Real> Parameters for Tensor<T> {
    fn visit(&mut self, tangent: Option<&Self>, visitor: &mut dyn Visitor) {
        T::visit_run(self.as_mut_slice(), tangent.map_or(&[], Tensor::as_slice), visitor);
    }
}
