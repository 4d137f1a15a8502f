//! Random expressions of type `f64`, and conditions.
//!
//! Input: the state of a writer. Output: expressions. Invariant: a `bounded` expression stays within a few units whatever the variables
//! are, and what has a kink is rare.

use super::scope::{Shape, Variable};
use super::writer::{Kind, Writer};

impl Writer {
    /// An expression without operators.
    pub(super) fn leaf(&mut self) -> String {
        if self.rng.chance(12) {
            return self.literal();
        }
        let Some(v) = self.any(|_| true) else { return self.literal() };
        self.read(&v)
    }

    /// A literal, whose type is plain.
    pub(super) fn literal(&mut self) -> String {
        let value = self.rng.literal(2);
        if value < 0.0 { format!("({value:?}f64)") } else { format!("{value:?}f64") }
    }

    /// A number in a variable, as a place to be written: its index does not read the variable, which is borrowed by then.
    pub(super) fn place(&mut self, v: &Variable) -> String {
        let text = self.read(v);
        let n = v.shape.length().unwrap_or(2);
        text.replace(&format!("{}.len() - 1", v.name), &(n - 1).to_string())
            .replace(&format!("{}.len()", v.name), &n.to_string())
            .replace(&format!("{}[0].len()", v.name), "2")
    }

    /// A number out of a variable.
    pub(super) fn read(&mut self, v: &Variable) -> String {
        let name = &v.name;
        match v.shape {
            Shape::Scalar => name.clone(),
            Shape::Reference => format!("(*{name})"),
            Shape::Array(n) | Shape::Vector(n) | Shape::Slice(n) => {
                let index = self.index(name, n);
                format!("{name}[{index}]")
            }
            Shape::Pair => format!("{name}.{}", self.rng.below(2)),
            Shape::Matrix => {
                let (i, j) = (self.index(name, 2), self.index(&format!("{name}[0]"), 2));
                format!("{name}[{i}][{j}]")
            }
            Shape::Point | Shape::Maybe => self.part(name, v.shape),
            Shape::Index => format!("({name} as f64 * 0.1)"),
        }
    }

