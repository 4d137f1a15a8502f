//! Products: matmul (1-D, 2-D, batched), dot, outer.
//!
//! Input: two tensors. Output: their product. Invariant: a transpose is a pair of strides, never a copy; an adjoint is added straight into
//! its buffer, a first one without reading it (β = 0). Ā = C̄ Bᵀ, B̄ = Aᵀ C̄ (Giles 2008, *Collected matrix derivative results*).

use super::dims::{Dims, ShapeError, checked};
use super::storage::Buffer;
use super::view::View;
use super::{Layout, Tensor, threads};
use crate::op;
use crate::real::Real;
use crate::rule::{Kept, Rule2};
use std::cell::Cell;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

/// How many matrix products this thread has computed, each of a batch counted: a test's proof that a detached product costs nothing on
/// the way back.
///
/// ```
/// use pullback::{Tensor, tensor::matmul_count};
/// let (a, before) = (Tensor::<f64>::ones([2, 2]), matmul_count());
/// let _ = a.matmul(&a);
/// assert_eq!(matmul_count() - before, 1);
/// ```
#[must_use]
pub fn matmul_count() -> usize {
    COUNT.get()
}

/// A matrix in a buffer: rows, columns, and the distances between them.
#[derive(Clone, Copy)]
struct Matrix<'a, T> {
    data: &'a [T],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a, T> Matrix<'a, T> {
    fn new(data: &'a [T], rows: usize, columns: usize) -> Self {
        Matrix { data, rows, columns, row_stride: columns, column_stride: 1 }
    }

    fn transposed(self) -> Self {
        Matrix { rows: self.columns, columns: self.rows, row_stride: self.column_stride, column_stride: self.row_stride, ..self }
    }
}

impl<'a, T> Matrix<'a, T> {
    /// The matrix's rows from `start`.
    fn rows_from(self, start: usize, rows: usize) -> Self {
        Matrix { data: &self.data[start * self.row_stride..], rows, ..self }
    }
}

/// Up to this many multiplications a plain loop beats packing the operands.
const SMALL: usize = 400;

/// From this many multiplications on a thread of its own pays.
const PER_THREAD: usize = 1 << 21;

/// `C = AB + βC` for β 0 or 1, by a loop.
fn plain<T: Real>(a: Matrix<'_, T>, b: Matrix<'_, T>, beta: T, c: &mut [T]) {
    for (i, row) in c.chunks_exact_mut(b.columns).enumerate() {
        if beta == T::ZERO {
            row.fill(T::ZERO);
        }
        for p in 0..a.columns {
            let x = a.data[i * a.row_stride + p * a.column_stride];
            let entries = &b.data[p * b.row_stride..];
            match b.column_stride {
                1 => row.iter_mut().zip(entries).for_each(|(c, y)| *c += x * *y),
                s => row.iter_mut().zip(entries.iter().step_by(s)).for_each(|(c, y)| *c += x * *y),
            }
        }
    }
}

/// `C = AB + βC` for β 0 or 1; `c` is row-major.
fn gemm<T: Real>(a: Matrix<'_, T>, b: Matrix<'_, T>, beta: T, c: &mut [T]) {
    COUNT.set(COUNT.get() + 1);
    let (m, k, n) = (a.rows, a.columns, b.columns);
    let fits = |x: Matrix<'_, T>, rows, columns| x.rows == rows && x.columns == columns && x.data.len() == rows * columns;
    assert!(fits(a, m, k) && fits(b, k, n) && c.len() == m * n, "gemm: buffers and sizes agree");
    if m == 0 || n == 0 {
        return;
    }
    if m * k * n <= SMALL || (m == 1 && b.column_stride == 1) {
        return plain(a, b, beta, c);
    }
    if n == 1 && a.row_stride == 1 {
        return plain(b.transposed(), a.transposed(), beta, c);
    }
    let rows = m.div_ceil(threads::count(m * k * n / PER_THREAD)).next_multiple_of(8);
    if rows >= m {
        return packed(a, b, beta, c);
    }
    std::thread::scope(|scope| {
        let (first, rest) = c.split_at_mut(rows * n);
        for (i, part) in rest.chunks_mut(rows * n).enumerate() {
            scope.spawn(move || packed(a.rows_from((i + 1) * rows, part.len() / n), b, beta, part));
        }
        packed(a.rows_from(0, rows), b, beta, first);
    });
}

