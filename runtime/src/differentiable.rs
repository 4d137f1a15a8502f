//! What it means to be differentiable: the traits [`Differentiable`], [`Tangent`] and [`Parameters`].
//!
//! Input: a value. Output: its tangent space, a vector space with a *shapeless* zero, so that an adjoint
//! can be declared before anything is known about the size of what it belongs to.
//! Invariant: `T`, `&T`, `&mut T` share one tangent type, that of [`Differentiable::Base`].
//!
//! ```
//! use pullback::prelude::*;
//! let point: (f64, Vec<f64>) = (1.0, vec![2.0, 3.0]);
//! let tangent: (f64, Vec<f64>) = point.zero_tangent();
//! assert_eq!(tangent, (0.0, vec![0.0, 0.0]));
//! ```

mod leaves;
#[doc(hidden)]
pub mod ownness;

/// A tangent (or cotangent) vector: an element of a vector space with a *symbolic* zero.
///
/// `zero()` needs no shape: the empty `Vec`, a tensor without data, `0.0`. It is the identity of `accumulate`.
///
/// ```
/// # use pullback::prelude::*;
/// let mut t = f64::zero();
/// assert!(t.is_zero());
/// t.accumulate(2.0);
/// t.scale(3.0);
/// assert_eq!(t.dot(&0.5), 3.0);
/// ```
pub trait Tangent: Clone + PartialEq + std::fmt::Debug {
    /// The zero vector, without a shape.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(Vec::<f64>::zero(), vec![]); // without a shape
    /// ```
    fn zero() -> Self;
    /// The zero that a cotangent starts with: in a float −0, to which anything can be added without an addition, since −0 + x is x to the bit.
    #[doc(hidden)]
    #[inline(always)]
    fn blank() -> Self {
        Self::zero()
    }
    /// Whether this is certainly the zero vector. A skipped adjoint is one that can't turn `0 · ∞` into NaN.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert!(Vec::<f64>::zero().is_zero() && !vec![1.0].is_zero());
    /// ```
    fn is_zero(&self) -> bool;
    /// `self += other`; moves `other` in if `self` is the symbolic zero.
    ///
    /// # Panics
    /// If both have data and their shapes differ.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let mut sum = Vec::zero();
    /// sum.accumulate(vec![1.0, 2.0]); // moved in
    /// sum.accumulate(vec![0.5, 0.5]); // added
    /// assert_eq!(sum, [1.5, 2.5]);
    /// ```
    fn accumulate(&mut self, other: Self);
    /// `self *= factor`.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let mut t = (1.0, [2.0, 3.0]);
    /// t.scale(-2.0);
    /// assert_eq!(t, (-2.0, [-4.0, -6.0]));
    /// ```
    fn scale(&mut self, factor: f64);
    /// The inner product ⟨self, other⟩.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!([1.0, 2.0].dot(&[3.0, 4.0]), 11.0);
    /// ```
    fn dot(&self, other: &Self) -> f64;
}

/// A type whose values have derivatives. Use `#[derive(Differentiable)]` for structs and enums.
///
/// ```
/// use pullback::prelude::*;
/// fn gradient_of<T: Differentiable>(_: &T) -> T::Tangent { T::Tangent::zero() }
/// assert_eq!(gradient_of(&1.5_f64), 0.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not differentiable",
    label = "this type has no tangent",
    note = "derive it with `#[derive(Differentiable)]`, or mark the parameter or field `#[constant]`"
)]
pub trait Differentiable {
    /// Asks, as a constant, whether there is an implementation.
    #[doc(hidden)]
    const CHECKED: usize = 0;
    /// The type of its derivatives: `f64` for `f64`, `Vec<f64>` for `Vec<f64>` and `[f64]`, `()` for integers.
    type Tangent: Tangent;
    /// What a pullback adds into: `[T::Tangent]` for a slice, else the tangent itself.
    type Bar: ?Sized;
    /// The type behind all references.
    type Base: ?Sized + Differentiable<Tangent = Self::Tangent, Base = Self::Base, Shape = Self::Shape>;
    /// Whose rules operations on this type have: [`Library`](ownness::Library), or [`Users`](ownness::Users) where it is derived.
    #[doc(hidden)]
    type Own: ownness::Ownness;
    /// What a linear rule must know of a value: the dimensions of a tensor, `()` for a scalar.
    type Shape: Clone + Default;
    /// The value behind all references.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let x = vec![1.0, 2.0];
    /// assert_eq!((&&x).base(), &x);
    /// ```
    fn base(&self) -> &Self::Base;
    /// The shape of the value.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(2.5_f64.shape(), ()); // all numbers have the same
    /// ```
    fn shape(&self) -> Self::Shape;
    /// A zero tangent with all its entries in place.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// assert_eq!(vec![1.0, 2.0].zero_tangent(), [0.0, 0.0]);
    /// ```
    fn zero_tangent(&self) -> Self::Tangent;
    /// The part of a tangent that pullbacks add into.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let mut tangent = vec![0.0, 0.0];
    /// let bar: &mut [f64] = <[f64]>::bar(&mut tangent); // of a slice, a slice
    /// bar[1] += 3.0;
    /// assert_eq!(tangent, [0.0, 3.0]);
    /// ```
    fn bar(tangent: &mut Self::Tangent) -> &mut Self::Bar;
    /// Gives a tangent that is lent to a callee its full length, where a slice of it must exist (`Vec`).
    #[doc(hidden)]
    #[inline(always)]
    fn prepare(&self, _: &mut Self::Tangent) {}
    /// As [`Differentiable::prepare`], where only the shape of the value is left.
    #[doc(hidden)]
    #[inline(always)]
    fn lengthen(_: &Self::Shape, _: &mut Self::Tangent) {}
    /// Checks what a user lends as the cotangent of a `&mut` argument, and gives it its full length where it can grow.
    ///
    /// # Panics
    /// If it has another length and can't grow.
    #[doc(hidden)]
    #[inline(always)]
    fn fit(_: &Self::Shape, _: &mut Self::Bar) {}
    /// Turns symbolic zeros inside a finished tangent into zeros of this value's shape.
    #[doc(hidden)]
    #[inline(always)]
    fn finish(&self, _: &mut Self::Tangent) {}
}

