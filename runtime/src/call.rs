//! What passes between a generated caller and a generated callee: references lent again, cotangents lent to be added to.
//!
//! Input: whatever a caller has of an argument. Output: what the callee's pullback takes. Invariant: the target type is always known
//! from the callee's signature, so that every conversion is chosen by types and none can fail.

mod pool;
mod records;
mod spare;
mod stack;

pub use pool::Pool;
pub use records::Records;
pub use spare::{Copied, NotCopied, Spare};
pub use stack::Stack;

use crate::differentiable::{Differentiable, Parameters, Tangent};
use crate::real::Real;
use crate::rule::{Inert, Witness};

mod conversions;
mod functions;
mod parts;

pub use conversions::{Converts, Original, converted, converted_from};
pub use functions::{Captures, captures, parameter_bar, parameter_dot};
pub use parts::{Parts, parts};

/// Stands for a by-value or constant argument when a pullback is called: it is not needed again.
#[derive(Clone, Copy, Debug)]
pub struct Ignored;

/// Stands for a `&mut` argument when a pullback is called: what it referred to has changed since.
#[derive(Clone, Copy, Debug)]
pub struct Changed;

/// What a caller lends for an argument that it knows to be changed by the call.
#[derive(Clone, Copy, Debug)]
pub struct Changing;

/// A callee takes this argument by reference, and reads it again on the way back.
#[derive(Clone, Copy, Debug)]
pub struct Again;

/// A callee takes this argument by reference as a constant, and reads it again on the way back.
#[derive(Clone, Copy, Debug)]
pub struct Lent;

impl<T: ?Sized + ToOwned> Keep<T> for Lent {
    type Kept = T::Owned;
    #[inline(always)]
    fn keep(self, value: &T) -> T::Owned {
        value.to_owned()
    }
}

/// How a callee takes an argument: what of a `T` must be kept for it until the way back.
pub trait Keep<T: ?Sized> {
    /// What is kept.
    type Kept;
    /// Keeps it.
    fn keep(self, value: &T) -> Self::Kept;
}

impl<T> Keep<T> for Again
where
    T: ?Sized + Differentiable<Base: ToOwned>,
{
    type Kept = <T::Base as ToOwned>::Owned;
    #[inline(always)]
    fn keep(self, value: &T) -> Self::Kept {
        keep(value)
    }
}

impl<T: ?Sized> Keep<T> for Ignored {
    type Kept = Ignored;
    #[inline(always)]
    fn keep(self, _: &T) -> Ignored {
        Ignored
    }
}

impl<T: ?Sized> Keep<T> for Changed {
    type Kept = Changing;
    #[inline(always)]
    fn keep(self, _: &T) -> Changing {
        Changing
    }
}

/// Shortens the cotangent of a container to the length it had: what was pushed is gone.
#[inline(always)]
pub fn shorten<B: ?Sized + Shorten>(bar: &mut B, len: usize) {
    bar.shorten(len);
}

/// See [`shorten`].
pub trait Shorten {
    /// Drops all entries from `len` on.
    fn shorten(&mut self, len: usize);
}
impl<B> Shorten for Vec<B> {
    #[inline(always)]
    fn shorten(&mut self, len: usize) {
        self.truncate(len);
    }
}
impl<B: ?Sized + Shorten> Shorten for Box<B> {
    #[inline(always)]
    fn shorten(&mut self, len: usize) {
        (**self).shorten(len);
    }
}
impl Shorten for Inert {
    #[inline(always)]
    fn shorten(&mut self, _: usize) {}
}
impl Shorten for () {
    #[inline(always)]
    fn shorten(&mut self, _: usize) {}
}

/// What a callee's kind asks to be kept of an argument.
#[inline(always)]
pub fn keep_as<K: Keep<T>, T: ?Sized>(kind: K, value: &T) -> K::Kept {
    kind.keep(value)
}

/// Stands for the cotangent of an argument that carries no gradient.
#[derive(Clone, Copy, Debug)]
pub struct Absent;

/// What pullbacks add into: tangents, and slices of them.
pub trait IsBar {}
impl<B: Tangent> IsBar for B {}
impl<B> IsBar for [B] {}

/// Converts what a caller has into what a callee's pullback takes.
#[diagnostic::on_unimplemented(
    message = "this argument can't be lent to the pullback of the call: `{Target}` is wanted, `{Self}` is there",
    label = "in differentiable code",
    note = "an argument that the call changes is lent as `&mut x`, or is a variable declared as `mut` or as a `&mut` parameter"
)]
pub trait Lend<Target> {
    /// The conversion.
    fn lend(self) -> Target;
}

