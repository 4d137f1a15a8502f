//! Random structs, enums, options, closures and calls of helpers with other signatures.
//!
//! Input: the state of a writer. Output: statements and expressions over [`PRELUDE`]'s types. Invariant: each expression is a number, and each
//! payload that carries a gradient is read somewhere.

use super::scope::Shape;
use super::writer::{Kind, Writer};

/// What each program begins with.
pub(super) const PRELUDE: &str = "\
#[derive(Differentiable, Clone, Copy, Debug)]
pub struct Point { pub x: f64, pub y: f64, pub n: usize }
#[differentiable]
impl Point {
    pub fn turned(&self, a: f64) -> Point { Point { x: self.x * a.cos() - self.y, y: self.x + self.y * a.sin(), n: self.n } }
    pub fn size(&self) -> f64 { (1.0 + self.x * self.x + self.y * self.y).sqrt() }
}
#[derive(Differentiable, Clone, Copy, Debug)]
pub enum Form { Flat, Line(f64), Oval { a: f64, b: f64 } }
";

impl Writer {
    /// A struct.
    pub(super) fn point(&mut self) {
        let name = self.scopes.fresh("pt");
        let (a, b, n) = (self.expr(1), self.bounded(1), self.rng.below(3));
        let other = self.any(|v| v.shape == Shape::Point);
        let value = match (self.rng.below(4), other) {
            (0, Some(o)) => format!("Point {{ y: {a}, ..{} }}", o.name),
            (1, Some(o)) => format!("{}.turned({b})", o.name),
            _ => format!("Point {{ x: {a}, y: {b}, n: {n} }}"),
        };
        self.line(&format!("let mut {name}: Point = {value};"));
        self.scopes.declare(&name, Shape::Point, true);
    }

    /// An option that may be empty.
    pub(super) fn option(&mut self) {
        let name = self.scopes.fresh("o");
        let (condition, value) = (self.condition(), self.bounded(1));
        let value = match self.rng.below(3) {
            0 => format!("Some({value})"),
            1 => format!("if {condition} {{ Some({value}) }} else {{ None }}"),
            _ => match self.any(|v| matches!(v.shape, Shape::Vector(_) | Shape::Array(_) | Shape::Slice(_))) {
                Some(v) => format!("{}.{}().copied()", v.name, self.rng.pick(&["first", "last"])),
                None => format!("Some({value})"),
            },
        };
        self.line(&format!("let mut {name}: Option<f64> = {value};"));
        self.scopes.declare(&name, Shape::Maybe, true);
    }

    /// An enum, taken apart at once.
    pub(super) fn form(&mut self) {
        let (name, out) = (self.scopes.fresh("form"), self.scopes.fresh("s"));
        let (a, b, c) = (self.bounded(1), self.expr(1), self.condition());
        let value = match self.rng.below(3) {
            0 => format!("if {c} {{ Form::Line({a}) }} else {{ Form::Oval {{ a: {a}, b: {b} }} }}"),
            1 => format!("if {c} {{ Form::Flat }} else {{ Form::Line({b}) }}"),
            _ => format!("Form::Oval {{ a: {b}, b: {a} }}"),
        };
        self.line(&format!("let {name}: Form = {value};"));
        let (p, q) = (self.scopes.fresh("q"), self.scopes.fresh("q"));
        self.open(&format!("let mut {out}: f64 = match {name} {{"));
        let flat = self.bounded(1);
        self.line(&format!("Form::Flat => {flat},"));
        self.scopes.declare(&p, Shape::Scalar, false);
        let line = self.bounded(1);
        let guard = self.rng.literal(1);
        if self.rng.chance(40) {
            self.line(&format!("Form::Line({p}) if {p} > {guard:?} => {p} * {line},"));
        }
        self.open(&format!("Form::Line({p}) => {{"));
        self.scopes.declare(&p, Shape::Scalar, false);
        self.statements(2);
        let line = self.bounded(1);
        self.line(&format!("{line} + {p}"));
        self.close("}");
        self.scopes.declare(&q, Shape::Scalar, false);
        let oval = self.bounded(1);
        self.line(&format!("Form::Oval {{ a: {p}, b: {q} }} => {p} * {q}.sin() + {oval},"));
        self.close("};");
        self.scopes.declare(&out, Shape::Scalar, true);
    }

    /// `if let`, `while let`, `let … else`.
    pub(super) fn option_taken_apart(&mut self) {
        let p = self.scopes.fresh("q");
        let vector = self.target(|v| matches!(v.shape, Shape::Vector(n) if n > 1));
        let option = self.any(|v| v.shape == Shape::Maybe);
        match (self.rng.below(4), option, vector) {
            (0, Some(o), _) if self.returns => {
                let value = self.bounded(1);
                let exit = if self.loops.last().is_some_and(|l| !l.value) { "continue".to_owned() } else { format!("return {value}") };
                self.line(&format!("let Some({p}) = {} else {{ {exit} }};", o.name));
                self.scopes.declare(&p, Shape::Scalar, false);
            }
            (1 | 2, Some(o), _) => {
                self.open(&format!("if let Some({p}) = {} {{", o.name));
                self.scopes.declare(&p, Shape::Scalar, false);
                self.statements(2);
                self.assignment();
                if self.rng.chance(50) {
                    self.close("} else {");
                    self.reopen();
                    self.statements(2);
                }
                self.close("}");
            }
            (_, _, Some(v)) => {
                self.line(&format!("{}.push({}.len() as f64 * 0.5);", v.name, v.name));
                self.open(&format!("if let Some({p}) = {}.pop() {{", v.name));
                self.scopes.declare(&p, Shape::Scalar, false);
                self.assignment();
                self.close("}");
            }
            _ => self.option(),
        }
    }