/// `C = AB + βC` by the library.
fn packed<T: Real>(a: Matrix<'_, T>, b: Matrix<'_, T>, beta: T, c: &mut [T]) {
    let (m, k, n) = (a.rows, a.columns, b.columns);
    let last = |x: Matrix<'_, T>| (x.rows - 1) * x.row_stride + (x.columns - 1) * x.column_stride;
    assert!(
        m * k * n > 0 && b.rows == k && last(a) < a.data.len() && last(b) < b.data.len() && c.len() == m * n,
        "gemm: inside the buffers"
    );
    let stride = |s: usize| s.cast_signed();
    // SAFETY: every entry that the sizes and strides of `a` and `b` reach lies in their buffers, as does every one of the row-major `c`;
    // all this is asserted above. `c` is borrowed mutably, so it overlaps neither `a` nor `b`.
    unsafe {
        T::gemm(
            m,
            k,
            n,
            T::ONE,
            a.data.as_ptr(),
            stride(a.row_stride),
            stride(a.column_stride),
            b.data.as_ptr(),
            stride(b.row_stride),
            stride(b.column_stride),
            beta,
            c.as_mut_ptr(),
            stride(n),
            1,
        );
    }
}

/// The sizes of a product: the batch, and the matrices in it. A batch times one matrix is one product of more rows.
struct Plan {
    batch: Dims,
    m: usize,
    k: usize,
    n: usize,
    /// Whether the rows of a batch are taken as those of one matrix.
    merged: bool,
    /// The operands' and the result's shapes.
    from: [Dims; 2],
    dims: Dims,
    x: View,
    y: View,
}

impl Plan {
    fn of(x: &Dims, y: &Dims) -> Result<Plan, ShapeError> {
        let wrong = |problem: &str| Err(ShapeError::new("matmul", &[x, y], problem));
        if x.is_empty() || y.is_empty() {
            return wrong("both need at least one dimension");
        }
        let (left, right) = (if x.len() == 1 { x.insert(0, 1) } else { *x }, if y.len() == 1 { y.insert(1, 1) } else { *y });
        let (lead_x, lead_y) = (left.len() - 2, right.len() - 2);
        let (mut m, k, n) = (left[lead_x], left[lead_x + 1], right[lead_y + 1]);
        if right[lead_y] != k {
            return wrong("the inner sizes differ");
        }
        let (mut from_x, mut from_y) = (Dims::new(&left[..lead_x]), Dims::new(&right[..lead_y]));
        let Some(mut batch) = from_x.broadcast(&from_y) else {
            return wrong("the batches do not broadcast");
        };
        let rows = (x.len() > 1).then_some(m).into_iter();
        let dims = Dims::of(batch.iter().copied().chain(rows).chain((y.len() > 1).then_some(n)));
        let merged = from_y.numel() == 1 && batch.numel() != 1;
        if from_y.numel() == 1 {
            m *= batch.numel();
            (batch, from_x, from_y) = Default::default();
        }
        let (view_x, view_y) = (View::broadcast(&from_x, &batch), View::broadcast(&from_y, &batch));
        Ok(Plan { batch, m, k, n, merged, from: [*x, *y], dims, x: view_x, y: view_y })
    }

    /// Calls `f` with the number of each product's matrices: result, left, right.
    fn each(&self, mut f: impl FnMut(usize, usize, usize)) {
        (0..self.batch.numel()).for_each(|z| f(z, self.x.entry(z), self.y.entry(z)));
    }

