//! Random statements: bindings, assignments, branches, exits.
//!
//! Input: the state of a writer. Output: statements. Invariant: an index is within its array, and an exit has code after it that may
//! run.

use super::scope::Shape;
use super::writer::Writer;

impl Writer {
    /// Up to `count` statements.
    pub(super) fn statements(&mut self, count: usize) {
        for _ in 0..count {
            if self.budget == 0 {
                return;
            }
            self.budget -= 1;
            self.statement();
        }
    }

    fn statement(&mut self) {
        let deep = self.depth() > 4;
        if self.further && self.rng.chance(if deep { 10 } else { 30 }) {
            return self.further_statement();
        }
        match self.rng.below(100) {
            0..18 => self.binding(),
            18..36 => self.assignment(),
            36..50 => self.element_assignment(),
            50..54 => self.push(),
            54..62 => self.exit(),
            62..65 => self.exchange(),
            65..67 => self.shuffled(),
            67..69 => self.changing_call(),
            _ if deep => self.assignment(),
            69..76 => self.branch(),
            76..78 => self.inner_block(),
            78..80 => self.numbered(),
            80..82 => self.option_taken_apart(),
            82..84 => self.form(),
            _ => self.some_loop(),
        }
    }

    /// A `let`.
    pub(super) fn binding(&mut self) {
        match self.rng.below(17) {
            0 => self.late(),
            14 => self.point(),
            15 => self.option(),
            1 => self.pair(),
            2 => self.parts(),
            3 => self.reference(),
            4 => self.matrix(),
            5 | 6 => self.array(),
            7 | 8 => self.vector(),
            9 => self.collected_vector(),
            10 => self.branch_value(),
            _ => self.scalar(),
        }
    }

    pub(super) fn scalar(&mut self) {
        let value = self.expr(2);
        let name = self.name("s", Shape::Scalar);
        let mutable = self.rng.chance(75);
        self.line(&format!("let {}{name}: f64 = {value};", if mutable { "mut " } else { "" }));
        self.scopes.declare(&name, Shape::Scalar, mutable);
    }

    /// A number in a variable that nothing else names: its name.
    pub(super) fn held(&mut self) -> String {
        let name = self.scopes.fresh("w");
        let value = self.bounded(1);
        self.line(&format!("let {name}: f64 = {value};"));
        name
    }

    fn late(&mut self) {
        let name = self.scopes.fresh("late");
        self.line(&format!("let {name}: f64;"));
        let condition = self.condition();
        self.open(&format!("if {condition} {{"));
        self.statements(1);
        let value = self.bounded(1);
        self.line(&format!("{name} = {value};"));
        self.close("} else {");
        let value = self.expr(1);
        self.line(&format!("    {name} = {value};"));
        self.line("}");
        self.scopes.declare(&name, Shape::Scalar, false);
    }

    fn branch_value(&mut self) {
        let name = self.name("b", Shape::Scalar);
        let condition = self.condition();
        self.open(&format!("let mut {name}: f64 = if {condition} {{"));
        self.statements(2);
        let value = self.expr(1);
        self.line(&value);
        self.close("} else {");
        self.reopen();
        self.statements(1);
        let value = self.bounded(1);
        self.line(&value);
        self.close("};");
        self.scopes.declare(&name, Shape::Scalar, true);
    }

    fn pair(&mut self) {
        let (a, b) = (self.expr(1), self.bounded(1));
        if self.rng.chance(50) {
            let name = self.scopes.fresh("t");
            self.line(&format!("let mut {name}: (f64, f64) = ({a}, {b});"));
            return self.scopes.declare(&name, Shape::Pair, true);
        }
        let (p, q) = (self.scopes.fresh("p"), self.scopes.fresh("p"));
        self.line(&format!("let ({p}, mut {q}): (f64, f64) = ({a}, {b});"));
        self.scopes.declare(&p, Shape::Scalar, false);
        self.scopes.declare(&q, Shape::Scalar, true);
    }

    /// A slice of something, which then stays as it is.
    fn parts(&mut self) {
        let Some(v) = self.any(|v| v.shape.length().is_some_and(|n| n > 1)) else { return self.scalar() };
        let n = v.shape.length().unwrap_or(0);
        let name = self.scopes.fresh("part");
        let (range, least) = match self.rng.below(3) {
            0 => ("..".to_owned(), n),
            1 => ("1..".to_owned(), n - 1),
            _ => (format!("..{}", n - 1), n - 1),
        };
        self.line(&format!("let {name} = &{}[{range}];", v.name));
        self.scopes.freeze(v.id);
        self.scopes.declare(&name, Shape::Slice(least), false);
    }

    fn reference(&mut self) {
        let Some(v) = self.any(|v| v.shape == Shape::Scalar || v.shape.length().is_some()) else { return self.scalar() };
        let (name, place) = (self.scopes.fresh("r"), self.read(&v));
        self.line(&format!("let {name} = &{place};"));
        self.scopes.freeze(v.id);
        self.scopes.declare(&name, Shape::Reference, false);
    }

    fn matrix(&mut self) {
        let name = self.scopes.fresh("m");
        let (a, b) = (self.expr(1), self.expr(1));
        self.line(&format!("let mut {name} = [[{a}, 0.5], [0.0, {b}]];"));
        self.scopes.declare(&name, Shape::Matrix, true);
    }

    pub(super) fn array(&mut self) {
        let name = self.scopes.fresh("a");
        let n = 2 + self.rng.below(3);
        let value = if self.rng.chance(40) {
            format!("[{}; {n}]", self.leaf())
        } else {
            let entries = (0..n).map(|_| self.expr(1)).collect::<Vec<_>>();
            format!("[{}]", entries.join(", "))
        };
        self.line(&format!("let mut {name}: [f64; {n}] = {value};"));
        self.scopes.declare(&name, Shape::Array(n), true);
    }