    /// `match` on an integer.
    pub(super) fn numbered(&mut self) {
        let Some(i) = self.any(|v| v.shape == Shape::Index) else { return self.branch() };
        self.open(&format!("match {} % 4 {{", i.name));
        self.open("0 => {");
        self.statements(2);
        self.close("}");
        self.open("1 | 2 => {");
        self.statements(1);
        self.assignment();
        self.close("}");
        self.open("_ => {");
        self.statements(1);
        self.close("}");
        self.close("}");
    }

    /// Methods that move elements about.
    pub(super) fn shuffled(&mut self) {
        let Some(v) = self.target(|v| matches!(v.shape, Shape::Array(_) | Shape::Vector(_))) else { return self.vector() };
        let (name, n) = (&v.name, v.shape.length().unwrap_or(1));
        let (a, b, value) = (self.rng.below(n), self.rng.below(n), self.held());
        let text = match self.rng.below(6) {
            0 | 1 => format!("{name}.swap({a}, {b});"),
            2 => format!("{name}.reverse();"),
            3 => format!("{name}[{a}..].fill({value});"),
            4 => {
                let old = self.scopes.fresh("s");
                self.line(&format!("let {old}: f64 = std::mem::replace(&mut {name}[{a}], {value});"));
                self.scopes.declare(&old, Shape::Scalar, false);
                return;
            }
            _ => format!("{name}[..1].copy_from_slice(&[{value}]);"),
        };
        self.line(&text);
    }

    /// A call that changes what it is lent.
    pub(super) fn changing_call(&mut self) {
        let helper = self.helper(|k| matches!(k, Kind::Changing | Kind::Filling));
        let Some(helper) = helper else { return self.assignment() };
        if helper.kind == Kind::Changing {
            let Some(v) = self.target(|v| v.shape == Shape::Scalar) else { return self.scalar() };
            let value = self.bounded(1).replace(&v.name, "0.7f64");
            return self.line(&format!("{}(&mut {}, {value});", helper.name, v.name));
        }
        let Some(v) = self.target(|v| matches!(v.shape, Shape::Array(_) | Shape::Vector(_))) else { return self.vector() };
        let from = if self.rng.chance(30) { format!("{}[1..]", v.name) } else { format!("{}[..]", v.name) };
        let Some(w) = self.any(|w| w.id != v.id && matches!(w.shape, Shape::Slice(_))) else { return self.assignment() };
        self.line(&format!("{}(&mut {from}, {});", helper.name, w.name));
    }

    /// `{ let c = |t: f64| …; c(…) + c(…) }`
    pub(super) fn closure_value(&mut self) -> String {
        let (c, t) = (self.scopes.fresh("call"), self.scopes.fresh("t"));
        self.scopes.enter();
        self.scopes.declare(&t, Shape::Scalar, false);
        let body = self.bounded(1);
        self.scopes.leave();
        let (a, b) = (self.bounded(0), self.bounded(0));
        let typed =
            if self.rng.chance(50) { format!("|{t}: f64| {t} * {body}") } else { format!("|{t}: f64| {{ let p = {body}; p * {t} }}") };
        format!("({{ let {c} = {typed}; {c}({a}) + 0.5 * {c}({b}) }})")
    }

    /// An expression over the types of the prelude.
    pub(super) fn of_values(&mut self, d: usize) -> String {
        let (a, b) = (self.bounded(d), self.bounded(d));
        let option = self.any(|v| v.shape == Shape::Maybe);
        let helper = self.helper(|k| matches!(k, Kind::Optional | Kind::Recursive | Kind::Pair));
        match (self.rng.below(8), option, helper) {
            (0 | 1, _, Some(h)) if h.kind == Kind::Optional => format!("{}({a}).unwrap_or({b})", h.name),
            (0 | 1, _, Some(h)) if h.kind == Kind::Recursive => format!("{}({}, {a})", h.name, self.rng.below(4)),
            (0 | 1, _, Some(h)) => format!("({{ let (y, z) = {}({a}, {b}); y * z }})", h.name),
            (2, Some(o), _) => format!("(match {} {{ Some(w) => w * {a}, None => {b} }})", o.name),
            (3, _, _) => format!("(Point {{ x: {a}, y: {b}, n: 1 }}).size()"),
            (4, _, _) => self.closure_value(),
            (5, _, _) => format!("[{a}, {b}].map(|m| m * m.sin()).iter().sum::<f64>()"),
            (6, _, _) => format!("(if let Some(w) = Some({a}) {{ w.tanh() }} else {{ {b} }})"),
            _ => format!("[{a}, {b}, {}].iter().fold(0.0, |m, w| m * 0.5 + w)", self.leaf()),
        }
    }

    /// A number out of a struct, an option, …
    pub(super) fn part(&mut self, name: &str, shape: Shape) -> String {
        match shape {
            Shape::Maybe => format!("{name}.unwrap_or({:?}f64)", self.rng.literal(1).abs()),
            _ => match self.rng.below(5) {
                0 => format!("{name}.size()"),
                1 | 2 => format!("{name}.x"),
                _ => format!("{name}.y"),
            },
        }
    }
}