impl<T> Lend<Ignored> for T {
    #[inline(always)]
    fn lend(self) -> Ignored {
        Ignored
    }
}

impl Lend<Changed> for Changing {
    #[inline(always)]
    fn lend(self) -> Changed {
        Changed
    }
}

impl Lend<Changed> for &Changing {
    #[inline(always)]
    fn lend(self) -> Changed {
        Changed
    }
}

impl<B> Lend<Option<B>> for Absent {
    #[inline(always)]
    fn lend(self) -> Option<B> {
        None
    }
}

macro_rules! lend {
    ($([$($generics:tt)*] $from:ty => $to:ty, |$v:ident| $e:expr;)*) => { $(
        impl<'a, $($generics)*> Lend<$to> for $from {
            #[inline(always)]
            fn lend(self) -> $to { let $v = self; $e }
        }
    )* };
}
lend! {
    [B: ?Sized + IsBar] &'a mut B => Option<&'a mut B>, |b| Some(b);
    [B: ?Sized + IsBar] &'a mut Inert => Option<&'a mut B>, |_b| None;
    [B: ?Sized + IsBar] &'a Inert => Option<&'a B>, |_b| None;
    [B] &'a mut Vec<B> => Option<&'a mut [B]>, |b| Some(b);
    [B, const N: usize] &'a mut [B; N] => Option<&'a mut [B]>, |b| Some(b);
    [B: IsBar] &'a mut Box<B> => Option<&'a mut B>, |b| Some(b);
    [B: IsBar] &'a Box<B> => Option<&'a B>, |b| Some(b);
    [B: IsBar] &'a mut Box<B> => Option<&'a B>, |b| Some(b);
    [B: ?Sized + IsBar] &'a B => Option<&'a B>, |b| Some(b);
    [B: ?Sized + IsBar] &'a mut B => Option<&'a B>, |b| Some(b);
    [B] &'a Vec<B> => Option<&'a [B]>, |b| Some(b);
    [B] &'a mut Vec<B> => Option<&'a [B]>, |b| Some(b);
    [B, const N: usize] &'a mut [B; N] => Option<&'a [B]>, |b| Some(b);
    [B: ?Sized + IsBar] Option<&'a B> => Option<&'a B>, |b| b;
    [B: ?Sized + IsBar] Option<&'a Inert> => Option<&'a B>, |_b| None;
    [B, const N: usize] &'a [B; N] => Option<&'a [B]>, |b| Some(b);
    [T: ?Sized] &'a T => &'a T, |t| t;
    [T] &'a Vec<T> => &'a [T], |t| t;
    [T] &'a Box<T> => &'a T, |t| t;
    [T, const N: usize] &'a [T; N] => &'a [T], |t| t;
}

/// A function whose gradient can be asked for without a cotangent: its result is a scalar.
///
/// `R` is never anything but `()`; it defers the check from the function's definition to the call of `grad`.
#[diagnostic::on_unimplemented(
    message = "gradient can be created only for scalar outputs; reduce with `.sum()` or `.mean()`, or use `vjp` with a cotangent",
    label = "the result `{Self}` is not a scalar"
)]
pub trait ScalarResult<R>: Differentiable {
    /// The cotangent 1.
    fn one() -> Self::Tangent;
}

impl ScalarResult<()> for f32 {
    #[inline(always)]
    fn one() -> f32 {
        1.0
    }
}
impl ScalarResult<()> for f64 {
    #[inline(always)]
    fn one() -> f64 {
        1.0
    }
}

/// A function without `&mut` parameters that carry a gradient. `()` never is one: calling `grad` of such a function asks for it.
#[diagnostic::on_unimplemented(
    message = "`grad` is not offered for a function with `&mut` parameters: what they hold afterwards is a result, too",
    label = "this function changes what it was given",
    note = "use `vjp`: its pullback takes the cotangents of the results, `pullback(y_bar, &mut x_bar)`"
)]
pub trait WithoutExclusive<R> {}

/// A function that takes no functions. `()` never is one: calling `grad` of a function that takes a closure asks for it.
#[diagnostic::on_unimplemented(
    message = "a function that takes functions has no derivative by itself: those of its arguments are not known here",
    label = "this function takes a function",
    note = "call it in a function with `#[differentiable]`, where the closures it is given are differentiated, and take the derivative of that"
)]
pub trait WithoutFunctions<R> {}

