//! Random loops.
//!
//! Input: the state of a writer. Output: loops of every kind. Invariant: a loop ends after at most six rounds, and counts before
//! anything in its body can continue it.

use super::scope::{Shape, Variable};
use super::writer::{Loop, Writer};

impl Writer {
    pub(super) fn some_loop(&mut self) {
        match self.rng.below(12) {
            0..3 => self.over_range(),
            3 => self.over_elements(),
            4 => self.over_enumerated(),
            5 => self.over_zipped(),
            6 | 7 => self.over_changed(),
            8 => self.over_windows(),
            9 => self.counted_while(),
            10 => self.endless(),
            _ => self.endless_with_value(),
        }
    }

    /// The body of a loop whose head has been written.
    fn body(&mut self, label: Option<String>, value: bool) {
        self.loops.push(Loop { label, value });
        let count = 1 + self.rng.below(4);
        self.statements(count);
        if self.rng.chance(30) {
            self.exit();
        }
        self.assignment();
        self.loops.pop();
    }

    fn label(&mut self) -> (String, Option<String>) {
        if self.rng.chance(70) {
            return (String::new(), None);
        }
        let label = format!("'{}", self.scopes.fresh("l"));
        (format!("{label}: "), Some(label))
    }

    fn over_range(&mut self) {
        let (text, label) = self.label();
        let i = self.name("i", Shape::Index);
        let n = 1 + self.rng.below(4);
        let outer = self.any(|v| v.shape == Shape::Index);
        let range = match (self.rng.below(8), outer) {
            (0, _) => format!("(0..{n}usize).rev()"),
            (1, _) => format!("1..={n}usize"),
            (2, _) => "(0..5usize).step_by(2)".to_owned(),
            (3, Some(o)) => format!("0..{} % 4", o.name),
            (4, Some(o)) => format!("{} % 3..3", o.name),
            (5, _) => self.source().map_or_else(|| "0..2".to_owned(), |v| format!("0..{}.len()", v.name)),
            _ => format!("0..{n}usize"),
        };
        self.open(&format!("{text}for {i} in {range} {{"));
        self.scopes.declare(&i, Shape::Index, false);
        self.body(label, false);
        self.close("}");
    }

    /// Something short with elements.
    fn source(&mut self) -> Option<Variable> {
        self.any(|v| v.shape.length().is_some())
    }

    fn over_elements(&mut self) {
        let Some(v) = self.source() else { return self.over_range() };
        let ((text, label), e) = (self.label(), self.scopes.fresh("e"));
        let name = &v.name;
        let slice = matches!(v.shape, Shape::Slice(_));
        let (pattern, source, shape) = match self.rng.below(7) {
            0 if slice => (e.clone(), name.clone(), Shape::Reference),
            0 => (e.clone(), format!("&{name}"), Shape::Reference),
            1 => (format!("&{e}"), format!("{name}.iter()"), Shape::Scalar),
            2 => (e.clone(), format!("{name}.iter().rev()"), Shape::Reference),
            3 => (format!("mut {e}"), format!("{name}.iter().copied()"), Shape::Scalar),
            4 => (e.clone(), format!("{name}.iter().skip(1)"), Shape::Reference),
            5 => (e.clone(), format!("{name}.iter().step_by(2)"), Shape::Reference),
            _ => (e.clone(), format!("{name}.iter()"), Shape::Reference),
        };
        self.open(&format!("{text}for {pattern} in {source} {{"));
        self.scopes.freeze(v.id);
        self.scopes.declare(&e, shape, pattern.starts_with("mut"));
        self.body(label, false);
        self.close("}");
    }

    fn over_enumerated(&mut self) {
        let Some(v) = self.source() else { return self.over_range() };
        let ((text, label), e, i) = (self.label(), self.scopes.fresh("e"), self.name("i", Shape::Index));
        self.open(&format!("{text}for ({i}, {e}) in {}.iter().enumerate() {{", v.name));
        self.scopes.freeze(v.id);
        self.scopes.declare(&e, Shape::Reference, false);
        self.scopes.declare(&i, Shape::Index, false);
        self.body(label, false);
        self.close("}");
    }

