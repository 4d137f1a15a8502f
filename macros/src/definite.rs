//! Definite cotangents: which statements certainly receive one on the way back.
//!
//! Input: the IR. Output: the statements whose result is used on every path that runs them. Invariant: an over-cautious answer costs a
//! test `if t_bar != 0.0`; a wrong one could let an operation that nobody used turn `0 · ∞` into NaN.
//!
//!     for … { t = Mul(r, x); x = t }  return x        →        t: certain, in each iteration and after none
//!
//! Backwards over the program: certain is what the result needs, variable by variable and part by part ([`Need`]); where paths meet, what all of
//! them need; of a loop, the greatest set that an iteration's adjoint preserves. A loop whose literal range is not empty, and that nothing
//! leaves before its end, runs for certain.

use crate::ir::{Exit, Func, Head, Op, Operand, Place, Slot, Stmt, walk};
use crate::ops;
use need::{Need, Needs, part};
use std::collections::HashSet;

mod need;

/// The statements found, by address: the IR outlives the answer.
pub(crate) struct Definite(HashSet<*const Stmt>);

impl Definite {
    pub(crate) fn contains(&self, stmt: &Stmt) -> bool {
        self.0.contains(&std::ptr::from_ref(stmt))
    }

    /// The statements, as text.
    pub(crate) fn text(&self, func: &Func) -> String {
        let mut out = String::new();
        walk(&func.body, &mut |s| {
            if self.contains(s) {
                out += &s.to_string();
            }
        });
        out
    }
}

/// The pass.
pub(crate) fn definite(func: &Func) -> Definite {
    let mut result = Needs::default();
    result.read(&func.result);
    let mut pass = Pass { found: HashSet::new(), result: result.clone(), rounds: vec![] };
    pass.block(&func.body, &mut result);
    Definite(pass.found)
}

struct Pass {
    found: HashSet<*const Stmt>,
    /// What the function's result needs.
    result: Needs,
    /// The loops around, innermost last.
    rounds: Vec<Round>,
}

/// A loop: its induction variable, the variables whose element of that number each iteration writes once, all that it writes.
struct Round {
    name: Option<String>,
    once: HashSet<String>,
    written: HashSet<String>,
}

impl Pass {
    fn block(&mut self, body: &[Stmt], needs: &mut Needs) {
        for stmt in body.iter().rev() {
            self.statement(stmt, needs);
        }
    }

    fn statement(&mut self, stmt: &Stmt, needs: &mut Needs) {
        match stmt {
            Stmt::Let { dst, op, .. } => {
                let need = needs.remove(&dst.to_string());
                if need.is_some() {
                    self.found.insert(stmt);
                    operands(op, &need, needs);
                }
                // what a call changes was something else before it
                for place in op.writes() {
                    needs.remove(&place.base.to_string());
                }
            }
            Stmt::Declare { dst, .. } => {
                needs.remove(&dst.to_string());
            }
            Stmt::Store { place, operator, value, .. } => self.store(stmt, place, operator.is_some(), value, needs),
            Stmt::Bound { dst, place, .. } => {
                if needs.remove(&dst.to_string()).is_some() {
                    self.found.insert(stmt);
                    needs.read_place(place);
                }
            }
            Stmt::If { then, els, .. } => self.branches(&[then, els], needs),
            Stmt::Match { arms, .. } => {
                let bodies: Vec<&Vec<Stmt>> = arms.iter().map(|a| &a.body).collect();
                self.branches(&bodies, needs);
            }
            Stmt::Loop { head, body, .. } => self.repeated(head, body, needs),
            Stmt::Rest { body, .. } | Stmt::Body(body) | Stmt::Labeled { body, .. } => self.block(body, needs),
            // what another path than the one below needs
            Stmt::Exit { exit: Exit::Return, .. } => needs.clone_from(&self.result),
            Stmt::Exit { .. } => needs.clear(),
            Stmt::Change(_) | Stmt::Exchange { .. } => {
                for place in stmt.writes() {
                    needs.remove(&place.base.to_string());
                }
                if let Stmt::Change(crate::ir::Change { dst: Some(dst), .. }) = stmt {
                    needs.remove(&dst.to_string());
                }
            }
            Stmt::Opaque(_) => {}
        }
    }