    /// The matrices of the left operand, or of what has its shape.
    fn left<'a, T: Real>(&self, x: &'a Tensor<T>) -> impl Fn(usize) -> Matrix<'a, T> + use<'a, T> {
        matrices(x, self.m, self.k, self.from[0].len() > 1 && !self.merged)
    }
    /// The matrices of the right operand.
    fn right<'a, T: Real>(&self, y: &'a Tensor<T>) -> impl Fn(usize) -> Matrix<'a, T> + use<'a, T> {
        matrices(y, self.k, self.n, self.from[1].len() > 1)
    }
    /// The matrices of the result.
    fn result<'a, T: Real>(&self, z: &'a Tensor<T>) -> impl Fn(usize) -> Matrix<'a, T> + use<'a, T> {
        matrices(z, self.m, self.n, self.from[0].len() > 1 && self.from[1].len() > 1 && !self.merged)
    }

    fn product<T: Real>(&self, x: &Tensor<T>, y: &Tensor<T>) -> Tensor<T> {
        let mut out = Buffer::stale(self.dims.numel());
        let (size, left, right) = (self.m * self.n, self.left(x), self.right(y));
        self.each(|z, i, j| gemm(left(i), right(j), T::ZERO, &mut out[z * size..(z + 1) * size]));
        Tensor::from_parts(self.dims, out)
    }

    fn pull_left<T: Real>(&self, x: &Layout, y: &Tensor<T>, z_bar: &Tensor<T>, x_bar: &mut Tensor<T>) {
        let (right, result) = (self.right(y), self.result(z_bar));
        let mut add = self.target(x, self.m * self.k, !self.merged, x_bar);
        self.each(|z, i, j| add.product(i, result(z), right(j).transposed()));
        add.finish();
    }

    fn pull_right<T: Real>(&self, y: &Layout, x: &Tensor<T>, z_bar: &Tensor<T>, y_bar: &mut Tensor<T>) {
        let (left, result) = (self.left(x), self.result(z_bar));
        let mut add = self.target(y, self.k * self.n, true, y_bar);
        self.each(|z, i, j| add.product(j, left(i).transposed(), result(z)));
        add.finish();
    }

    /// The cotangent to add to. A first contribution to matrices that are not repeated overwrites it, and is laid out as the operand is.
    fn target<'a, T: Real>(&self, to: &Layout, size: usize, flips: bool, bar: &'a mut Tensor<T>) -> Target<'a, T> {
        let first = bar.data.is_none() && self.batch.numel() * size == to.numel();
        let flipped = first && flips && to.flipped;
        if first {
            *bar = Tensor::from_parts(**to, Buffer::stale(to.numel()));
        }
        Target { size, flipped, beta: if first { T::ZERO } else { T::ONE }, dims: **to, bar }
    }
}

/// Matrices of a tensor, by their number; of a transpose that nobody has computed the original's, if `flips` allows it.
fn matrices<'a, T: Real>(x: &'a Tensor<T>, rows: usize, columns: usize, flips: bool) -> impl Fn(usize) -> Matrix<'a, T> + use<'a, T> {
    let source = x.source().filter(|_| flips);
    let (data, size) = (source.unwrap_or_else(|| x.as_slice()), rows * columns);
    move |k| {
        let data = &data[k * size..(k + 1) * size];
        if source.is_some() { Matrix::new(data, columns, rows).transposed() } else { Matrix::new(data, rows, columns) }
    }
}

/// Where the products of a pullback go.
struct Target<'a, T: Real> {
    size: usize,
    flipped: bool,
    beta: T,
    dims: Dims,
    bar: &'a mut Tensor<T>,
}

impl<T: Real> Target<'_, T> {
    fn product(&mut self, k: usize, a: Matrix<'_, T>, b: Matrix<'_, T>) {
        let bar = &mut self.bar.zeroed(&self.dims)[k * self.size..(k + 1) * self.size];
        if self.flipped { gemm(b.transposed(), a.transposed(), self.beta, bar) } else { gemm(a, b, self.beta, bar) }
    }

    /// Where the buffer holds the transposes, says so.
    fn finish(self) {
        if self.flipped {
            let n = self.dims.len();
            self.bar.dims.swap(n - 2, n - 1);
            *self.bar = self.bar.flipped();
        }
    }
}

