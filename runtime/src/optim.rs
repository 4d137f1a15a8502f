//! Optimizers: [`Sgd`], [`Adam`], [`AdamW`].
//!
//! Input: parameters with gradients. Output: the parameters, moved. Invariant: a parameter without a gradient, or a frozen one, stays as it
//! is; after the first step nothing is allocated. The formulas are PyTorch's (documentation of `torch.optim`).
//!
//! ```
//! use pullback::prelude::*;
//! #[differentiable]
//! fn bowl(w: f64) -> f64 {
//!     (w - 3.0) * (w - 3.0)
//! }
//! let mut w = Param::new(0.0);
//! let mut opt = Sgd::new(0.25);
//! for _ in 0..20 {
//!     bowl::backward(&mut w);
//!     opt.step(&mut w);
//!     opt.zero_grad(&mut w);
//! }
//! assert!((w.value() - 3.0).abs() < 1e-5);
//! ```

use crate::differentiable::{Parameters, Visitor};
use crate::param::Param;
use crate::real::Real;
use std::collections::HashMap;

/// What an optimizer takes: `&mut Param`, tuples, arrays, slices and `Vec`s of such.
///
/// ```
/// # use pullback::prelude::*;
/// let (mut p, mut q) = (Param::new(1.0), Param::new([1.0, 2.0]));
/// let mut opt = Sgd::new(0.1);
/// opt.step((&mut p, &mut q)); // without a gradient a parameter stays
/// assert_eq!((*p.value(), *q.value()), (1.0, [1.0, 2.0]));
/// ```
pub trait Group {
    /// Moves each parameter by `update`.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let mut p = Param::new(1.0);
    /// Adam::new(0.1).step(&mut p); // hands the group its way to move a parameter
    /// assert_eq!(*p.value(), 1.0); // there is no gradient yet
    /// ```
    fn step(self, update: &mut dyn Update);
    /// Forgets the gradients.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn square(w: f64) -> f64 {
    ///     w * w
    /// }
    /// let mut p = Param::new(1.0);
    /// square::backward(&mut p);
    /// Sgd::new(0.1).zero_grad(&mut p);
    /// assert_eq!(p.grad(), None);
    /// ```
    fn zero_grad(self);
}

/// How one parameter is moved.
#[doc(hidden)]
pub trait Update {
    /// Makes a visitor for the parameter with this identity and hands it to `visit`.
    fn parameter(&mut self, id: u64, visit: &mut dyn FnMut(&mut dyn Visitor));
}

impl<T: Parameters> Group for &mut Param<T> {
    fn step(self, update: &mut dyn Update) {
        if let Some((value, grad, id)) = Param::step(self) {
            update.parameter(id, &mut |visitor| value.visit(Some(grad), visitor));
        }
    }
    fn zero_grad(self) {
        Param::zero_grad(self);
    }
}

macro_rules! tuples {
    ($(($($g:ident)*))*) => { $(
        #[allow(non_snake_case, reason = "a name for each member")]
        impl<$($g: Group),*> Group for ($($g,)*) {
            fn step(self, update: &mut dyn Update) { let ($($g,)*) = self; $($g.step(update);)* }
            fn zero_grad(self) { let ($($g,)*) = self; $($g.zero_grad();)* }
        }
    )* };
}
tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H) (A B C D E F G H I) (A B C D E F G H I J)
(A B C D E F G H I J K) (A B C D E F G H I J K L) }

impl<G: Group, const N: usize> Group for [G; N] {
    fn step(self, update: &mut dyn Update) {
        self.into_iter().for_each(|g| g.step(update));
    }
    fn zero_grad(self) {
        self.into_iter().for_each(Group::zero_grad);
    }
}

macro_rules! lists {
    ($($t:ty),*) => { $(
        impl<T: Parameters> Group for &mut $t {
            fn step(self, update: &mut dyn Update) { self.iter_mut().for_each(|p| Group::step(p, update)); }
            fn zero_grad(self) { self.iter_mut().for_each(Param::zero_grad); }
        }
    )* };
}
lists!([Param<T>], Vec<Param<T>>);

