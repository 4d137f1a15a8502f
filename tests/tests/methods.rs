//! The corpus: methods by `&self`, `&mut self`, `self`; associated functions; generic structs; traits.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{close, of_scalars, of_slices};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct State {
    q: [f64; 2],
    p: f64,
    #[constant]
    steps: usize,
}

#[differentiable]
impl State {
    const G: f64 = 9.81;

    fn new(q: f64, p: f64) -> State {
        State { q: [q, q * 0.5], p, steps: 0 }
    }

    fn energy(&self) -> f64 {
        0.5 * self.p * self.p + Self::G * self.q[0] + self.q[1] * self.kinetic()
    }

    fn kinetic(&self) -> f64 {
        Self::half(self.p) * self.p
    }

    fn half(x: f64) -> f64 {
        0.5 * x
    }

    fn step(&mut self, h: f64) {
        self.p -= h * self.q[0].sin();
        self.q[0] += h * self.p;
        self.q[1] = self.q[1] * self.q[0] + h;
        self.steps += 1;
    }

    /// Changes and returns.
    fn kick(&mut self, by: f64) -> f64 {
        let before = self.p * by;
        self.p = before.sin() + self.q[1];
        before * self.q[0]
    }

    fn many(&mut self, n: usize, h: f64) -> f64 {
        let mut total = 0.0;
        for _ in 0..n {
            self.step(h);
            total += self.kick(h) * self.energy();
        }
        total
    }

    fn scaled(self, by: f64) -> State {
        State { q: [self.q[0] * by, self.q[1]], p: self.p / by, steps: self.steps }
    }

    fn rewind(&mut self) {
        self.steps = 0;
        self.q = [self.p, self.q[0]];
    }

    fn count(&self) -> usize {
        self.steps
    }

    fn is_fast(&self) -> bool {
        self.p > 1.0
    }
}

#[differentiable]
fn simulate(x: &[f64]) -> f64 {
    let mut s = State::new(x[0], x[1]);
    for _ in 0..4 {
        s.step(x[2]);
    }
    s.energy()
}

#[differentiable]
fn mixed(x: &[f64]) -> f64 {
    let mut s = State::new(x[0], x[1]);
    let a = s.many(3, x[2] * 0.1);
    let b = s.kick(x[0]) + s.kick(x[1]) * s.energy();
    s.rewind();
    let moved = s.scaled(1.0 + x[2] * x[2]);
    a + b + moved.energy() * moved.kinetic()
}

/// By their paths.
#[differentiable]
fn by_path(x: &[f64]) -> f64 {
    let mut s = State::new(x[0], x[1]);
    State::step(&mut s, x[2]);
    let e = State::energy(&s);
    let k = <State>::kinetic(&s);
    e * k + State::half(x[0])
}

/// A method called on the state between changes: its pullback sees what was there.
#[differentiable]
fn between_changes(x: &[f64]) -> f64 {
    let mut s = State::new(x[0], x[1]);
    let mut sum = 0.0;
    for k in 0..5 {
        sum += s.kinetic() * x[2];
        if k % 2 == 0 {
            s.step(0.1);
        } else {
            s.p *= x[1];
        }
        sum += s.energy();
    }
    sum
}

/// Conditions and counts by methods that carry no gradient.
#[differentiable]
fn with_conditions(x: &[f64]) -> f64 {
    let mut s = State::new(x[0], x[1]);
    let mut sum = 0.0;
    while s.count() < 4 {
        s.step(0.2);
        let fast = no_grad!(s.is_fast());
        if fast {
            sum += s.p * x[2];
        }
        sum += s.q[0];
    }
    sum
}

#[derive(Clone, Differentiable)]
struct Pair<T: Real> {
    a: T,
    b: T,
}

#[differentiable]
impl<T: Real> Pair<T> {
    fn product(&self) -> T {
        self.a * self.b
    }
    fn grow(&mut self, by: T) {
        self.a *= by;
        self.b += self.product();
    }
    fn both(&self) -> (T, T) {
        (self.a + self.b, self.product())
    }
    fn mapped<const N: usize>(&self, xs: &[T; N]) -> T {
        let mut s = T::ZERO;
        for i in 0..N {
            s += xs[i] * self.a + self.b;
        }
        s
    }
}

