//! Shapes: [`Dims`], what names axes ([`Axes`]), and the mistakes ([`ShapeError`]).
//!
//! Input: sizes and axes as users write them. Output: checked shapes. Invariant: at most [`MAX_DIMS`] dimensions, held inline.
//!
//! ```
//! use pullback::Tensor;
//! let mistake = Tensor::<f64>::ones([2, 3]).try_matmul(&Tensor::ones([2, 3])).unwrap_err();
//! assert!(mistake.to_string().contains("[2, 3]"));
//! ```

use std::fmt;
use std::ops::{Deref, DerefMut};

/// The largest number of dimensions a tensor can have.
///
/// ```
/// # use pullback::prelude::*;
/// assert_eq!(Tensor::<f64>::ones([1; pullback::tensor::MAX_DIMS]).ndim(), 8);
/// ```
pub const MAX_DIMS: usize = 8;

/// The sizes of a tensor's dimensions; a slice of them, held inline.
///
/// ```
/// # use pullback::prelude::*;
/// let dims = pullback::tensor::Dims::new(&[2, 3]);
/// assert_eq!((dims.len(), dims[1], dims.numel()), (2, 3, 6));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Dims {
    sizes: [usize; MAX_DIMS],
    len: usize,
}

impl Dims {
    /// The shape with these sizes.
    ///
    /// # Panics
    /// If there are more than [`MAX_DIMS`].
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(pullback::tensor::Dims::new(&[2, 3])[..], [2, 3]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn new(sizes: &[usize]) -> Self {
        assert!(sizes.len() <= MAX_DIMS, "a tensor has at most {MAX_DIMS} dimensions, {sizes:?} has {}", sizes.len());
        let mut dims = Dims { sizes: [0; MAX_DIMS], len: sizes.len() };
        dims.copy_from_slice(sizes);
        dims
    }

    /// The shape with these sizes.
    #[track_caller]
    pub(crate) fn of(sizes: impl Iterator<Item = usize>) -> Self {
        let mut dims = Dims::default();
        for size in sizes {
            assert!(dims.len < MAX_DIMS, "a tensor has at most {MAX_DIMS} dimensions");
            dims.sizes[dims.len] = size;
            dims.len += 1;
        }
        dims
    }

    /// The number of entries.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(pullback::tensor::Dims::new(&[]).numel(), 1);
    /// ```
    #[must_use]
    pub fn numel(&self) -> usize {
        self.iter().product()
    }

    /// Row-major strides.
    pub(crate) fn strides(&self) -> Dims {
        let mut strides = *self;
        let mut step = 1;
        for (stride, size) in strides.iter_mut().zip(self.iter()).rev() {
            *stride = step;
            step *= size;
        }
        strides
    }

    /// The shape with one more dimension, at `axis`.
    #[track_caller]
    pub(crate) fn insert(&self, axis: usize, size: usize) -> Dims {
        Dims::of(self[..axis].iter().copied().chain([size]).chain(self[axis..].iter().copied()))
    }

    /// The shape without one dimension.
    pub(crate) fn remove(&self, axis: usize) -> Dims {
        Dims::of(self[..axis].iter().chain(&self[axis + 1..]).copied())
    }

    /// The shape with another size at `axis`.
    pub(crate) fn with(mut self, axis: usize, size: usize) -> Dims {
        self[axis] = size;
        self
    }

    /// The shape two shapes broadcast to, as in NumPy; `None` if they don't.
    pub(crate) fn broadcast(&self, other: &Dims) -> Option<Dims> {
        let (mut long, short) = if self.len >= other.len { (*self, other) } else { (*other, self) };
        for (l, s) in long.iter_mut().rev().zip(short.iter().rev()) {
            match (*l, *s) {
                (a, b) if a == b => {}
                (1, b) => *l = b,
                (_, 1) => {}
                _ => return None,
            }
        }
        Some(long)
    }

    /// `axis`, counted from the end if negative, checked.
    pub(crate) fn axis(&self, op: &'static str, axis: isize) -> Result<usize, ShapeError> {
        let n = self.len.cast_signed();
        let at = if axis < 0 { axis + n } else { axis };
        if (0..n).contains(&at) {
            return Ok(at.unsigned_abs());
        }
        Err(ShapeError::new(op, &[self], format!("there is no dimension {axis}")))
    }

    /// Marks the axes named; none named stands for all of them.
    pub(crate) fn mark(&self, op: &'static str, axes: &impl Axes) -> Result<[bool; MAX_DIMS], ShapeError> {
        let mut marked = [false; MAX_DIMS];
        for axis in axes.entries().iter() {
            let axis = self.axis(op, *axis)?;
            if std::mem::replace(&mut marked[axis], true) {
                return Err(ShapeError::new(op, &[self], format!("dimension {axis} is named twice")));
            }
        }
        Ok(marked)
    }
}

impl Deref for Dims {
    type Target = [usize];
    fn deref(&self) -> &[usize] {
        &self.sizes[..self.len]
    }
}

impl DerefMut for Dims {
    fn deref_mut(&mut self) -> &mut [usize] {
        &mut self.sizes[..self.len]
    }
}

impl fmt::Debug for Dims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self[..].fmt(f)
    }
}