/// The optimizer's memory of one parameter: two numbers for each scalar, in the order in which they are visited, in its own precision.
#[derive(Clone, Debug, Default)]
struct Memory {
    singles: [Vec<f32>; 2],
    doubles: [Vec<f64>; 2],
    steps: i32,
}

/// How an optimizer moves a run of scalars.
trait Rule {
    /// How many numbers it remembers of each scalar.
    fn slots(&self) -> usize;
    /// Moves `w` by the gradient `g`; `m` and `v` are remembered, empty where they are not used.
    fn run<T: Real>(&self, steps: i32, w: &mut [T], g: impl Iterator<Item = T>, m: &mut [T], v: &mut [T]);
}

/// Visits a parameter's scalars together with their memory.
struct Mover<'a, R> {
    memory: &'a mut Memory,
    at: [usize; 2],
    rule: &'a R,
}

impl<R: Rule> Mover<'_, R> {
    fn run<T: Real>(rule: &R, steps: i32, at: &mut usize, slots: &mut [Vec<T>; 2], value: &mut [T], tangent: &[T]) {
        let (start, end) = (*at, *at + value.len());
        *at = end;
        for slot in &mut slots[..rule.slots()] {
            if slot.len() < end {
                slot.resize(end, T::ZERO);
            }
        }
        let [m, v] = slots.each_mut().map(|slot| slot.get_mut(start..end).unwrap_or_default());
        match tangent.is_empty() {
            true => rule.run(steps, value, std::iter::repeat(T::ZERO), m, v),
            false => rule.run(steps, value, tangent.iter().copied(), m, v),
        }
    }
}

impl<R: Rule> Visitor for Mover<'_, R> {
    fn f32(&mut self, value: &mut [f32], tangent: &[f32]) {
        Self::run(self.rule, self.memory.steps, &mut self.at[0], &mut self.memory.singles, value, tangent);
    }
    fn f64(&mut self, value: &mut [f64], tangent: &[f64]) {
        Self::run(self.rule, self.memory.steps, &mut self.at[1], &mut self.memory.doubles, value, tangent);
    }
}

macro_rules! optimizer {
    ($name:ident) => {
        impl $name {
            /// Moves the parameters by their gradients: `opt.step(&mut p)`, `opt.step((&mut p, &mut q))`. One without a gradient stays.
            #[doc = concat!("\n```\n# use pullback::prelude::*;\n#[differentiable]\nfn square(x: f64) -> f64 {\n    x * x\n}\nlet (mut p, mut opt) = (Param::new(3.0), ", stringify!($name), "::new(0.1));\nopt.step(&mut p);\nassert_eq!(*p.value(), 3.0);\nsquare::backward(&mut p);\nopt.step(&mut p);\nassert!(*p.value() < 3.0);\n```")]
            pub fn step(&mut self, parameters: impl Group) {
                parameters.step(self);
            }
            /// Forgets the gradients.
            #[doc = concat!("\n```\n# use pullback::prelude::*;\n#[differentiable]\nfn square(x: f64) -> f64 {\n    x * x\n}\nlet (mut p, opt) = (Param::new(3.0), ", stringify!($name), "::new(0.1));\nsquare::backward(&mut p);\nopt.zero_grad(&mut p);\nassert_eq!(p.grad(), None);\n```")]
            #[allow(clippy::unused_self, reason = "reads as in other frameworks")]
            pub fn zero_grad(&self, parameters: impl Group) {
                parameters.zero_grad();
            }
            /// Another learning rate, for a schedule.
            #[doc = concat!("\n```\n# use pullback::prelude::*;\nlet mut opt = ", stringify!($name), "::new(0.1);\nfor epoch in 0..3 {\n    opt.set_lr(0.1 / f64::from(1 + epoch));\n}\n```")]
            pub fn set_lr(&mut self, lr: f64) {
                self.lr = lr;
            }
        }
        impl Update for $name {
            fn parameter(&mut self, id: u64, visit: &mut dyn FnMut(&mut dyn Visitor)) {
                // taken out for the time of the visit; the entry stays, so that nothing is allocated
                let mut memory = std::mem::take(self.memory.entry(id).or_default());
                memory.steps += 1;
                visit(&mut Mover { memory: &mut memory, at: [0; 2], rule: self });
                self.memory.insert(id, memory);
            }
        }
    };
}