#[differentiable]
fn generic_struct(x: &[f64]) -> f64 {
    let mut p = Pair { a: x[0], b: x[1] };
    p.grow(x[2]);
    p.grow(p.a);
    let (s, t) = p.both();
    s * t + p.mapped(&[x[0], x[1], x[2]])
}

#[derive(Clone, Differentiable)]
struct Outer {
    inner: State,
    layers: Vec<Pair<f64>>,
    scale: f64,
}

#[differentiable]
impl Outer {
    fn advance(&mut self, h: f64) -> f64 {
        self.inner.step(h * self.scale);
        for k in 0..self.layers.len() {
            self.layers[k].grow(1.0 + h);
        }
        for layer in self.layers.iter_mut() {
            layer.grow(0.5);
        }
        let mut sum = self.inner.energy();
        for layer in self.layers.iter() {
            sum += layer.product() * self.scale;
        }
        sum
    }
}

#[differentiable]
fn nested(x: &[f64]) -> f64 {
    let mut o = Outer { inner: State::new(x[0], x[1]), layers: vec![Pair { a: x[0], b: 0.3 }, Pair { a: x[1], b: x[2] }], scale: x[2] };
    o.advance(0.1) * o.advance(x[0] * 0.1)
}

/// Methods whose names are those of counts elsewhere.
#[differentiable]
impl Pair<f64> {
    fn size(&self) -> f64 {
        (self.a * self.a + self.b * self.b).sqrt()
    }
}

#[differentiable]
fn named_like_a_count(x: &[f64]) -> f64 {
    let p = Pair { a: x[0], b: x[1] };
    let rows = vec![x.to_vec(), x.to_vec()];
    let n = rows.len();
    p.size() * n as f64 + (Pair { a: x[1], b: x[2] }).size() / rows[0].len() as f64
}

/// A trait without the attribute: the companions are inherent.
trait Area {
    fn area(&self, s: f64) -> f64;
}

#[derive(Clone, Differentiable)]
struct Disc {
    r: f64,
}

#[differentiable]
impl Area for Disc {
    fn area(&self, s: f64) -> f64 {
        3.0 * self.r * self.r * s
    }
}

#[differentiable]
fn of_disc(x: f64) -> f64 {
    let d = Disc { r: x };
    d.area(x) + d.area(2.0)
}

/// A trait with the attribute: found through bounds; a default method uses a required one.
#[differentiable]
trait Activation {
    fn apply(&self, x: f64) -> f64;
    fn twice(&self, x: f64) -> f64 {
        self.apply(self.apply(x)) + x
    }
    fn shift(&mut self, by: f64);
    fn name(&self) -> String {
        "activation".to_owned()
    }
}

#[derive(Clone, Differentiable)]
struct Leaky {
    slope: f64,
}

#[derive(Clone, Differentiable)]
struct Soft {
    t: f64,
    u: f64,
}

#[differentiable]
impl Activation for Leaky {
    fn apply(&self, x: f64) -> f64 {
        if x > 0.0 { x } else { self.slope * x }
    }
    fn shift(&mut self, by: f64) {
        self.slope += by * by;
    }
}

#[differentiable]
impl Activation for Soft {
    fn apply(&self, x: f64) -> f64 {
        (x * self.t).tanh() * self.u
    }
    fn twice(&self, x: f64) -> f64 {
        self.apply(x) * 2.0
    }
    fn shift(&mut self, by: f64) {
        self.t *= by;
        self.u -= self.t;
    }
}

#[differentiable]
impl Activation for f64 {
    fn apply(&self, x: f64) -> f64 {
        *self * x
    }
    fn shift(&mut self, by: f64) {
        *self += by;
    }
}

