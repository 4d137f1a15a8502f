//! Random programs: well-typed functions of four numbers, each written from a seed, and their check.
//!
//! Input: seeds. Output: the source of functions, and what became of them. Invariant: a seed gives the same function on every day and
//! every machine, whatever other seeds are asked for.

pub mod batch;
mod chains;
mod loops;
pub mod rng;
mod scalars;
pub mod scope;
mod statements;
mod writer;

use rng::Rng;
use scope::Shape;
use writer::{Helper, Writer};

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
    let (mut source, mut cut) = (String::new(), false);
    for k in 0..rng.below(3) {
        let helper = Helper { name: format!("h{k}"), slice: rng.chance(50) };
        let parameters = if helper.slice { "v: &[f64]" } else { "a: f64, mut b: f64" };
        let mut w = Writer::new(Rng::new(rng.bits()), helpers.clone(), 1 + rng.below(4), cuts);
        w.scopes.enter();
        if helper.slice {
            w.scopes.declare("v", Shape::Slice(1), false);
        } else {
            w.scopes.declare("a", Shape::Scalar, false);
            w.scopes.declare("b", Shape::Scalar, true);
        }
        cut |= function(w, &format!("{}({parameters})", helper.name), &mut source);
        helpers.push(helper);
    }
    let budget = 3 + rng.below(14);
    let mut w = Writer::new(Rng::new(rng.bits()), helpers, budget, cuts);
    w.scopes.enter();
    w.scopes.declare("x", Shape::Slice(4), false);
    cut |= function(w, "f(x: &[f64])", &mut source);
    let mut coordinate = || rng.literal(1) * 1.5 + 0.000_37;
    let points = [(); 2].map(|()| [(); 4].map(|()| coordinate()));
    Program { seed, source, smooth: !cut, points }
}

/// Writes one function, and says whether it detaches anything.
fn function(mut w: Writer, signature: &str, source: &mut String) -> bool {
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
    w.line(&format!("({result}).sin()"));
    let cut = w.cut;
    source.push_str(&format!("#[differentiable]\npub fn {signature} -> f64 {{\n{}}}\n", w.finish()));
    cut
}