impl<T: Real> Tensor<T> {
    /// The matrix product; 1-D tensors are a row on the left and a column on the right, leading dimensions are a batch and broadcast.
    ///
    /// # Panics
    /// If the shapes do not go together.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let a: Tensor<f64> = tensor![[1.0, 2.0], [3.0, 4.0]];
    /// assert_eq!(a.matmul(&tensor![1.0, 1.0]), tensor![3.0, 7.0]);
    /// assert_eq!(Tensor::<f64>::ones([5, 2, 3]).matmul(&Tensor::ones([3, 4])).shape(), [5, 2, 4]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn matmul(&self, other: &Tensor<T>) -> Self {
        checked(self.try_matmul(other))
    }

    /// The matrix product.
    ///
    /// # Errors
    /// If the shapes do not go together.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = Tensor::ones([2, 3]);
    /// assert_eq!(x.try_matmul(&x).unwrap_err().to_string(), "matmul: shape [2, 3] and [2, 3]: the inner sizes differ");
    /// ```
    pub fn try_matmul(&self, other: &Tensor<T>) -> Result<Self, ShapeError> {
        Ok(Plan::of(self.dims(), other.dims())?.product(self, other))
    }

    /// The inner product of two 1-D tensors, Σ xₖ yₖ.
    ///
    /// # Panics
    /// If they are not 1-D and of one length.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor<f64> = tensor![1.0, 2.0];
    /// assert_eq!(x.dot(&x), 5.0);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn dot(&self, other: &Tensor<T>) -> T {
        checked(self.try_dot(other))
    }

    /// The inner product of two 1-D tensors.
    ///
    /// # Errors
    /// If they are not 1-D and of one length.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = Tensor::ones([2]);
    /// assert!(x.try_dot(&Tensor::ones([3])).is_err());
    /// ```
    pub fn try_dot(&self, other: &Tensor<T>) -> Result<T, ShapeError> {
        if self.ndim() != 1 || self.dims() != other.dims() {
            return Err(ShapeError::new("dot", &[self.dims(), other.dims()], "both must be 1-D and of one length"));
        }
        Ok(self.as_slice().iter().zip(other.as_slice()).map(|(a, b)| *a * *b).sum())
    }

    /// The outer product of two 1-D tensors, xᵢ yⱼ.
    ///
    /// # Panics
    /// If they are not 1-D.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor<f64> = tensor![1.0, 2.0];
    /// assert_eq!(x.outer(&x), tensor![[1.0, 2.0], [2.0, 4.0]]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn outer(&self, other: &Tensor<T>) -> Self {
        checked(self.try_outer(other))
    }

    /// The outer product of two 1-D tensors.
    ///
    /// # Errors
    /// If they are not 1-D.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x: Tensor = Tensor::ones([2, 2]);
    /// assert!(x.try_outer(&x).is_err());
    /// ```
    pub fn try_outer(&self, other: &Tensor<T>) -> Result<Self, ShapeError> {
        if self.ndim() != 1 || other.ndim() != 1 {
            return Err(ShapeError::new("outer", &[self.dims(), other.dims()], "both must be 1-D"));
        }
        Ok(outer(self, other))
    }
}

fn outer<T: Real>(x: &Tensor<T>, y: &Tensor<T>) -> Tensor<T> {
    let data = x.as_slice().iter().flat_map(|a| y.as_slice().iter().map(move |b| *a * *b)).collect();
    Tensor::from_parts(Dims::new(&[x.numel(), y.numel()]), data)
}

#[track_caller]
fn plan<T: Real>(x: &Kept<Tensor<T>>, y: &Kept<Tensor<T>>) -> Plan {
    checked(Plan::of(x.shape(), y.shape()))
}