/// Stochastic gradient descent: `g ← g + λ w`, `v ← μ v + g` (first step: `v = g`), `w ← w − η v`; with Nesterov, `w ← w − η (g + μ v)`.
///
/// ```
/// use pullback::prelude::*;
/// #[differentiable]
/// fn loss(w: f64) -> f64 {
///     (w - 1.0) * (w - 1.0)
/// }
/// let (mut w, mut opt) = (Param::new(0.0), Sgd::new(0.1));
/// loss::backward(&mut w);
/// opt.step(&mut w);
/// assert_eq!(*w.value(), 0.2);
/// ```
#[derive(Clone, Debug)]
pub struct Sgd {
    lr: f64,
    momentum: f64,
    nesterov: bool,
    weight_decay: f64,
    memory: HashMap<u64, Memory>,
}
optimizer!(Sgd);

impl Sgd {
    /// Plain descent with learning rate η: `w ← w − η g`.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// let mut opt = Sgd::new(0.1);
    /// opt.step(&mut Param::new(1.0));
    /// ```
    #[must_use]
    pub fn new(lr: f64) -> Self {
        Sgd { lr, momentum: 0.0, nesterov: false, weight_decay: 0.0, memory: HashMap::new() }
    }
    /// With momentum μ: `v ← μ v + g`, `w ← w − η v`.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn square(x: f64) -> f64 {
    ///     x * x
    /// }
    /// let (mut w, mut opt) = (Param::new(1.0), Sgd::new(0.1).momentum(0.5));
    /// for expected in [0.8, 0.54] {
    ///     opt.zero_grad(&mut w);
    ///     square::backward(&mut w);
    ///     opt.step(&mut w);
    ///     assert!((w.value() - expected).abs() < 1e-12);
    /// }
    /// ```
    #[must_use]
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.momentum = momentum;
        self
    }
    /// With Nesterov's momentum: `w ← w − η (g + μ v)`.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn square(x: f64) -> f64 {
    ///     x * x
    /// }
    /// let (mut w, mut opt) = (Param::new(1.0), Sgd::new(0.1).momentum(0.5).nesterov(true));
    /// square::backward(&mut w);
    /// opt.step(&mut w);
    /// assert!((w.value() - 0.7).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn nesterov(mut self, nesterov: bool) -> Self {
        self.nesterov = nesterov;
        self
    }
    /// With weight decay λ, added to the gradient as λ w.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn square(x: f64) -> f64 {
    ///     x * x
    /// }
    /// let (mut w, mut opt) = (Param::new(1.0), Sgd::new(0.1).weight_decay(1.0));
    /// square::backward(&mut w);
    /// opt.step(&mut w);
    /// assert!((w.value() - 0.7).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn weight_decay(mut self, l2: f64) -> Self {
        self.weight_decay = l2;
        self
    }
}

impl Rule for Sgd {
    fn slots(&self) -> usize {
        usize::from(self.momentum != 0.0)
    }
    fn run<T: Real>(&self, _: i32, w: &mut [T], g: impl Iterator<Item = T>, v: &mut [T], _: &mut [T]) {
        let [lr, momentum, decay] = [self.lr, self.momentum, self.weight_decay].map(T::from_f64);
        if self.momentum == 0.0 {
            w.iter_mut().zip(g).for_each(|(w, g)| *w -= lr * (g + decay * *w));
            return;
        }
        for ((w, g), v) in w.iter_mut().zip(g).zip(v) {
            let g = g + decay * *w;
            *v = momentum * *v + g;
            *w -= lr * if self.nesterov { g + momentum * *v } else { *v };
        }
    }
}