/// Types whose scalars can be listed, for a Jacobian.
///
/// `R` is never anything but `()`; it defers the check from the function's definition to the call of `jacobian`.
#[diagnostic::on_unimplemented(
    message = "the entries of `{Self}` can't be listed, so that there is no Jacobian",
    label = "result and parameters of `jacobian` are scalars, arrays, vectors, matrices, tensors and tuples of them"
)]
pub trait Entries<R>: Tangent {
    /// All entries, in order.
    fn list(&self) -> Vec<f64>;
    /// The same with one entry set.
    #[must_use]
    fn with(&self, entry: usize, value: f64) -> Self;
}

impl<T: Tangent + Parameters> Entries<()> for T {
    fn list(&self) -> Vec<f64> {
        crate::check::scalars(self)
    }
    fn with(&self, entry: usize, value: f64) -> T {
        let mut moved = self.clone();
        crate::check::nudge(&mut moved, entry, value);
        moved
    }
}

/// The Jacobian from a pullback: one row for each entry of the cotangent `zero`.
pub fn jacobian<C, G, R>(zero: C, pullback: impl Fn(C) -> G) -> nalgebra::DMatrix<f64>
where
    C: Entries<R>,
    G: Entries<R>,
{
    let rows: Vec<Vec<f64>> = (0..zero.list().len()).map(|k| pullback(zero.with(k, 1.0)).list()).collect();
    nalgebra::DMatrix::from_fn(rows.len(), rows.first().map_or(0, Vec::len), |i, j| rows[i][j])
}

/// The tangent of `y`, entry by entry: `row` is the derivative, along the inputs' tangents, of what a cotangent picks.
pub fn push_by_rows<Y>(y: &Y, row: impl Fn(Y::Tangent) -> f64) -> Y::Tangent
where
    Y: ?Sized + Differentiable<Tangent: Parameters>,
{
    let zero = y.zero_tangent();
    let n = Entries::<()>::list(&zero).len();
    (0..n).fold(zero.clone(), |y_dot, k| Entries::<()>::with(&y_dot, k, row(Entries::<()>::with(&zero, k, 1.0))))
}

/// Says that an option is one of such items, before anything is known about it.
#[inline(always)]
pub fn alike<T>(_: &Option<T>, _: &T) {}

/// What is counted or compared: it has no derivative that could be lost.
///
/// The compiler knows such methods by their names; here rustc checks it by the type of the result.
#[diagnostic::on_unimplemented(
    message = "a method of this name is taken to count or to compare, but its result carries a gradient",
    label = "the derivative would be lost",
    note = "give the method another name; or write `no_grad! {{ … }}` around the call if no gradient is meant"
)]
pub trait Counted {}

impl<T: Differentiable<Tangent: Nothing>> Counted for T {}

/// Tangents in which there is nothing.
#[diagnostic::on_unimplemented(
    message = "a method of this name is taken to count or to compare, but its result carries a gradient",
    label = "the derivative would be lost",
    note = "give the method another name; or write `no_grad! {{ … }}` around the call if no gradient is meant"
)]
pub trait Nothing {}

impl Nothing for () {}
impl Nothing for Inert {}
impl<B: Nothing> Nothing for Vec<B> {}
impl<B: Nothing> Nothing for Option<B> {}
impl<B: Nothing> Nothing for Box<B> {}
impl<B: Nothing, const N: usize> Nothing for [B; N] {}
impl<A: Nothing, B: Nothing> Nothing for (A, B) {}

/// The value of a scalar's method.
#[inline(always)]
pub fn scalar<T: Real>(value: T) -> T {
    value
}

/// The value of something counted.
#[inline(always)]
pub fn inert<T: Counted>(value: T) -> T {
    value
}

/// A whole number.
#[diagnostic::on_unimplemented(
    message = "`{Self}` carries a gradient, which a whole number has not",
    label = "the derivative would be lost here",
    note = "write `no_grad! {{ … }}` around the value if no gradient is meant"
)]
pub trait Whole: Copy {}
impl<T: Differentiable<Tangent = ()> + Copy> Whole for T {}

/// The value of a whole number.
#[inline(always)]
pub fn whole<T: Whole>(value: T) -> T {
    value
}

/// What a constructor has made: the pattern is checked, never matched.
#[inline(always)]
pub fn made<T>(value: T, _: impl FnOnce(&T)) -> T {
    value
}

/// The value of something computed from a field that carries no gradient; the field's cotangent is named, never used.
#[inline(always)]
pub fn of_constant<T: Differentiable, U>(_: &T, _: impl FnOnce(&mut T::Tangent) -> &mut Inert, value: U) -> U {
    value
}