impl<T: Real> Rule2<op::matmul, (), Tensor<T>, Tensor<T>> for Tensor<T> {
    fn pull_lhs(x: Kept<Self>, y: Kept<Self>, (): &(), _: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
        if z_bar.data.is_some() {
            plan(&x, &y).pull_left(x.shape(), y.value(), z_bar, x_bar);
        }
    }
    fn pull_rhs(x: Kept<Self>, y: Kept<Self>, (): &(), _: Kept<Self>, z_bar: &Self, y_bar: &mut Self) {
        if z_bar.data.is_some() {
            plan(&x, &y).pull_right(y.shape(), x.value(), z_bar, y_bar);
        }
    }
    fn push_lhs(x: Kept<Self>, y: Kept<Self>, (): &(), _: Kept<Self>, x_dot: &Self) -> Self {
        if x_dot.data.is_none() { crate::differentiable::Tangent::zero() } else { plan(&x, &y).product(x_dot, y.value()) }
    }
    fn push_rhs(x: Kept<Self>, y: Kept<Self>, (): &(), _: Kept<Self>, y_dot: &Self) -> Self {
        if y_dot.data.is_none() { crate::differentiable::Tangent::zero() } else { plan(&x, &y).product(x.value(), y_dot) }
    }
}

/// `bar += factor · x`.
fn add_scaled<T: Real>(bar: &mut Tensor<T>, x: &Tensor<T>, factor: T) {
    bar.add_entries(x.dims(), x.as_slice().iter().map(|v| *v * factor).collect());
}

impl<T: Real> Rule2<op::dot, (), Tensor<T>, T> for Tensor<T> {
    fn pull_lhs(_: Kept<Self>, y: Kept<Self>, (): &(), _: Kept<T>, z_bar: &T, x_bar: &mut Self) {
        add_scaled(x_bar, y.value(), *z_bar);
    }
    fn pull_rhs(x: Kept<Self>, _: Kept<Self>, (): &(), _: Kept<T>, z_bar: &T, y_bar: &mut Self) {
        add_scaled(y_bar, x.value(), *z_bar);
    }
    fn push_lhs(_: Kept<Self>, y: Kept<Self>, (): &(), _: Kept<T>, x_dot: &Self) -> T {
        if x_dot.data.is_none() { T::ZERO } else { x_dot.dot(y.value()) }
    }
    fn push_rhs(x: Kept<Self>, _: Kept<Self>, (): &(), _: Kept<T>, y_dot: &Self) -> T {
        if y_dot.data.is_none() { T::ZERO } else { x.value().dot(y_dot) }
    }
}

impl<T: Real> Rule2<op::outer, (), Tensor<T>, Tensor<T>> for Tensor<T> {
    fn pull_lhs(x: Kept<Self>, y: Kept<Self>, (): &(), _: Kept<Self>, z_bar: &Self, x_bar: &mut Self) {
        if z_bar.data.is_some() {
            let part = z_bar.matmul(y.value());
            x_bar.add_entries(x.shape(), part.into_data());
        }
    }
    fn pull_rhs(x: Kept<Self>, y: Kept<Self>, (): &(), _: Kept<Self>, z_bar: &Self, y_bar: &mut Self) {
        if z_bar.data.is_some() {
            let part = x.value().matmul(z_bar);
            y_bar.add_entries(y.shape(), part.into_data());
        }
    }
    fn push_lhs(_: Kept<Self>, y: Kept<Self>, (): &(), _: Kept<Self>, x_dot: &Self) -> Self {
        if x_dot.data.is_none() { crate::differentiable::Tangent::zero() } else { outer(x_dot, y.value()) }
    }
    fn push_rhs(x: Kept<Self>, _: Kept<Self>, (): &(), _: Kept<Self>, y_dot: &Self) -> Self {
        if y_dot.data.is_none() { crate::differentiable::Tangent::zero() } else { outer(x.value(), y_dot) }
    }
}