#[differentiable]
fn layer<A: Activation + Differentiable + Clone>(a: &A, x: f64) -> f64 {
    a.apply(x) + a.twice(x * x) + A::apply(a, 0.5 * x)
}

#[differentiable]
fn shifted<A: Activation + Differentiable + Clone>(mut a: A, x: f64) -> f64 {
    a.shift(x);
    let y = a.apply(x);
    a.shift(y * 0.1);
    a.twice(y) + <A as Activation>::apply(&a, x)
}

#[differentiable]
fn through_bounds(x: &[f64]) -> f64 {
    let leaky = Leaky { slope: x[0] };
    let soft = Soft { t: x[1], u: x[2] };
    layer(&leaky, x[1]) + layer(&soft, x[2]) * layer(&x[0], x[1]) + shifted(leaky, x[2]) * shifted(soft, x[0])
}

#[differentiable]
fn by_impl_trait(a: &(impl Activation + Differentiable + Clone), x: f64) -> f64 {
    a.apply(x) * x
}

#[test]
fn entries_of_traits() {
    let soft = Soft { t: 0.7, u: 1.3 };
    let (y, (a_bar, x_bar)) = soft.apply_value_and_grad(0.4);
    assert_eq!(y, soft.apply(0.4));
    close("x", x_bar, pullback_tests::difference(|x| soft.apply(x), 0.4), 1e-6);
    close("t", a_bar.t, pullback_tests::difference(|t| Soft { t, u: 1.3 }.apply(0.4), 0.7), 1e-6);
    let (g, x_bar) = layer::grad(&soft, 0.4);
    close("layer", x_bar, pullback_tests::difference(|x| layer(&soft, x), 0.4), 1e-6);
    close("layer's u", g.u, pullback_tests::difference(|u| layer(&Soft { t: 0.7, u }, 0.4), 1.3), 1e-6);
    assert_eq!(by_impl_trait(&soft, 0.4), soft.apply(0.4) * 0.4);
    let (_, x_bar) = by_impl_trait::grad(&soft, 0.4);
    close("impl Trait", x_bar, pullback_tests::difference(|x| soft.apply(x) * x, 0.4), 1e-6);
    assert_eq!(soft.name(), "activation");
}

#[test]
fn entries_of_methods() {
    let s = State { q: [0.3, 0.8], p: 1.2, steps: 0 };
    let g = s.energy_grad();
    close("p", g.p, 1.2 + 0.8 * 1.2, 1e-14);
    close("q", g.q[0], State::G, 1e-14);
    let mut after = s.clone();
    let (y, pullback) = after.kick_vjp(0.7);
    let mut primal = s.clone();
    assert_eq!(y, primal.kick(0.7));
    assert_eq!(after, primal);
    let mut bar = <State as Differentiable>::Tangent::zero();
    bar.p = 2.0;
    let by_bar = pullback(3.0, &mut bar);
    let run = |q0: f64, p: f64, by: f64| {
        let mut s = State { q: [q0, 0.8], p, steps: 0 };
        let y = s.kick(by);
        3.0 * y + 2.0 * s.p
    };
    close("by", by_bar, pullback_tests::difference(|by| run(0.3, 1.2, by), 0.7), 1e-6);
    close("p", bar.p, pullback_tests::difference(|p| run(0.3, p, 0.7), 1.2), 1e-6);
    close("q", bar.q[0], pullback_tests::difference(|q| run(q, 1.2, 0.7), 0.3), 1e-6);
}

const POINTS: [[f64; 3]; 3] = [[0.7, -0.3, 1.1], [0.2, 0.9, 0.6], [1.3, 0.4, -0.8]];

of_scalars! {
    of_disc at [0.4, 1.5];
}

of_slices! {
    simulate at super::POINTS;
    mixed at super::POINTS;
    by_path at super::POINTS;
    between_changes at super::POINTS;
    with_conditions at [[0.7, 1.3, 1.1], [0.2, 0.9, 0.6]];
    generic_struct at super::POINTS;
    nested at super::POINTS;
    named_like_a_count at super::POINTS;
    through_bounds at super::POINTS;
}
