//! Random programs: well-typed functions of four numbers, each written from a seed, and their check.
//!
//! Input: seeds. Output: the source of functions, and what became of them. Invariant: a seed gives the same function on every day and
//! every machine, whatever other seeds are asked for.

pub mod batch;
mod chains;
mod further;
mod loops;
pub mod rng;
mod scalars;
pub mod scope;
mod statements;
mod values;
mod writer;

pub use further::{EFFECTS, FURTHER};
use rng::Rng;
use scope::Shape;
use writer::{Helper, Kind, Writer};

/// A random program: a module's text with the function `f` and the helpers it calls.
#[derive(Debug, Clone)]
pub struct Program {
    /// The seed it was written from.
    pub seed: u64,
    /// The functions, each annotated.
    pub source: String,
    /// Whether nothing is detached, so that differences approximate the derivative.
    pub smooth: bool,
    /// Where it is checked.
    pub points: [[f64; 4]; 2],
}

/// Writes the program of a seed.
#[must_use]
pub fn program(seed: u64) -> Program {
    let mut rng = Rng::new(seed);
    let cuts = rng.chance(20);
    let mut helpers = Vec::<Helper>::new();
    let (mut source, mut cut, more) = (values::PRELUDE.to_owned(), false, seed >= FURTHER);
    if more {
        source.push_str(further::PRELUDE);
    }
    for k in 0..rng.below(4) {
        let kind = rng.pick(&[
            Kind::Numbers,
            Kind::Slice,
            Kind::Slice,
            Kind::Changing,
            Kind::Filling,
            Kind::Optional,
            Kind::Recursive,
            Kind::Pair,
        ]);
        let name = format!("h{k}");
        let mut w = Writer::new(Rng::new(rng.bits()), helpers.clone(), 1 + rng.below(4), cuts);
        (w.further, w.effects) = (more, seed >= EFFECTS);
        w.scopes.enter();
        cut |= helper(w, &name, kind, &mut source);
        helpers.push(Helper { name, kind });
    }
    let budget = 3 + rng.below(14);
    let mut w = Writer::new(Rng::new(rng.bits()), helpers, budget, cuts);
    (w.further, w.effects) = (more, seed >= EFFECTS);
    w.scopes.enter();
    w.scopes.declare("x", Shape::Slice(4), false);
    cut |= function(w, "f(x: &[f64]) -> f64", "", |r| r, &mut source);
    // no two are alike: a maximum has a kink there
    let mut coordinate = |k: f64| rng.literal(1) * 1.5 + 0.000_37 * (1.0 + k);
    let points = [(); 2].map(|()| [0.0, 1.0, 2.0, 3.0].map(&mut coordinate));
    Program { seed, source, smooth: !cut, points }
}

/// Writes a helper, and says whether it detaches anything.
fn helper(mut w: Writer, name: &str, kind: Kind, source: &mut String) -> bool {
    let declare: &[(&str, Shape, bool)] = match kind {
        Kind::Numbers => &[("a", Shape::Scalar, false), ("b", Shape::Scalar, true)],
        Kind::Slice => &[("v", Shape::Slice(1), false)],
        Kind::Changing => &[("a", Shape::Reference, true), ("b", Shape::Scalar, false)],
        Kind::Filling => &[("v", Shape::Slice(1), false)],
        Kind::Optional | Kind::Recursive => &[("a", Shape::Scalar, false)],
        Kind::Pair => &[("a", Shape::Scalar, false), ("b", Shape::Scalar, false)],
    };
    for (name, shape, mutable) in declare {
        w.scopes.declare(name, *shape, *mutable);
    }
    match kind {
        Kind::Numbers => function(w, &format!("{name}(a: f64, mut b: f64) -> f64"), "", |r| r, source),
        Kind::Slice => function(w, &format!("{name}(v: &[f64]) -> f64"), "", |r| r, source),
        Kind::Changing => function(w, &format!("{name}(a: &mut f64, b: f64)"), "", |r| format!("*a = *a * 0.5 + {r};"), source),
        Kind::Filling => {
            let last = |r| format!("for (k, e) in a.iter_mut().enumerate() {{ *e = {r} * (*e).sin() + v[k % v.len()]; }}");
            function(w, &format!("{name}(a: &mut [f64], v: &[f64])"), "", last, source)
        }
        Kind::Optional => {
            function(w, &format!("{name}(a: f64) -> Option<f64>"), "if a > 0.6 { return None; }", |r| format!("Some({r})"), source)
        }
        Kind::Recursive => {
            let last = |r| format!("0.5 * {name}(n - 1, {r}) + a");
            function(w, &format!("{name}(n: usize, a: f64) -> f64"), "if n == 0 { return a.sin(); }", last, source)
        }
        Kind::Pair => function(w, &format!("{name}(a: f64, b: f64) -> (f64, f64)"), "", |r| format!("({r}, a * b.cos())"), source),
    }
}

/// Writes one function, and says whether it detaches anything: `first`, random statements, `last` of a number.
fn function(mut w: Writer, signature: &str, first: &str, last: impl Fn(String) -> String, source: &mut String) -> bool {
    w.returns = signature.ends_with("-> f64");
    if !first.is_empty() {
        w.line(first);
    }
    w.scalar();
    while w.budget > 0 {
        w.statements(4);
    }
    let mut result = w.expr(2);
    let readable = w.scopes.visible();
    for v in readable.iter().filter(|v| v.shape != Shape::Index).take(5) {
        let (weight, read) = (w.rng.literal(1), w.read(v));
        result = format!("{result} + {weight:?} * {read}.sin()");
    }
    w.line(&last(format!("({result}).sin()")));
    let cut = w.cut;
    source.push_str(&format!("#[differentiable]\npub fn {signature} {{\n{}}}\n", w.finish()));
    cut
}
