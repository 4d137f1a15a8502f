//! Random iterator chains.
//!
//! Input: the state of a writer. Output: chains over slices, vectors, arrays and ranges. Invariant: a chain's number is bounded, and a
//! closure changes nothing.

use super::scope::Shape;
use super::writer::Writer;

impl Writer {
    /// A chain that ends in a number.
    pub(super) fn chain(&mut self) -> String {
        if self.rng.chance(20) {
            return self.range_chain();
        }
        let (source, _) = self.mapped();
        match self.rng.below(4) {
            0 => {
                let (a, e) = (self.scopes.fresh("a"), self.scopes.fresh("e"));
                let start = self.leaf();
                let body = self.closure(&[(&a, Shape::Scalar), (&e, Shape::Scalar)]);
                format!("{source}.fold({start}, |{a}, {e}| {a} * 0.5 + {e} * 0.25 + {body})")
            }
            1 => {
                let e = self.scopes.fresh("e");
                let body = self.closure(&[(&e, Shape::Scalar)]);
                format!("{source}.map(|{e}| 1.0 + 0.1 * ({body})).product::<f64>()")
            }
            _ => format!("(0.25 * {source}.sum::<f64>())"),
        }
    }

    /// A chain over a range of integers.
    fn range_chain(&mut self) -> String {
        let i = self.scopes.fresh("i");
        let body = self.closure(&[(&i, Shape::Index)]);
        let reversed = if self.rng.chance(30) { ".rev()" } else { "" };
        format!("(0..{}usize){reversed}.map(|{i}| {body}).sum::<f64>()", 1 + self.rng.below(4))
    }

    /// A chain that collects into a `Vec`, and whether it is as long as its source.
    pub(super) fn collected(&mut self) -> (String, usize) {
        let (source, n) = self.mapped();
        (format!("{source}.collect()"), n)
    }

    /// `v.iter().map(…)`, with a filter now and then, and its least length.
    fn mapped(&mut self) -> (String, usize) {
        let Some(v) = self.any(|v| v.shape.length().is_some()) else {
            let i = self.scopes.fresh("i");
            return (format!("(0..3usize).map(|{i}| {i} as f64)"), 3);
        };
        let e = self.scopes.fresh("e");
        let n = v.shape.length().unwrap_or(0);
        let (head, parameter, least, shape) = match self.rng.below(8) {
            0 => (format!("{}.iter().rev()", v.name), e.clone(), n, Shape::Reference),
            1 => (format!("{}.iter().skip(1)", v.name), e.clone(), n - 1, Shape::Reference),
            2 => (format!("{}.iter()", v.name), format!("&{e}"), n, Shape::Scalar),
            3 => (format!("{}.iter().take(2)", v.name), e.clone(), n.min(2), Shape::Reference),
            4 => return self.paired_map(&v.name, n),
            5 => (format!("{}[{}..].iter()", v.name, n - 1), e.clone(), 1, Shape::Reference),
            _ => (format!("{}.iter()", v.name), e.clone(), n, Shape::Reference),
        };
        let body = self.closure(&[(&e, shape)]);
        let chain = format!("{head}.map(|{parameter}| {body})");
        if self.rng.chance(20) {
            let f = self.scopes.fresh("q");
            return (format!("{chain}.filter(|{f}| *{f} > {:?})", self.rng.literal(1)), 0);
        }
        (chain, least)
    }

    /// A `map` over `enumerate`, `zip` or `windows`.
    fn paired_map(&mut self, name: &str, n: usize) -> (String, usize) {
        let (e, i) = (self.scopes.fresh("e"), self.scopes.fresh("i"));
        let other = self.any(|v| v.shape.length().is_some());
        match (self.rng.below(3), other) {
            (0, Some(o)) => {
                let body = self.closure(&[(&e, Shape::Reference), (&i, Shape::Reference)]);
                let least = n.min(o.shape.length().unwrap_or(0));
                (format!("{name}.iter().zip({}.iter()).map(|({e}, {i})| {body})", o.name), least)
            }
            (1, _) => {
                let body = self.closure(&[(&e, Shape::Slice(2))]);
                (format!("{name}.windows(2).map(|{e}| {body})"), n - 1)
            }
            _ => {
                let body = self.closure(&[(&e, Shape::Reference), (&i, Shape::Index)]);
                (format!("{name}.iter().enumerate().map(|({i}, {e})| {body})"), n)
            }
        }
    }

    /// The body of a closure of these parameters.
    fn closure(&mut self, parameters: &[(&str, Shape)]) -> String {
        self.scopes.enter();
        for (name, shape) in parameters {
            self.scopes.declare(name, *shape, false);
        }
        let (name, shape) = parameters[self.rng.below(parameters.len())];
        let wanted = self.any(|v| v.name == name && v.shape == shape);
        let read = wanted.map_or_else(|| "1.0".to_owned(), |v| self.read(&v));
        let rest = if self.rng.chance(25) { self.bounded(1) } else { self.bounded(0) };
        self.scopes.leave();
        match self.rng.below(3) {
            0 => format!("{read}.sin() * {rest}"),
            1 => format!("({read} + {rest}).tanh()"),
            _ => format!("{{ let p = {read} * {rest}; p.cos() }}"),
        }
    }
}
