//! Optimizers: [`Sgd`], [`Adam`], [`AdamW`].
//!
//! Input: parameters with gradients. Output: the parameters, moved. Invariant: a parameter without a gradient, or a frozen one, stays as it
//! is; after the first step nothing is allocated. The formulas are PyTorch's (documentation of `torch.optim`).

use crate::differentiable::{Parameters, Visitor};
use crate::param::Param;
use std::collections::HashMap;

/// What an optimizer takes: `&mut Param`, tuples, arrays, slices and `Vec`s of such.
pub trait Group {
    /// Moves each parameter by `update`.
    fn step(self, update: &mut dyn Update);
    /// Forgets the gradients.
    fn zero_grad(self);
}

/// How one parameter is moved.
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

/// The optimizer's memory of one parameter: numbers for each scalar, in the order in which they are visited.
#[derive(Clone, Debug, Default)]
struct Memory {
    slots: Vec<[f64; 2]>,
    steps: i32,
}

/// Visits a parameter's scalars together with their memory.
struct Mover<'a, F> {
    memory: &'a mut Memory,
    at: usize,
    rule: F,
}

impl<F: FnMut(f64, f64, &mut [f64; 2], i32) -> f64> Mover<'_, F> {
    fn run<T: Copy>(&mut self, value: &mut [T], tangent: &[T], up: impl Fn(T) -> f64, down: impl Fn(f64) -> T) {
        let end = self.at + value.len();
        if self.memory.slots.len() < end {
            self.memory.slots.resize(end, [0.0; 2]);
        }
        let slots = &mut self.memory.slots[self.at..end];
        self.at = end;
        // a tangent shorter than the value has zeros at its end
        for (k, (v, slot)) in value.iter_mut().zip(slots).enumerate() {
            let g = tangent.get(k).map_or(0.0, |t| up(*t));
            *v = down((self.rule)(up(*v), g, slot, self.memory.steps));
        }
    }
}

impl<F: FnMut(f64, f64, &mut [f64; 2], i32) -> f64> Visitor for Mover<'_, F> {
    #[allow(clippy::cast_possible_truncation, reason = "rounding to the parameter's precision is the purpose")]
    fn f32(&mut self, value: &mut [f32], tangent: &[f32]) {
        self.run(value, tangent, f64::from, |v| v as f32);
    }
    fn f64(&mut self, value: &mut [f64], tangent: &[f64]) {
        self.run(value, tangent, |v| v, |v| v);
    }
}

macro_rules! optimizer {
    ($name:ident) => {
        impl $name {
            /// Moves the parameters by their gradients: `opt.step(&mut p)`, `opt.step((&mut p, &mut q))`. One without a gradient stays.
            pub fn step(&mut self, parameters: impl Group) {
                parameters.step(self);
            }
            /// Forgets the gradients.
            #[allow(clippy::unused_self, reason = "reads as in other frameworks")]
            pub fn zero_grad(&self, parameters: impl Group) {
                parameters.zero_grad();
            }
            /// Another learning rate, for a schedule.
            pub fn set_lr(&mut self, lr: f64) {
                self.lr = lr;
            }
        }
        impl Update for $name {
            fn parameter(&mut self, id: u64, visit: &mut dyn FnMut(&mut dyn Visitor)) {
                // taken out for the time of the visit; the entry stays, so that nothing is allocated
                let mut memory = std::mem::take(self.memory.entry(id).or_default());
                memory.steps += 1;
                let rule = |value: f64, g: f64, slot: &mut [f64; 2], steps: i32| self.rule(value, g, slot, steps);
                visit(&mut Mover { memory: &mut memory, at: 0, rule });
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
    /// Plain descent with learning rate η.
    #[must_use]
    pub fn new(lr: f64) -> Self {
        Sgd { lr, momentum: 0.0, nesterov: false, weight_decay: 0.0, memory: HashMap::new() }
    }
    /// With momentum μ.
    #[must_use]
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.momentum = momentum;
        self
    }
    /// With Nesterov's momentum.
    #[must_use]
    pub fn nesterov(mut self, nesterov: bool) -> Self {
        self.nesterov = nesterov;
        self
    }
    /// With weight decay λ, added to the gradient as λ w.
    #[must_use]
    pub fn weight_decay(mut self, l2: f64) -> Self {
        self.weight_decay = l2;
        self
    }

    #[inline]
    fn rule(&self, w: f64, g: f64, [v, _]: &mut [f64; 2], steps: i32) -> f64 {
        let g = g + self.weight_decay * w;
        if self.momentum == 0.0 {
            return w - self.lr * g;
        }
        *v = if steps == 1 { g } else { self.momentum * *v + g };
        w - self.lr * if self.nesterov { g + self.momentum * *v } else { *v }
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
            #[must_use]
            pub fn new(lr: f64) -> Self {
                $name { lr, betas: (0.9, 0.999), eps: 1e-8, weight_decay: $decay, memory: HashMap::new() }
            }
            /// With other rates of the moving averages.
            #[must_use]
            pub fn betas(mut self, first: f64, second: f64) -> Self {
                self.betas = (first, second);
                self
            }
            /// With another ε.
            #[must_use]
            pub fn eps(mut self, eps: f64) -> Self {
                self.eps = eps;
                self
            }
            /// With weight decay λ.
            #[must_use]
            pub fn weight_decay(mut self, l2: f64) -> Self {
                self.weight_decay = l2;
                self
            }

            #[inline]
            fn rule(&self, w: f64, g: f64, [m, v]: &mut [f64; 2], steps: i32) -> f64 {
                let (b1, b2) = self.betas;
                let (w, g) = if $decoupled { (w - self.lr * self.weight_decay * w, g) } else { (w, g + self.weight_decay * w) };
                *m = b1 * *m + (1.0 - b1) * g;
                *v = b2 * *v + (1.0 - b2) * g * g;
                let (m_hat, v_hat) = (*m / (1.0 - b1.powi(steps)), *v / (1.0 - b2.powi(steps)));
                w - self.lr * m_hat / (v_hat.sqrt() + self.eps)
            }
        }
    };
}
adam! {
    /// Adam (Kingma and Ba 2015): `m ← β₁ m + (1 − β₁) g`, `v ← β₂ v + (1 − β₂) g²`, `w ← w − η m̂ / (√v̂ + ε)`; weight decay is added to
    /// the gradient.
    Adam, 0.0, false
}
adam! {
    /// AdamW (Loshchilov and Hutter 2019): Adam with decoupled weight decay, `w ← w − η λ w` first; λ = 0.01.
    AdamW, 0.01, true
}