    /// `x = value`, `x[i] = value`, `x += value`.
    fn store(&mut self, stmt: &Stmt, place: &Place, adds: bool, value: &Operand, needs: &mut Needs) {
        let base = place.base.to_string();
        if place.path.is_empty() {
            let need = if adds { needs.of(&base) } else { needs.remove(&base) };
            if need.is_some() {
                self.found.insert(stmt);
                needs.read_as(value, &if adds { Need::all() } else { need });
            }
            return;
        }
        let need = needs.of(&base);
        let part = part(place);
        let each = self.rounds.last().is_some_and(|r| r.once.contains(&base));
        let certain = match &part {
            Some(part) if part.is_fixed() => need.has(part),
            _ => need.is_whole() && (adds || each),
        };
        if certain {
            self.found.insert(stmt);
            needs.read(value);
        }
        match part {
            _ if adds || each => {}
            Some(part) if part.is_fixed() => needs.overwrite(&base, &part),
            _ => {
                needs.remove(&base);
            }
        }
    }

    fn branches(&mut self, bodies: &[&Vec<Stmt>], needs: &mut Needs) {
        let mut all: Option<Needs> = None;
        for body in bodies {
            let mut own = needs.clone();
            self.block(body, &mut own);
            all = Some(match all {
                Some(all) => all.meet(&own),
                None => own,
            });
        }
        *needs = all.unwrap_or_default();
    }

    fn repeated(&mut self, head: &Head, body: &[Stmt], needs: &mut Needs) {
        let name = head.range.as_ref().map(|(name, _)| name).or(head.counter.as_ref()).map(ToString::to_string);
        let round = Round::of(name, body);
        let (once, written, name) = (round.once.clone(), round.written.clone(), round.name.clone());
        self.rounds.push(round);
        let runs = head.range.as_ref().and_then(|(_, r)| r.literal()).is_some_and(|n| n > 0) && !crate::exits::breaks(body);
        loop {
            let before = self.found.clone();
            let mut own = needs.clone();
            self.block(body, &mut own);
            let mut next = own.clone();
            next.leave(name.as_deref());
            let kept = needs.meet(&next);
            if kept != *needs {
                self.found = before;
                *needs = kept;
                continue;
            }
            if runs {
                if let Some((name, range)) = &head.range {
                    own.expand(&name.to_string(), range, &written);
                }
                *needs = own;
            }
            break;
        }
        self.rounds.pop();
        for name in once {
            needs.remove(&name);
        }
    }
}

/// What an operation reads, if so much of its result is needed.
fn operands(op: &Op, need: &Need, needs: &mut Needs) {
    match op {
        // a callee may leave an argument aside, and so do operations that choose
        Op::Call { .. } | Op::Constant { .. } => {}
        Op::Rule { name, .. } if ops::CHOOSING.contains(&name.to_string().as_str()) => {}
        Op::Copy(o) => needs.read_as(o, need),
        Op::Build { fields, variant, .. } => {
            for (slot, o) in fields {
                let certain = match slot {
                    Slot::Element(k) => need.has(&need::Part::element(*k)),
                    Slot::Field(member) if variant.is_none() => need.has(&need::Part::field(member)),
                    _ => need.is_whole(),
                };
                if certain {
                    needs.read(o);
                }
            }
        }
        Op::Rule { operands, .. } => {
            for o in operands {
                needs.read_as(o, &if need.is_whole() { Need::all() } else { Need::some() });
            }
        }
    }
}

impl Round {
    fn of(name: Option<String>, body: &[Stmt]) -> Round {
        let (mut written, mut often) = (HashSet::new(), HashSet::new());
        walk(body, &mut |s| {
            for place in s.writes() {
                if !written.insert(place.base.to_string()) {
                    often.insert(place.base.to_string());
                }
            }
        });
        let mut once = HashSet::new();
        collect_once(body, name.as_deref(), &mut once);
        once.retain(|base| !often.contains(base));
        Round { name, once, written }
    }
}

/// The variables whose element of the iteration's number is assigned in these statements, outside of loops among them.
fn collect_once(body: &[Stmt], name: Option<&str>, once: &mut HashSet<String>) {
    for stmt in body {
        match stmt {
            Stmt::Store { place, operator: None, .. } => {
                if let (Some(part), Some(name)) = (part(place), name)
                    && part.is_at(name)
                {
                    once.insert(place.base.to_string());
                }
            }
            Stmt::If { then, els, .. } => [then, els].into_iter().for_each(|b| collect_once(b, name, once)),
            Stmt::Match { arms, .. } => arms.iter().for_each(|a| collect_once(&a.body, name, once)),
            Stmt::Rest { body, .. } | Stmt::Body(body) | Stmt::Labeled { body, .. } => collect_once(body, name, once),
            _ => {}
        }
    }
}
