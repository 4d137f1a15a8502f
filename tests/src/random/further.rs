//! Further constructs: what programs from [`FURTHER`] on may also contain.
//!
//! Input: the state of a writer. Output: statements and expressions. Invariant: a smaller seed draws nothing here, so that its program stays
//! what it was; what is written is well-typed, and its values stay within a few units.

use super::scope::Shape;
use super::writer::Writer;

/// The first seed whose programs contain them.
pub const FURTHER: u64 = 1 << 42;

/// The first seed whose programs may also change, beside what carries a gradient, what does not.
pub const EFFECTS: u64 = 1 << 43;

/// What such a program begins with, besides the other prelude.
pub(super) const PRELUDE: &str = "\
#[derive(Differentiable, Clone, Debug)]
pub struct State { pub q: [f64; 3], pub v: Vec<f64>, pub k: usize }
#[differentiable]
impl State {
    pub fn new(a: f64, b: f64) -> State { State { q: [a, b, a * b], v: vec![b, a.sin()], k: 1 } }
    pub fn step(&mut self, a: f64) { for (q, v) in self.q.iter_mut().zip(self.v.iter_mut()) { *v += 0.5 * a * q.sin(); *q -= 0.25 * *v; } }
    pub fn energy(&self) -> f64 { self.q.iter().map(|q| 0.1 + q * q).sum::<f64>().sqrt() + self.v[self.k].tanh() }
}
#[derive(Differentiable, Clone, Debug)]
pub enum Tree { Leaf(f64), Node(Box<Tree>, Box<Tree>) }
#[differentiable]
pub fn tree(#[constant] n: usize, a: f64) -> Tree {
    if n == 0 { Tree::Leaf(a.sin()) } else { Tree::Node(Box::new(tree(n - 1, 0.5 * a)), Box::new(tree(n - 1, a + 0.25))) }
}
#[differentiable]
pub fn total(t: &Tree) -> f64 {
    match t { Tree::Leaf(a) => a * a, Tree::Node(l, r) => 0.5 * total(l) + total(r).sin() }
}
#[differentiable]
pub fn generic<T: Real>(a: T, b: T) -> T { (a * b).sin() + a / (T::one() + b * b) }
#[differentiable]
pub fn checked(a: f64, b: f64) -> Result<f64, String> {
    if a > 0.9 { return Err(format!(\"{a:.2}\")); }
    Ok(a.cos() * b)
}
#[differentiable]
pub fn checked_twice(a: f64, b: f64) -> Result<f64, String> {
    let c = checked(a, b)?;
    let d = checked(c * 0.5, a)?;
    Ok(c + d * d)
}
#[differentiable]
pub fn axpy(a: f64, x: &[f64], y: &mut [f64]) { for (y, x) in y.iter_mut().zip(x) { *y += a * x; } }
";

impl Writer {
    pub(super) fn further_statement(&mut self) {
        match self.rng.below(if self.effects { 17 } else { 16 }) {
            0 => self.each_changed(),
            1 => self.drained(),
            2 | 3 => self.resized(),
            4 => self.halves(),
            5 => self.slice_pattern(),
            6 => self.accumulator(),
            7 => self.state(),
            8 => self.grid(),
            9 => self.labelled_block(),
            10 => self.lent_part(),
            11 => self.match_of_conditions(),
            12 => self.pairs(),
            13 => self.exchanged(),
            14 => self.built_up(),
            16 => self.beside(),
            _ => self.running(),
        }
    }

    /// `v.iter_mut().for_each(…)`, chunks that are changed.
    fn each_changed(&mut self) {
        let Some(v) = self.target(|v| matches!(v.shape, Shape::Array(_) | Shape::Vector(_))) else { return self.vector() };
        let (e, b) = (self.scopes.fresh("e"), self.held());
        let name = &v.name;
        let text = match self.rng.below(4) {
            0 => format!("{name}.iter_mut().for_each(|{e}| *{e} = {e}.sin() * {b});"),
            1 => format!("{name}.iter_mut().rev().enumerate().for_each(|(k, {e})| *{e} += {b} * k as f64);"),
            2 => format!("for {e} in {name}.chunks_exact_mut(2) {{ {e}[0] *= {b}; {e}[1] -= 0.5 * {e}[0]; }}"),
            _ => format!("for {e} in {name}.iter_mut().skip(1).step_by(2) {{ *{e} *= {b}; }}"),
        };
        self.line(&text);
    }

    /// Statements that carry no gradient beside some that do: in arms, branches, at the end of a loop's body.
    fn beside(&mut self) {
        let [s, n, w, log, k] = ["s", "n", "w", "log", "k"].map(|stem| self.scopes.fresh(stem));
        let (first, b) = (self.bounded(1), self.held());
        self.line(&format!("let (mut {s}, mut {n}, mut {w}, mut {log}): (f64, usize, f64, Vec<usize>) = ({first}, 0, 0.5, vec![1]);"));
        let constant = [
            format!("{{ {n} += 1; {w} = 0.25; }}"),
            format!("{{ {log}.push({n}) }}"),
            format!("{{ {w} *= 0.5 }}"),
            format!("{{ let u = 3.0; {w} = ({w} + u).sin(); {log}.push({k}) }}"),
            format!("{{ {log}.truncate(1); }}"),
            "{}".to_owned(),
        ];
        let active = [
            format!("{{ {s} = 0.5 * {s} + {w} * {b}; }}"),
            format!("{{ {s} += {w} * {b} }}"),
            format!("{{ {s} = {s}.sin(); {n} += 1 }}"),
            format!("{{ let u = {b}.tanh(); {s} -= u * {w}; {log}.push(2) }}"),
        ];
        let mut arm = |active_one: bool| {
            let pool: &[String] = if active_one { &active } else { &constant };
            pool[self.rng.below(pool.len())].clone()
        };
        let arms = [arm(true), arm(false), arm(false), arm(true), arm(false)];
        let [a, c, d, e, f] = &arms;
        let text = match self.rng.below(4) {
            0 => format!("match {k} % 3 {{ 0 => {a} 1 => {c} _ => {d} }}"),
            1 => format!("if {k} % 2 == 0 {a} else {c}"),
            2 => format!("if let Some(j) = {log}.get({k}) && *j < 2 {c} else {a}"),
            _ => format!("match {log}.last() {{ Some(1) => {c} Some(_) if {k} > 1 => {a} _ => {d} }}"),
        };
        self.line(&format!("for {k} in 0..4usize {{ {text} if {k} > 1 {e} else {f} }}"));
        self.line(&format!("{s} = ({s} * {w}).sin() + {b} * ({log}.len() + {n}) as f64 * 0.1;"));
        self.scopes.declare(&s, Shape::Scalar, true);
    }

    /// `while let Some(p) = v.pop()`.
    fn drained(&mut self) {
        let Some(v) = self.any(|v| matches!(v.shape, Shape::Vector(_) | Shape::Array(_) | Shape::Slice(_))) else { return self.vector() };
        let (w, p, s) = (self.scopes.fresh("stack"), self.scopes.fresh("q"), self.scopes.fresh("s"));
        self.line(&format!("let mut {w}: Vec<f64> = {}.to_vec();", v.name));
        self.line(&format!("let mut {s}: f64 = 0.0;"));
        let value = self.bounded(1);
        self.line(&format!("while let Some({p}) = {w}.pop() {{ {s} = 0.5 * {s} + {p} * {value}; if {s} > 2.0 {{ break; }} }}"));
        self.scopes.declare(&s, Shape::Scalar, true);
    }

    /// Methods that change a vector's length and leave it long enough.
    fn resized(&mut self) {
        let Some(v) = self.target(|v| matches!(v.shape, Shape::Vector(_))) else { return self.vector() };
        let (name, b, c) = (&v.name, self.scopes.fresh("w"), self.scopes.fresh("w"));
        let (first, second) = (self.bounded(1), self.bounded(0));
        self.line(&format!("let ({b}, {c}): (f64, f64) = ({first}, {second});"));
        let text = match self.rng.below(10) {
            0 => format!("{name}.resize({name}.len() + 2, {b});"),
            1 => format!("{name}.extend([{b}, {c}]);"),
            2 => format!("{name}.extend_from_slice(&[{b}, {c}]);"),
            3 => format!("{name}.insert(0, {b});"),
            4 => format!("{name}.push({b}); {name}.swap_remove(0);"),
            5 => format!("{name}.push({c}); {name}.remove(0);"),
            6 => format!("{name}.rotate_left(1);"),
            7 => format!("{name}.extend((0..2).map(|k| {b} * k as f64 + {c}));"),
            8 => format!("{name}.push({b}); {name}.truncate({name}.len() - 1);"),
            _ => format!("{name}.sort_by(|a, b| a.total_cmp(b)); {name}.push({c});"),
        };
        self.line(&text);
    }

    /// `split_at_mut`.
    fn halves(&mut self) {
        let Some(v) = self.target(|v| matches!(v.shape, Shape::Array(n) | Shape::Vector(n) if n > 1)) else { return self.vector() };
        let (l, r) = (self.scopes.fresh("left"), self.scopes.fresh("right"));
        let b = self.held();
        self.line(&format!("{{ let ({l}, {r}) = {}.split_at_mut(1); {l}[0] += {b} * {r}[0]; {r}[0] = {l}[0].sin(); }}", v.name));
    }

    /// `match` on a slice.
    fn slice_pattern(&mut self) {
        let Some(v) = self.any(|v| v.shape.length().is_some()) else { return self.vector() };
        let (s, a, b) = (self.scopes.fresh("s"), self.scopes.fresh("q"), self.scopes.fresh("q"));
        let (first, second) = (self.bounded(1), self.bounded(0));
        self.open(&format!("let mut {s}: f64 = match &{}[..] {{", v.name));
        self.line(&format!("[{a}] => {a} * {first},"));
        self.line(&format!("[{a}, .., {b}] if *{a} > 0.1 => {a} * {b} + {second},"));
        self.line(&format!("[{a}, rest @ ..] => {a}.sin() + rest.iter().sum::<f64>().tanh(),"));
        self.line("[] => 0.5,");
        self.close("};");
        self.scopes.declare(&s, Shape::Scalar, true);
    }

    /// A closure that changes what it captures.
    fn accumulator(&mut self) {
        let (s, c, t) = (self.scopes.fresh("s"), self.scopes.fresh("add"), self.scopes.fresh("t"));
        let (start, factor, a, b) = (self.bounded(1), self.bounded(0), self.bounded(1), self.bounded(0));
        self.line(&format!("let mut {s}: f64 = {start};"));
        self.line(&format!("{{ let mut {c} = |{t}: f64| {s} = 0.5 * {s} + {t} * {factor}; {c}({a}); {c}({b}); }}"));
        self.scopes.declare(&s, Shape::Scalar, true);
    }

    /// A struct with an array, a `Vec` and methods that change it.
    fn state(&mut self) {
        let (st, s) = (self.scopes.fresh("st"), self.scopes.fresh("s"));
        let (a, b, c, d) = (self.bounded(1), self.bounded(0), self.bounded(1), self.condition());
        self.line(&format!("let mut {st} = State::new({a}, {b});"));
        match self.rng.below(4) {
            0 => self.line(&format!("for k in 0..3 {{ {st}.q[k] += {c} * {st}.v[k % 2]; }}")),
            1 => self.line(&format!("if {d} {{ {st}.step({c}); }} else {{ {st}.v[{st}.k] = {c}; }}")),
            2 => self.line(&format!("axpy({c}, &{st}.v, &mut {st}.q);")),
            _ => self.line(&format!("for k in 0..2usize {{ {st}.step({c}); {st}.k = k; }}")),
        }
        self.line(&format!("let mut {s}: f64 = {st}.energy() * {b};"));
        self.scopes.declare(&s, Shape::Scalar, true);
    }

    /// `Vec<Vec<f64>>`.
    fn grid(&mut self) {
        let (g, s) = (self.scopes.fresh("g"), self.scopes.fresh("s"));
        let (a, b, c) = (self.bounded(1), self.leaf(), self.bounded(0));
        self.line(&format!("let mut {g}: Vec<Vec<f64>> = vec![vec![{a}; 2], vec![{b}.sin(), {c}, 0.5]];"));
        let text = match self.rng.below(3) {
            0 => format!("for row in &mut {g} {{ for e in row.iter_mut() {{ *e = e.sin() + {c}; }} }}"),
            1 => format!("for i in 0..{g}.len() {{ for j in 1..{g}[i].len() {{ {g}[i][j] += {g}[i][j - 1] * {c}; }} }}"),
            _ => format!("{g}.push({g}[1].iter().map(|e| e * {c}).collect()); {g}.swap(0, 1);"),
        };
        self.line(&text);
        self.line(&format!("let mut {s}: f64 = {g}.iter().map(|row| row.iter().sum::<f64>().sin()).sum::<f64>();"));
        self.scopes.declare(&s, Shape::Scalar, true);
    }

    /// `'l: { … break 'l value; … }`
    fn labelled_block(&mut self) {
        let (s, l) = (self.scopes.fresh("s"), self.scopes.fresh("l"));
        let condition = self.condition();
        self.open(&format!("let mut {s}: f64 = '{l}: {{"));
        let (early, late) = (self.bounded(1), self.bounded(1));
        self.line(&format!("if {condition} {{ break '{l} {early}; }}"));
        let (loops, returns) = (std::mem::take(&mut self.loops), std::mem::replace(&mut self.returns, false));
        self.branch();
        (self.loops, self.returns) = (loops, returns);
        self.line(&late);
        self.close("};");
        self.scopes.declare(&s, Shape::Scalar, true);
    }

    /// Part of a vector lent to a function that changes it.
    fn lent_part(&mut self) {
        let Some(v) = self.target(|v| matches!(v.shape, Shape::Array(_) | Shape::Vector(_))) else { return self.vector() };
        let Some(w) = self.any(|w| w.id != v.id && w.shape.length().is_some()) else { return self.array() };
        let from = self.rng.below(v.shape.length().unwrap_or(1));
        let a = self.held();
        self.line(&format!("axpy({a}, &{}[..1], &mut {}[{from}..]);", w.name, v.name));
    }

    /// `match (a > b, c)`.
    fn match_of_conditions(&mut self) {
        let (c, d) = (self.condition(), self.condition());
        self.open(&format!("match ({c}, {d}) {{"));
        for head in ["(true, true)", "(true, false)", "(false, _)"] {
            self.open(&format!("{head} => {{"));
            self.statements(1);
            self.assignment();
            self.close("}");
        }
        self.close("}");
    }

    /// A `Vec` of pairs, sorted or folded.
    fn pairs(&mut self) {
        let (p, s) = (self.scopes.fresh("pairs"), self.scopes.fresh("s"));
        let (a, b, c) = (self.bounded(1), self.bounded(0), self.bounded(0));
        self.line(&format!("let mut {p}: Vec<(f64, usize)> = vec![({a}, 1), ({b}, 2)];"));
        match self.rng.below(3) {
            0 => self.line(&format!("for (w, n) in &mut {p} {{ *w *= {c} * *n as f64; }}")),
            1 => self.line(&format!("for (k, pair) in {p}.iter_mut().enumerate() {{ pair.0 += {c}; pair.1 += k; }}")),
            _ => self.line(&format!("{p}[1].0 -= {p}[0].0 * {c}; {p}.push(({c}, 0));")),
        }
        self.line(&format!("let mut {s}: f64 = {p}.iter().map(|(w, n)| w.sin() * *n as f64).sum::<f64>();"));
        self.scopes.declare(&s, Shape::Scalar, true);
    }

    /// `mem::swap`, `mem::take`.
    fn exchanged(&mut self) {
        let Some(v) = self.target(|v| v.shape == Shape::Scalar) else { return self.scalar() };
        let (s, b) = (self.scopes.fresh("s"), self.bounded(1));
        self.line(&format!("let mut {s}: f64 = {b};"));
        let text = match self.rng.below(3) {
            0 => format!("std::mem::swap(&mut {s}, &mut {});", v.name),
            1 => format!("{s} += std::mem::take(&mut {});", v.name),
            _ => format!("{s} *= std::mem::replace(&mut {}, 0.5 * {s});", v.name),
        };
        self.line(&text);
        self.scopes.declare(&s, Shape::Scalar, true);
    }

    /// A vector pushed to in a loop, each element from those before it.
    fn built_up(&mut self) {
        let v = self.scopes.fresh("v");
        let (a, b, c) = (self.bounded(1), self.bounded(0), self.condition());
        self.line(&format!("let mut {v}: Vec<f64> = Vec::new();"));
        self.line(&format!("{v}.push({a});"));
        self.line(&format!(
            "for k in 0..3usize {{ let t = {v}[k].sin() + {b}; if {c} {{ {v}.push(t); }} else {{ {v}.push(0.5 * t + {v}[0]); }} }}"
        ));
        self.scopes.declare(&v, Shape::Vector(4), true);
    }

    /// A loop whose bound and index change inside it.
    fn running(&mut self) {
        let (s, k, n) = (self.scopes.fresh("s"), self.scopes.fresh("k"), self.scopes.fresh("n"));
        let (a, b, c) = (self.bounded(1), self.bounded(0), self.active());
        self.line(&format!("let (mut {s}, mut {k}, mut {n}): (f64, usize, usize) = ({a}, 0, 2);"));
        self.line(&format!(
            "while {k} < {n} {{ {k} += 1; if {c} && {n} < 4 {{ {n} += 1; continue; }} {s} = {s}.sin() + {b} * {k} as f64; if {k} > 3 {{ break; }} }}"
        ));
        self.scopes.declare(&s, Shape::Scalar, true);
    }

    fn active(&mut self) -> String {
        format!("{} > {:?}", self.leaf(), self.rng.literal(1))
    }

    /// An expression of a few units.
    pub(super) fn further_value(&mut self, d: usize) -> String {
        let (a, b) = (self.bounded(d), self.bounded(d));
        let v = self.any(|v| v.shape.length().is_some()).map_or_else(|| format!("[{}, 0.5]", self.leaf()), |v| v.name);
        match self.rng.below(22) {
            0 => format!("total(&tree({}, {a}))", self.rng.below(3)),
            1 => format!("generic({a}, {b})"),
            2 => format!("generic::<f64>({a}, 0.5)"),
            3 => format!("checked({a}, {b}).unwrap_or(0.25)"),
            4 => format!("(match checked_twice({a}, {b}) {{ Ok(w) => w, Err(why) => why.len() as f64 * 0.01 * {b} }})"),
            5 => format!("checked_twice({a}, {b}).map(|w| w * {a}).unwrap_or_default()"),
            6 => format!("std::array::from_fn::<f64, 3, _>(|k| {a} * k as f64 + {b}).iter().sum::<f64>().sin()"),
            7 => format!("{v}.iter().scan(0.0, |m, e| {{ *m = *m * 0.5 + e; Some(*m) }}).sum::<f64>().tanh()"),
            8 => format!("{v}.iter().flat_map(|e| [*e, e * {a}]).sum::<f64>().sin()"),
            9 => format!("{v}.iter().chain([{a}, {b}].iter()).map(|e| e.sin()).sum::<f64>()"),
            10 => format!("{v}.iter().fold((0.0, {a}), |(m, n), e| (m + n * e, n * 0.5)).0.tanh()"),
            11 => format!("{v}.iter().copied().fold(f64::NEG_INFINITY, f64::max).tanh()"),
            12 => format!("(0.1 + {v}.iter().zip({v}.iter().skip(1)).map(|(m, n)| (m - n).powi(2)).sum::<f64>()).sqrt().tanh()"),
            13 => format!("{v}.iter().rev().enumerate().map(|(k, e)| e * k as f64 * {a}).sum::<f64>().sin()"),
            14 => format!("{v}.iter().map(|e| e.sin()).map(f64::cos).take(3).product::<f64>()"),
            15 => format!("{v}.iter().copied().map(f64::sin).collect::<Vec<f64>>().iter().sum::<f64>()"),
            16 => format!("{v}.first().copied().unwrap_or({a}).sin()"),
            17 => format!("{v}.iter().max_by(|a, b| a.total_cmp(b)).map_or({a}, |m| m.sin())"),
            18 => format!("{v}.chunks(2).map(|c| c[0] * {a}).sum::<f64>().sin()"),
            19 => format!("({{ let t @ (p, q) = ({a}, {b}); p * q + t.0 }})"),
            20 => format!("({{ let f = |u: f64, w: &[f64]| u * w[0].sin(); f({a}, &{v}) + f({b}, &[{a}]) }})"),
            _ => format!("[{a}, {b}].iter().copied().reduce(|m, e| m * 0.5 + e).unwrap_or(0.0)"),
        }
    }
}