macro_rules! adam {
    ($(#[$doc:meta])* $name:ident, $decay:literal, $decoupled:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            lr: f64,
            betas: (f64, f64),
            eps: f64,
            weight_decay: f64,
            memory: HashMap<u64, Memory>,
        }
        optimizer!($name);

        impl $name {
            /// With learning rate η, β = (0.9, 0.999), ε = 10⁻⁸.
            #[doc = concat!("\n```\n# use pullback::prelude::*;\nlet mut opt = ", stringify!($name), "::new(1e-3);\nopt.step(&mut Param::new(1.0));\n```")]
            #[must_use]
            pub fn new(lr: f64) -> Self {
                $name { lr, betas: (0.9, 0.999), eps: 1e-8, weight_decay: $decay, memory: HashMap::new() }
            }
            /// With other rates of the moving averages.
            #[doc = concat!("\n```\n# use pullback::prelude::*;\nlet mut opt = ", stringify!($name), "::new(1e-3).betas(0.8, 0.99);\nopt.step(&mut Param::new(1.0));\n```")]
            #[must_use]
            pub fn betas(mut self, first: f64, second: f64) -> Self {
                self.betas = (first, second);
                self
            }
            /// With another ε.
            #[doc = concat!("\n```\n# use pullback::prelude::*;\nlet mut opt = ", stringify!($name), "::new(1e-3).eps(1e-6);\nopt.step(&mut Param::new(1.0));\n```")]
            #[must_use]
            pub fn eps(mut self, eps: f64) -> Self {
                self.eps = eps;
                self
            }
            /// With weight decay λ.
            #[doc = concat!("\n```\n# use pullback::prelude::*;\nlet mut opt = ", stringify!($name), "::new(1e-3).weight_decay(0.1);\nopt.step(&mut Param::new(1.0));\n```")]
            #[must_use]
            pub fn weight_decay(mut self, l2: f64) -> Self {
                self.weight_decay = l2;
                self
            }
        }

        impl Rule for $name {
            fn slots(&self) -> usize {
                2
            }
            fn run<T: Real>(&self, steps: i32, w: &mut [T], g: impl Iterator<Item = T>, m: &mut [T], v: &mut [T]) {
                let (b1, b2) = self.betas;
                let (unbias1, unbias2) = (1.0 - b1.powi(steps), 1.0 - b2.powi(steps));
                let [size, unbias, eps, lambda] = [self.lr / unbias1, unbias2.sqrt().recip(), self.eps, self.weight_decay].map(T::from_f64);
                let [b1, b2, c1, c2, shrink] = [b1, b2, 1.0 - b1, 1.0 - b2, 1.0 - self.lr * self.weight_decay].map(T::from_f64);
                for (((w, g), m), v) in w.iter_mut().zip(g).zip(m).zip(v) {
                    let (decayed, g) = if $decoupled { (*w * shrink, g) } else { (*w, g + lambda * *w) };
                    *m = b1 * *m + c1 * g;
                    *v = b2 * *v + c2 * g * g;
                    *w = decayed - size * *m / (v.sqrt() * unbias + eps);
                }
            }
        }
    };
}
adam! {
    /// Adam (Kingma and Ba 2015): `m ← β₁ m + (1 − β₁) g`, `v ← β₂ v + (1 − β₂) g²`, `w ← w − η m̂ / (√v̂ + ε)`; weight decay is added to
    /// the gradient.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn square(x: f64) -> f64 {
    ///     x * x
    /// }
    /// let (mut w, mut opt) = (Param::new(1.0), Adam::new(0.1));
    /// for _ in 0..200 {
    ///     opt.zero_grad(&mut w);
    ///     square::backward(&mut w);
    ///     opt.step(&mut w);
    /// }
    /// assert!(w.value().abs() < 0.05);
    /// ```
    Adam, 0.0, false
}
adam! {
    /// AdamW (Loshchilov and Hutter 2019): Adam with decoupled weight decay, `w ← w − η λ w` first; λ = 0.01.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn square(x: f64) -> f64 {
    ///     x * x
    /// }
    /// let (mut w, mut opt) = (Param::new(1.0), AdamW::new(0.1));
    /// square::backward(&mut w);
    /// opt.step(&mut w);
    /// assert!((w.value() - 0.899).abs() < 1e-6);
    /// ```
    AdamW, 0.01, true
}
