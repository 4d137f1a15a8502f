//! The state of writing one function.
//!
//! Input: a seed and the helpers that may be called. Output: lines of Rust. Invariant: every line is well-typed where it stands.

use super::rng::Rng;
use super::scope::{Scopes, Shape, Variable};

/// A loop that is open.
#[derive(Debug, Clone)]
pub(super) struct Loop {
    /// Its label, if it has one.
    pub(super) label: Option<String>,
    /// Whether `break` needs a value.
    pub(super) value: bool,
}

/// A helper function that may be called.
#[derive(Debug, Clone)]
pub(super) struct Helper {
    /// Its name.
    pub(super) name: String,
    /// What it takes and gives.
    pub(super) kind: Kind,
}

/// The signature of a helper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `(a: f64, mut b: f64) -> f64`
    Numbers,
    /// `(v: &[f64]) -> f64`, of any length but zero
    Slice,
    /// `(a: &mut f64, b: f64)`
    Changing,
    /// `(a: &mut [f64], v: &[f64])`, of any lengths but zero
    Filling,
    /// `(a: f64) -> Option<f64>`
    Optional,
    /// `(n: usize, a: f64) -> f64`, which calls itself
    Recursive,
    /// `(a: f64, b: f64) -> (f64, f64)`
    Pair,
}

/// The state of writing one function.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) rng: Rng,
    pub(super) scopes: Scopes,
    pub(super) loops: Vec<Loop>,
    pub(super) helpers: Vec<Helper>,
    /// How many more statements may be written.
    pub(super) budget: usize,
    /// Whether `detach` and `no_grad!` may be written.
    pub(super) cuts: bool,
    /// Whether one has been written.
    pub(super) cut: bool,
    /// Whether the function returns a number, so that `return` may be written.
    pub(super) returns: bool,
    /// Whether further constructs may be written.
    pub(super) further: bool,
    /// Whether statements without a gradient may stand beside those with one.
    pub(super) effects: bool,
    lines: String,
    depth: usize,
}

impl Writer {
    pub(super) fn new(rng: Rng, helpers: Vec<Helper>, budget: usize, cuts: bool) -> Self {
        let scopes = Scopes::default();
        Self {
            rng,
            scopes,
            loops: Vec::new(),
            helpers,
            budget,
            cuts,
            cut: false,
            returns: true,
            further: false,
            effects: false,
            lines: String::new(),
            depth: 1,
        }
    }

    /// Writes a line.
    pub(super) fn line(&mut self, text: &str) {
        self.lines.push_str(&"    ".repeat(self.depth));
        self.lines.push_str(text);
        self.lines.push('\n');
    }

    /// Writes the line that opens a block, and opens its scope.
    pub(super) fn open(&mut self, text: &str) {
        self.line(text);
        self.depth += 1;
        self.scopes.enter();
    }

    /// Closes a block and its scope, and writes its last line.
    pub(super) fn close(&mut self, text: &str) {
        self.depth -= 1;
        self.scopes.leave();
        self.line(text);
    }

    /// Opens the next block of a statement, whose first line closed the one before.
    pub(super) fn reopen(&mut self) {
        self.depth += 1;
        self.scopes.enter();
    }

    /// A helper of some kind.
    pub(super) fn helper(&mut self, wanted: impl Fn(Kind) -> bool) -> Option<Helper> {
        let found: Vec<Helper> = self.helpers.iter().filter(|h| wanted(h.kind)).cloned().collect();
        if found.is_empty() { None } else { Some(found[self.rng.below(found.len())].clone()) }
    }

    /// How deeply the place is nested.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The lines written.
    pub(super) fn finish(self) -> String {
        self.lines
    }

    /// A visible variable that satisfies a condition.
    pub(super) fn any(&mut self, wanted: impl Fn(&Variable) -> bool) -> Option<Variable> {
        let found = self.scopes.visible().into_iter().filter(|v| wanted(v)).collect::<Vec<_>>();
        if found.is_empty() { None } else { Some(found[self.rng.below(found.len())].clone()) }
    }

    /// A changeable variable that satisfies a condition.
    pub(super) fn target(&mut self, wanted: impl Fn(&Variable) -> bool) -> Option<Variable> {
        let found = self.scopes.changeable().into_iter().filter(|v| wanted(v)).collect::<Vec<_>>();
        if found.is_empty() { None } else { Some(found[self.rng.below(found.len())].clone()) }
    }

    /// A new name, or now and then the name of a visible variable of the same shape, which it shadows.
    pub(super) fn name(&mut self, stem: &str, shape: Shape) -> String {
        if self.rng.chance(15)
            && let Some(v) = self.any(|v| v.shape == shape && v.name != "x")
        {
            return v.name;
        }
        self.scopes.fresh(stem)
    }

    /// An index less than `length`, of the vector, array or slice `name`.
    pub(super) fn index(&mut self, name: &str, length: usize) -> String {
        let loop_index = self.any(|v| v.shape == Shape::Index);
        match loop_index {
            Some(i) if self.rng.chance(60) => match self.rng.below(4) {
                0 => format!("{} % {length}", i.name),
                1 => format!("({} + {}) % {length}", i.name, self.rng.below(5)),
                2 => format!("({} * 2 + 1) % {name}.len()", i.name),
                _ => format!("{} % {name}.len()", i.name),
            },
            _ if self.rng.chance(10) => format!("{name}.len() - 1"),
            _ => self.rng.below(length).to_string(),
        }
    }
}