    pub(super) fn vector(&mut self) {
        let name = self.name("v", Shape::Vector(3));
        let n = 3;
        let slice = self.any(|v| matches!(v.shape, Shape::Slice(n) if n > 2));
        let value = match (self.rng.below(4), slice) {
            (0, Some(s)) => format!("{}.to_vec()", s.name),
            (1, _) => format!("vec![{}; {n}]", self.leaf()),
            (2, _) => format!("vec![0.0; {n}]"),
            _ => format!("vec![{}, {}, {}]", self.expr(1), self.leaf(), self.bounded(1)),
        };
        self.line(&format!("let mut {name}: Vec<f64> = {value};"));
        self.scopes.declare(&name, Shape::Vector(n), true);
    }

    fn collected_vector(&mut self) {
        let name = self.scopes.fresh("c");
        let (value, n) = self.collected();
        self.line(&format!("let mut {name}: Vec<f64> = {value};"));
        if n == 0 {
            self.line(&format!("{name}.push(0.5);"));
        }
        self.scopes.declare(&name, Shape::Vector(n.max(1)), true);
    }

    /// An assignment of a number to a place, which may be written now and then.
    fn assign(&mut self, place: &str) {
        let d = 1 + self.rng.below(2);
        let text = match self.rng.below(9) {
            0 => format!("{place} = ({}).tanh();", self.expr(d)),
            1 => format!("{place} = 0.5 * {place} + {};", self.bounded(d)),
            2 => format!("{place} -= {};", self.bounded(d)),
            3 => format!("{place} *= {}.sin();", self.leaf()),
            4 => format!("{place} /= 1.0 + ({}).powi(2);", self.bounded(d)),
            5 => format!("{place} = {place}.sin() * {};", self.bounded(d)),
            6 => format!("{place} = {};", self.literal()),
            7 => format!("{place} = {};", self.bounded(d)),
            _ => format!("{place} += {};", self.bounded(d)),
        };
        self.line(&text);
    }

    pub(super) fn assignment(&mut self) {
        let Some(v) = self.target(|v| matches!(v.shape, Shape::Scalar | Shape::Pair | Shape::Reference)) else { return self.scalar() };
        let place = match v.shape {
            Shape::Reference => format!("*{}", v.name),
            _ => self.read(&v),
        };
        if v.shape == Shape::Reference {
            let value = self.bounded(1);
            let sign = self.rng.pick(&["+=", "=", "-="]);
            return self.line(&format!("{place} {sign} {value};"));
        }
        self.assign(&place);
    }

    fn element_assignment(&mut self) {
        let indexed = |s: Shape| matches!(s, Shape::Array(_) | Shape::Vector(_) | Shape::Matrix);
        let Some(v) = self.target(|v| indexed(v.shape)) else { return self.array() };
        let place = self.place(&v);
        self.assign(&place);
    }

    fn push(&mut self) {
        let Some(v) = self.target(|v| matches!(v.shape, Shape::Vector(_))) else { return self.vector() };
        let value = self.bounded(1);
        self.line(&format!("{}.push({value});", v.name));
    }

    /// Two places exchanged, by hand or by an assignment to a tuple.
    fn exchange(&mut self) {
        let Some(v) = self.target(|v| matches!(v.shape, Shape::Array(_) | Shape::Vector(_))) else { return self.vector() };
        let (a, b, t) = (self.place(&v), self.place(&v), self.scopes.fresh("w"));
        if self.rng.chance(75) {
            return self.line(&format!("let {t} = {a}; {a} = {b}; {b} = {t};"));
        }
        self.line(&format!("({a}, {b}) = ({b}, {a});"));
    }

    pub(super) fn branch(&mut self) {
        let condition = self.condition();
        self.open(&format!("if {condition} {{"));
        let count = 1 + self.rng.below(3);
        self.statements(count);
        if self.rng.chance(25) {
            self.scopes.leave();
            let condition = self.condition();
            self.scopes.enter();
            self.close(&format!("}} else if {condition} {{"));
            self.reopen();
            self.statements(2);
        }
        if self.rng.chance(50) {
            self.close("} else {");
            self.reopen();
            self.statements(2);
        }
        self.close("}");
    }

    fn inner_block(&mut self) {
        self.open("{");
        self.statements(3);
        self.close("}");
    }

    /// `break`, `continue` or `return`, on a condition.
    pub(super) fn exit(&mut self) {
        let condition = self.condition();
        self.open(&format!("if {condition} {{"));
        if self.rng.chance(40) {
            self.statements(1);
        }
        let open = self.loops.clone();
        let text = match (open.last(), self.rng.below(10)) {
            (Some(l), 0..4) if l.value => format!("break {};", self.bounded(1)),
            (Some(_), 0..4) => "break;".to_owned(),
            (Some(_), 4..7) => "continue;".to_owned(),
            (Some(_), 7 | 8) => self.labelled_exit(),
            _ if self.returns => format!("return {};", self.bounded(1)),
            (Some(l), _) if !l.value => "break;".to_owned(),
            _ => String::new(),
        };
        self.line(&text);
        self.close("}");
    }

    fn labelled_exit(&mut self) -> String {
        let labelled = self.loops.iter().filter(|l| l.label.is_some()).cloned().collect::<Vec<_>>();
        let Some(l) = labelled.first() else { return "continue;".to_owned() };
        let label = l.label.clone().unwrap_or_default();
        if self.rng.chance(50) {
            return format!("continue {label};");
        }
        let value = if l.value { format!(" {}", self.bounded(1)) } else { String::new() };
        format!("break {label}{value};")
    }
}