/// `bar += cotangent`, where the bar may be a slice of a longer one.
#[inline(always)]
pub fn add<B: ?Sized + AddTo<C>, C>(bar: &mut B, cotangent: C) {
    bar.add(cotangent);
}

/// What a cotangent can be added to.
pub trait AddTo<C> {
    /// `self += cotangent`.
    fn add(&mut self, cotangent: C);
}

impl<B: Tangent> AddTo<B> for B {
    #[inline(always)]
    fn add(&mut self, cotangent: B) {
        self.accumulate(cotangent);
    }
}

impl<B: Tangent> AddTo<Inert> for B {
    #[inline(always)]
    fn add(&mut self, _: Inert) {}
}

impl<C> AddTo<C> for Inert {
    #[inline(always)]
    fn add(&mut self, _: C) {}
}

impl<B: Tangent, const N: usize> AddTo<Vec<B>> for [B; N] {
    #[inline]
    fn add(&mut self, cotangent: Vec<B>) {
        self[..].add(cotangent);
    }
}

impl<B: Tangent, const N: usize> AddTo<[B; N]> for [B] {
    #[inline]
    fn add(&mut self, cotangent: [B; N]) {
        for (bar, c) in self.iter_mut().zip(cotangent) {
            bar.accumulate(c);
        }
    }
}

impl<B: Tangent> AddTo<Vec<B>> for [B] {
    fn add(&mut self, cotangent: Vec<B>) {
        for (bar, c) in self.iter_mut().zip(cotangent) {
            bar.accumulate(c);
        }
    }
}

/// Gives a cotangent its full length before a callee adds to it; a slice of one has it.
#[inline(always)]
pub fn prepare<T: ?Sized, B: ?Sized + Prepare<T>>(value: &T, bar: &mut B) {
    bar.prepare(value);
}

/// Cotangents that can be given the length of a value.
pub trait Prepare<T: ?Sized> {
    /// See [`prepare`].
    fn prepare(&mut self, value: &T);
}

impl<T: ?Sized + Differentiable<Tangent = B>, B: Tangent> Prepare<T> for B {
    #[inline(always)]
    fn prepare(&mut self, value: &T) {
        value.prepare(self);
    }
}

impl<T: ?Sized> Prepare<T> for Inert {
    #[inline(always)]
    fn prepare(&mut self, _: &T) {}
}

impl<B: Tangent> Prepare<Ignored> for B {
    #[inline(always)]
    fn prepare(&mut self, _: &Ignored) {}
}

impl<B: Tangent> Prepare<Changing> for B {
    #[inline(always)]
    fn prepare(&mut self, _: &Changing) {}
}

impl<B: Tangent> Prepare<Absent> for B {
    #[inline(always)]
    fn prepare(&mut self, _: &Absent) {}
}

/// A part of a cotangent has its length; what its entries lack is given to them.
impl<T: Differentiable<Tangent = B>, B: Tangent> Prepare<[T]> for [B] {
    #[inline(always)]
    fn prepare(&mut self, value: &[T]) {
        // what owns no memory is never too short: a part of a list of numbers costs nothing
        if std::mem::needs_drop::<B>() {
            for (bar, entry) in self.iter_mut().zip(value) {
                entry.prepare(bar);
            }
        }
    }
}

macro_rules! prepare_part {
    ($([$($generics:tt)*] $t:ty, $u:ty, |$v:ident| $part:expr;)*) => { $(
        impl<B, $($generics)*> Prepare<$t> for [B] where [B]: Prepare<$u> {
            #[inline(always)]
            fn prepare(&mut self, $v: &$t) {
                self.prepare($part);
            }
        }
    )* };
}
prepare_part! {
    [T] Vec<T>, [T], |v| &v[..];
    [T, const N: usize] [T; N], [T], |v| &v[..];
    [T: ?Sized] &T, T, |v| *v;
    [T: ?Sized] &mut T, T, |v| &**v;
    [T: ?Sized] Box<T>, T, |v| &**v;
    [T: ?Sized] std::rc::Rc<T>, T, |v| &**v;
    [T: ?Sized] std::sync::Arc<T>, T, |v| &**v;
}

macro_rules! nothing_to_prepare {
    ($($t:ty),*) => { $(
        impl<B> Prepare<$t> for [B] {
            #[inline(always)]
            fn prepare(&mut self, _: &$t) {}
        }
    )* };
}
nothing_to_prepare!(Ignored, Changing, Absent);