/// A differentiable type that owns what it holds: neither a reference nor a slice.
///
/// ```
/// use pullback::prelude::*;
/// fn moved<T: pullback::differentiable::Owned>(x: T) -> (T, T::Tangent) {
///     let tangent = x.zero_tangent();
///     (x, tangent)
/// }
/// assert_eq!(moved(2.0), (2.0, 0.0)); // `&2.0` is not owned
/// ```
pub trait Owned: Differentiable<Bar = <Self as Differentiable>::Tangent, Base = Self> {}

impl<T: Differentiable<Bar = <T as Differentiable>::Tangent, Base = T>> Owned for T {}

/// The type `T` itself. Generated code writes `<[(); T::CHECKED] as Checked<T>>::Type` for it: for a type without a tangent the constant is an
/// error, said once, and all that mentions it is silent.
#[doc(hidden)]
pub trait Checked<T: ?Sized> {
    /// `T`.
    type Type: ?Sized;
}
impl<T: ?Sized> Checked<T> for [(); 0] {
    type Type = T;
}

/// Visits the scalars of a value beside those of a tangent, a run of scalars at a time; see [`Parameters`].
///
/// ```
/// # use pullback::prelude::*;
/// struct Largest(f64);
/// impl pullback::Visitor for Largest {
///     fn f32(&mut self, value: &mut [f32], _: &[f32]) {
///         value.iter().for_each(|v| self.0 = self.0.max(f64::from(v.abs())));
///     }
///     fn f64(&mut self, value: &mut [f64], _: &[f64]) {
///         value.iter().for_each(|v| self.0 = self.0.max(v.abs()));
///     }
/// }
/// let mut largest = Largest(0.0);
/// (vec![1.0, -4.0], 3.0_f32).visit(None, &mut largest);
/// assert_eq!(largest.0, 4.0);
/// ```
pub trait Visitor {
    /// A run of `f32` entries; `tangent` is empty where the tangent is a symbolic zero.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// struct Count(usize);
    /// impl pullback::Visitor for Count {
    ///     fn f32(&mut self, value: &mut [f32], _: &[f32]) {
    ///         self.0 += value.len();
    ///     }
    ///     fn f64(&mut self, _: &mut [f64], _: &[f64]) {}
    /// }
    /// let mut count = Count(0);
    /// (vec![1.0_f32, 2.0], 3.0_f64).visit(None, &mut count);
    /// assert_eq!(count.0, 2);
    /// ```
    fn f32(&mut self, value: &mut [f32], tangent: &[f32]);
    /// A run of `f64` entries; `tangent` is empty where the tangent is a symbolic zero.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// struct Count(usize);
    /// impl pullback::Visitor for Count {
    ///     fn f64(&mut self, value: &mut [f64], _: &[f64]) {
    ///         self.0 += value.len();
    ///     }
    ///     fn f32(&mut self, _: &mut [f32], _: &[f32]) {}
    /// }
    /// let mut count = Count(0);
    /// (vec![1.0_f64, 2.0], 3.0_f32).visit(None, &mut count);
    /// assert_eq!(count.0, 2);
    /// ```
    fn f64(&mut self, value: &mut [f64], tangent: &[f64]);
}

/// A differentiable value that an optimizer can move: all owned differentiable types.
///
/// ```
/// # use pullback::prelude::*;
/// fn scalars<T: Parameters>(value: &mut T) -> usize {
///     struct Count(usize);
///     impl pullback::Visitor for Count {
///         fn f32(&mut self, value: &mut [f32], _: &[f32]) {
///             self.0 += value.len();
///         }
///         fn f64(&mut self, value: &mut [f64], _: &[f64]) {
///             self.0 += value.len();
///         }
///     }
///     let mut count = Count(0);
///     value.visit(None, &mut count);
///     count.0
/// }
/// assert_eq!(scalars(&mut ([1.0, 2.0], 3.0)), 3);
/// ```
pub trait Parameters: Differentiable {
    /// Calls the visitor for each run of scalars, always in the same order.
    /// `None` stands for a tangent that is zero as a whole.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// struct Descend;
    /// impl pullback::Visitor for Descend {
    ///     fn f32(&mut self, _: &mut [f32], _: &[f32]) {}
    ///     fn f64(&mut self, value: &mut [f64], tangent: &[f64]) {
    ///         value.iter_mut().zip(tangent).for_each(|(v, t)| *v -= 0.5 * t);
    ///     }
    /// }
    /// let mut w = [1.0, 2.0];
    /// w.visit(Some(&[2.0, 0.0]), &mut Descend);
    /// assert_eq!(w, [0.0, 2.0]);
    /// ```
    fn visit(&mut self, tangent: Option<&Self::Tangent>, visitor: &mut dyn Visitor);
    /// Visits values that lie side by side, scalars in one call. `tangents` may be shorter: what is missing is zero.
    #[doc(hidden)]
    fn visit_run(values: &mut [Self], tangents: &[Self::Tangent], visitor: &mut dyn Visitor)
    where
        Self: Sized,
    {
        for (k, value) in values.iter_mut().enumerate() {
            value.visit(tangents.get(k), visitor);
        }
    }
}