    fn over_zipped(&mut self) {
        let (Some(v), Some(w)) = (self.source(), self.source()) else { return self.over_range() };
        let ((text, label), e, g) = (self.label(), self.scopes.fresh("e"), self.scopes.fresh("g"));
        self.open(&format!("{text}for ({e}, {g}) in {}.iter().zip({}.iter()) {{", v.name, w.name));
        self.scopes.freeze(v.id);
        self.scopes.freeze(w.id);
        self.scopes.declare(&e, Shape::Reference, false);
        self.scopes.declare(&g, Shape::Reference, false);
        self.body(label, false);
        self.close("}");
    }

    /// A loop that changes the elements in place.
    fn over_changed(&mut self) {
        let Some(v) = self.target(|v| matches!(v.shape, Shape::Array(_) | Shape::Vector(_))) else { return self.over_range() };
        let ((text, label), e, i) = (self.label(), self.scopes.fresh("e"), self.scopes.fresh("i"));
        let other = self.any(|w| w.id != v.id && w.shape.length().is_some());
        let name = &v.name;
        let choice = self.rng.below(4);
        let head = match (choice, &other) {
            (0, _) => format!("for ({i}, {e}) in {name}.iter_mut().enumerate()"),
            (1, Some(o)) => format!("for ({e}, {i}) in {name}.iter_mut().zip({}.iter())", o.name),
            (2, _) => format!("for {e} in &mut {name}"),
            _ => format!("for {e} in {name}.iter_mut()"),
        };
        self.open(&format!("{text}{head} {{"));
        self.scopes.hide(v.id);
        self.scopes.declare(&e, Shape::Reference, true);
        match (choice, other) {
            (0, _) => self.scopes.declare(&i, Shape::Index, false),
            (1, Some(o)) => {
                self.scopes.freeze(o.id);
                self.scopes.declare(&i, Shape::Reference, false);
            }
            _ => {}
        }
        let value = self.bounded(1);
        let sign = self.rng.pick(&["=", "+=", "*=", "-="]);
        self.line(&format!("*{e} {sign} {value};"));
        self.body(label, false);
        self.close("}");
    }

    fn over_windows(&mut self) {
        let Some(v) = self.source() else { return self.over_range() };
        let ((text, label), e) = (self.label(), self.scopes.fresh("e"));
        let (source, n) = if self.rng.chance(60) { ("windows(2)", 2) } else { ("chunks(2)", 1) };
        self.open(&format!("{text}for {e} in {}.{source} {{", v.name));
        self.scopes.freeze(v.id);
        self.scopes.declare(&e, Shape::Slice(n), false);
        self.body(label, false);
        self.close("}");
    }

    fn counted_while(&mut self) {
        let ((text, label), k) = (self.label(), self.scopes.fresh("k"));
        self.line(&format!("let mut {k}: usize = 0;"));
        let n = 1 + self.rng.below(5);
        let rest = if self.rng.chance(30) { format!(" && {}", self.condition()) } else { String::new() };
        self.open(&format!("{text}while {k} < {n}{rest} {{"));
        self.counted(&k, label, false);
        self.close("}");
        self.scopes.declare(&k, Shape::Index, false);
    }

    fn counted(&mut self, k: &str, label: Option<String>, value: bool) {
        let step = 1 + self.rng.below(2);
        self.line(&format!("{k} += {step};"));
        self.scopes.declare(k, Shape::Index, false);
        self.body(label, value);
    }

    fn endless(&mut self) {
        let ((text, label), k) = (self.label(), self.scopes.fresh("k"));
        self.line(&format!("let mut {k}: usize = 0;"));
        self.open(&format!("{text}loop {{"));
        let n = self.rng.below(5);
        self.line(&format!("if {k} > {n} {{ break; }}"));
        self.counted(&k, label, false);
        self.close("}");
    }

    fn endless_with_value(&mut self) {
        let ((text, label), k, y) = (self.label(), self.scopes.fresh("k"), self.scopes.fresh("y"));
        self.line(&format!("let mut {k}: usize = 0;"));
        self.open(&format!("let mut {y}: f64 = {text}loop {{"));
        let n = self.rng.below(4);
        let value = self.bounded(1);
        self.line(&format!("if {k} > {n} {{ break {value}; }}"));
        self.counted(&k, label, true);
        self.close("};");
        self.scopes.declare(&y, Shape::Scalar, true);
    }
}