    /// An expression.
    pub(super) fn expr(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.leaf();
        }
        let d = depth - 1;
        match self.rng.below(12) {
            0 | 1 => format!("{} + {}", self.expr(d), self.expr(d)),
            2 => format!("({} - {})", self.expr(d), self.expr(d)),
            3 => format!("({}) * {}", self.expr(d), self.bounded(d)),
            4 => format!("-({})", self.expr(d)),
            5 => format!("({}) / (1.5 + {})", self.expr(d), self.square(d)),
            6 | 7 => self.leaf(),
            8 => self.reference_operand(),
            _ => self.bounded(d),
        }
    }

    /// `&f64` as an operand, if one is visible.
    fn reference_operand(&mut self) -> String {
        let Some(v) = self.any(|v| v.shape == Shape::Reference && !v.mutable) else { return self.leaf() };
        match self.rng.below(3) {
            0 => format!("{} * 0.75", v.name),
            1 => format!("(1.0 - {})", v.name),
            _ => format!("{}.sin()", v.name),
        }
    }

    /// A bounded expression that is not negative.
    fn square(&mut self, depth: usize) -> String {
        let b = self.bounded(depth);
        if self.rng.chance(50) { format!("({b}).powi(2)") } else { format!("({b}) * ({b})") }
    }

    /// An expression whose value stays within a few units.
    pub(super) fn bounded(&mut self, depth: usize) -> String {
        if depth == 0 {
            let leaf = self.leaf();
            let f = self.rng.pick(&["sin", "cos", "tanh", "atan"]);
            return if self.rng.chance(20) { format!("f64::{f}({leaf})") } else { format!("{leaf}.{f}()") };
        }
        let d = depth - 1;
        if self.cuts && self.rng.chance(6) {
            return self.cut_off(d);
        }
        if self.further && self.rng.chance(20) {
            return self.further_value(d);
        }
        match self.rng.below(19) {
            0 | 1 => format!("({}).sin()", self.expr(d)),
            2 => format!("({}).tanh()", self.expr(d)),
            3 => format!("f64::cos({})", self.expr(d)),
            4 => self.ratio(d),
            5 => format!("(-{}).exp()", self.square(d)),
            6 => format!("(0.5 * {}).exp()", self.bounded(d)),
            7 => format!("(1.0 + {}).sqrt()", self.square(d)),
            8 => format!("(1.25 + {}).ln()", self.square(d)),
            9 => format!("{} * {}", self.bounded(d), self.bounded(d)),
            10 => format!("0.5 * ({} + {})", self.bounded(d), self.bounded(d)),
            11 => self.rare(d),
            12 => self.call(d),
            13 => format!("(if {} {{ {} }} else {{ {} }})", self.condition(), self.bounded(d), self.bounded(d)),
            14 => self.block_value(d),
            15 | 16 => self.of_values(d),
            _ => self.chain(),
        }
    }

    /// `{ let u = …; … }`
    fn block_value(&mut self, depth: usize) -> String {
        let name = self.name("u", Shape::Scalar);
        let value = self.bounded(depth);
        self.scopes.enter();
        self.scopes.declare(&name, Shape::Scalar, false);
        let result = self.bounded(depth);
        self.scopes.leave();
        format!("({{ let {name}: f64 = {value}; {result} * {name} }})")
    }

    /// x / (1 + x²)
    fn ratio(&mut self, depth: usize) -> String {
        let e = self.expr(depth.min(1));
        format!("({e}) / (1.0 + ({e}) * ({e}))")
    }

    /// What has a kink, or is seldom used.
    fn rare(&mut self, d: usize) -> String {
        let (a, b) = (self.bounded(d), self.bounded(d));
        match self.rng.below(7) {
            0 => format!("({a}).min({b})"),
            1 => format!("({a}).max({b})"),
            2 => format!("({a}).abs()"),
            3 => format!("({a}).mul_add({b}, 0.25)"),
            4 => format!("({a}).hypot(1.0 + ({b}).powi(2))"),
            5 => format!("(2.5 + ({a}).sin()).recip()"),
            _ => format!("(1.5 + ({a}).sin()).powf({b})"),
        }
    }

    /// A value without a gradient.
    fn cut_off(&mut self, d: usize) -> String {
        self.cut = true;
        let b = self.bounded(d);
        if self.rng.chance(50) { format!("({b}).detach()") } else { format!("(no_grad! {{ {b} }})") }
    }

    /// A call of a helper.
    fn call(&mut self, d: usize) -> String {
        let Some(helper) = self.helper(|k| matches!(k, Kind::Numbers | Kind::Slice)) else {
            return format!("({}).sin()", self.expr(d));
        };
        if helper.kind == Kind::Numbers {
            return format!("{}({}, {})", helper.name, self.expr(d), self.expr(d));
        }
        let v = self.any(|v| v.shape.length().is_some());
        let Some(v) = v else { return format!("{}(&[{}, {}])", helper.name, self.expr(d), self.expr(d)) };
        let n = v.shape.length().unwrap_or(0);
        let slice = matches!(v.shape, Shape::Slice(_));
        match self.rng.below(3) {
            0 if slice => format!("{}({})", helper.name, v.name),
            0 | 1 => format!("{}(&{}[{}..])", helper.name, v.name, self.rng.below(n)),
            _ if slice => format!("{}(&{}[..{}])", helper.name, v.name, 1 + self.rng.below(n)),
            _ => format!("{}(&{})", helper.name, v.name),
        }
    }

    /// A condition on inactive or active values.
    pub(super) fn condition(&mut self) -> String {
        if let Some(i) = self.any(|v| v.shape == Shape::Index)
            && self.rng.chance(40)
        {
            let (k, m) = (self.rng.below(3), 2 + self.rng.below(2));
            return match self.rng.below(3) {
                0 => format!("{} % {m} == {}", i.name, k % m),
                1 => format!("{} > {k}", i.name),
                _ => format!("{} < {} && {}", i.name, k + 1, self.active_condition()),
            };
        }
        self.active_condition()
    }

    fn active_condition(&mut self) -> String {
        let (e, c) = (self.expr(1), self.rng.literal(1));
        let sign = self.rng.pick(&["<", ">", ">=", "<="]);
        match self.rng.below(4) {
            0 => format!("({e}) {sign} {}", self.leaf()),
            1 => format!("({e}).abs() {sign} {:?}", c.abs()),
            _ => format!("({e}) {sign} {c:?}"),
        }
    }
}