/// What names axes, or sizes: an integer, an array, slice or `Vec` of them. Negative axes count from the end.
///
/// ```
/// # use pullback::prelude::*;
/// let x: Tensor<f64> = Tensor::ones([2, 3, 4]);
/// assert_eq!(x.sum_dim(-1, false).shape(), [2, 3]);
/// assert_eq!(x.sum_dim([0, 2], true).shape(), [1, 3, 1]);
/// ```
pub trait Axes {
    /// The entries, in order.
    ///
    /// # Panics
    /// If there are more than [`MAX_DIMS`].
    ///
    /// ```
    /// use pullback::tensor::Axes;
    /// assert_eq!(&*[0_isize, -1].entries(), [0, -1]);
    /// ```
    fn entries(&self) -> Entries;
}

/// A few integers, held inline.
///
/// ```
/// # use pullback::prelude::*;
/// use pullback::tensor::Axes;
/// assert_eq!([2, -1].entries()[..], [2, -1]);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Entries {
    entries: [isize; MAX_DIMS],
    len: usize,
}

impl Entries {
    #[track_caller]
    fn append(&mut self, more: &[isize]) {
        let end = self.len + more.len();
        assert!(end <= MAX_DIMS, "a tensor has at most {MAX_DIMS} dimensions");
        self.entries[self.len..end].copy_from_slice(more);
        self.len = end;
    }
}

impl Deref for Entries {
    type Target = [isize];
    fn deref(&self) -> &[isize] {
        &self.entries[..self.len]
    }
}

macro_rules! axes {
    ($($t:ty)*) => { $(
        impl Axes for $t {
            #[allow(clippy::cast_possible_wrap, clippy::cast_possible_truncation, trivial_numeric_casts, reason = "axes are small")]
            fn entries(&self) -> Entries {
                let mut entries = Entries::default();
                entries.append(&[*self as isize]);
                entries
            }
        }
    )* };
}
axes!(usize isize i32);

impl<A: Axes> Axes for [A] {
    fn entries(&self) -> Entries {
        let mut entries = Entries::default();
        self.iter().for_each(|e| entries.append(&e.entries()));
        entries
    }
}
impl<A: Axes, const N: usize> Axes for [A; N] {
    fn entries(&self) -> Entries {
        self[..].entries()
    }
}
impl<A: Axes> Axes for Vec<A> {
    fn entries(&self) -> Entries {
        self[..].entries()
    }
}
impl<A: Axes + ?Sized> Axes for &A {
    fn entries(&self) -> Entries {
        (**self).entries()
    }
}
impl Axes for () {
    fn entries(&self) -> Entries {
        Entries::default()
    }
}
impl Axes for Dims {
    fn entries(&self) -> Entries {
        self[..].entries()
    }
}

/// The shape these sizes name.
#[track_caller]
pub(crate) fn sizes(op: &str, shape: &impl Axes) -> Dims {
    let entries = shape.entries();
    assert!(entries.iter().all(|n| *n >= 0), "{op}: a size is negative in {:?}", &entries[..]);
    Dims::of(entries.iter().map(|n| n.unsigned_abs()))
}

/// One index, counted from the end if negative. Panics as an index out of bounds does.
#[track_caller]
pub(crate) fn single(op: &str, axis: &impl Axes) -> isize {
    let entries = axis.entries();
    assert!(entries.len() == 1, "{op}: one dimension is wanted, got {:?}", &entries[..]);
    entries[0]
}

/// Shapes that do not go together: the operation, the shapes, and what is wrong with them.
///
/// ```
/// # use pullback::prelude::*;
/// let (x, y): (Tensor, Tensor) = (Tensor::ones([2, 3]), Tensor::ones([2]));
/// let mistake = x.try_add(&y).unwrap_err();
/// assert_eq!(mistake.to_string(), "add: shape [2, 3] and [2]: the shapes do not broadcast");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    op: &'static str,
    shapes: Vec<Dims>,
    problem: String,
}

impl ShapeError {
    pub(crate) fn new(op: &'static str, shapes: &[&Dims], problem: impl Into<String>) -> Self {
        ShapeError { op, shapes: shapes.iter().map(|d| **d).collect(), problem: problem.into() }
    }

    /// The operation's name.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = Tensor::ones([2, 3]);
    /// assert_eq!(x.try_matmul(&x).unwrap_err().operation(), "matmul");
    /// ```
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.op
    }

    /// The shapes of the operands.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = Tensor::ones([2, 3]);
    /// assert_eq!(x.try_matmul(&x).unwrap_err().shapes()[1][..], [2, 3]);
    /// ```
    #[must_use]
    pub fn shapes(&self) -> &[Dims] {
        &self.shapes
    }
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.op)?;
        for (k, shape) in self.shapes.iter().enumerate() {
            write!(f, "{}{shape:?}", if k == 0 { ": shape " } else { " and " })?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for ShapeError {}

/// The value, or a panic with the mistake at the caller's line.
#[track_caller]
pub(crate) fn checked<V>(result: Result<V, ShapeError>) -> V {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}