/// Cotangents that can be taken out of their place.
pub trait Lift {
    /// The cotangent by itself.
    type Own;
    /// The zero.
    fn zero_like(&self) -> Self::Own;
    /// Takes it out, and leaves zero.
    fn lift(&mut self) -> Self::Own;
}

impl<B: Tangent> Lift for B {
    type Own = B;
    #[inline(always)]
    fn zero_like(&self) -> B {
        B::zero()
    }
    #[inline(always)]
    fn lift(&mut self) -> B {
        std::mem::replace(self, B::zero())
    }
}

impl<B: Tangent> Lift for [B] {
    type Own = Vec<B>;
    fn zero_like(&self) -> Vec<B> {
        Vec::new()
    }
    fn lift(&mut self) -> Vec<B> {
        self.iter_mut().map(Lift::lift).collect()
    }
}

impl Lift for Inert {
    type Own = Inert;
    #[inline(always)]
    fn zero_like(&self) -> Inert {
        Inert
    }
    #[inline(always)]
    fn lift(&mut self) -> Inert {
        Inert
    }
}

/// The cotangent of a `Vec` of this length.
#[inline(always)]
#[must_use]
pub fn zeros<B: Tangent>(len: usize) -> Vec<B> {
    vec![B::zero(); len]
}

/// A cotangent of an argument's own, for one that is passed twice.
#[inline(always)]
pub fn zero_like<B: ?Sized + Lift>(bar: &B) -> B::Own {
    bar.zero_like()
}

/// The cotangent of what a call changes, taken out of its place for the call.
#[inline(always)]
pub fn lift<B: ?Sized + Lift>(bar: &mut B) -> B::Own {
    bar.lift()
}

/// Gives the cotangent of what a call has changed the length it had afterwards; a slice of one has it.
#[inline(always)]
pub fn stretch<T: ?Sized + Differentiable, B: ?Sized + Stretch<T>>(value: &Witness<T>, bar: &mut B) {
    bar.stretch(value);
}

/// Cotangents that can be given the length of a value that is gone.
pub trait Stretch<T: ?Sized + Differentiable> {
    /// See [`stretch`].
    fn stretch(&mut self, value: &Witness<T>);
}

impl<T: ?Sized + Differentiable<Tangent = B>, B: Tangent> Stretch<T> for B {
    #[inline(always)]
    fn stretch(&mut self, value: &Witness<T>) {
        T::lengthen(value.shape(), self);
    }
}

impl<T: ?Sized + Differentiable> Stretch<T> for Inert {
    #[inline(always)]
    fn stretch(&mut self, _: &Witness<T>) {}
}

impl<T: ?Sized + Differentiable, B> Stretch<T> for [B] {
    #[inline(always)]
    fn stretch(&mut self, _: &Witness<T>) {}
}

/// A tangent of one's own: that of a slice as a `Vec`.
#[inline(always)]
pub fn own<B: ?Sized + ToOwned>(dot: &B) -> B::Owned {
    dot.to_owned()
}

/// `[v; n]`: each element's tangent.
pub fn fill<'a, B: 'a + Clone>(dots: impl IntoIterator<Item = &'a mut B>, value: B) {
    for dot in dots {
        dot.clone_from(&value);
    }
}

/// A tangent of `value`'s own, from one that may be that of a constant field.
#[inline(always)]
pub fn tangent_of<T: ?Sized + Differentiable>(_: &T, dot: &impl Given<T::Tangent>) -> T::Tangent {
    dot.given()
}

/// What the tangent of a part is read from.
pub trait Given<B> {
    /// The tangent.
    fn given(&self) -> B;
}
impl<B: Tangent> Given<B> for B {
    #[inline(always)]
    fn given(&self) -> B {
        self.clone()
    }
}
impl<B: Tangent> Given<B> for Inert {
    #[inline(always)]
    fn given(&self) -> B {
        B::zero()
    }
}
/// Part of an array, by value.
impl<B: Tangent, const N: usize> Given<[B; N]> for Vec<B> {
    fn given(&self) -> [B; N] {
        std::array::from_fn(|k| self.get(k).cloned().unwrap_or_else(B::zero))
    }
}

/// A value of one's own; of a reference, what is behind it, so that a pullback borrows nothing.
#[inline(always)]
pub fn keep<T>(value: &T) -> <T::Base as ToOwned>::Owned
where
    T: ?Sized + Differentiable<Base: ToOwned>,
{
    value.base().to_owned()
}
