//! Definite cotangents: which statements certainly receive one on the way back.
//!
//! Input: the IR. Output: the statements whose result is used on every path that runs them. Invariant: an over-cautious answer costs a
//! test `if t_bar != 0.0`; a wrong one could let an operation that nobody used turn `0 · ∞` into NaN.
//!
//!     for … { t = Mul(r, x); x = t }  return x        →        t: certain, in each iteration and after none
//!
//! Backwards over the program: certain is what the result needs; where paths meet, what all of them need; of a loop, the greatest set that
//! an iteration's adjoint preserves.

use crate::ir::{Exit, Func, Op, Operand, Place, Stmt, walk};
use crate::ops;
use std::collections::HashSet;

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
    let result: HashSet<String> = whole(&func.result).into_iter().collect();
    let mut pass = Pass { found: HashSet::new(), result: result.clone() };
    let mut set = result;
    pass.block(&func.body, &mut set);
    Definite(pass.found)
}

struct Pass {
    found: HashSet<*const Stmt>,
    /// What the function's result needs.
    result: HashSet<String>,
}

impl Pass {
    fn block(&mut self, body: &[Stmt], set: &mut HashSet<String>) {
        for stmt in body.iter().rev() {
            self.statement(stmt, set);
        }
    }

    fn statement(&mut self, stmt: &Stmt, set: &mut HashSet<String>) {
        match stmt {
            Stmt::Let { dst, op, .. } => {
                if set.remove(&dst.to_string()) {
                    self.found.insert(stmt);
                    // a callee may leave an argument aside, and so do operations that choose
                    let aside = match op {
                        Op::Call { .. } => true,
                        Op::Rule { name, .. } => ops::CHOOSING.contains(&name.to_string().as_str()),
                        _ => false,
                    };
                    if !aside {
                        set.extend(op.reads().into_iter().filter_map(whole));
                    }
                }
                // what a call changes was something else before it
                for place in op.writes() {
                    set.remove(&base(place));
                }
            }
            Stmt::Declare { dst, .. } => {
                set.remove(&dst.to_string());
            }
            Stmt::Store { place, operator, value, .. } if place.path.is_empty() => {
                let certain = if operator.is_some() { set.contains(&base(place)) } else { set.remove(&base(place)) };
                if certain {
                    self.found.insert(stmt);
                    set.extend(whole(value));
                }
            }
            Stmt::Bound { dst, place, .. } => {
                if set.remove(&dst.to_string()) {
                    self.found.insert(stmt);
                    set.extend(place.path.is_empty().then(|| base(place)));
                }
            }
            Stmt::If { then, els, .. } => self.branches(&[then, els], set),
            Stmt::Match { arms, .. } => {
                let bodies: Vec<&Vec<Stmt>> = arms.iter().map(|a| &a.body).collect();
                self.branches(&bodies, set);
            }
            Stmt::Loop { body, .. } => self.repeated(body, set),
            Stmt::Rest { body, .. } | Stmt::Body(body) | Stmt::Labeled { body, .. } => self.block(body, set),
            // what another path than the one below needs
            Stmt::Exit { exit: Exit::Return, .. } => set.clone_from(&self.result),
            Stmt::Exit { .. } => set.clear(),
            Stmt::Change(_) | Stmt::Exchange { .. } => {
                for place in stmt.writes() {
                    set.remove(&base(place));
                }
                if let Stmt::Change(crate::ir::Change { dst: Some(dst), .. }) = stmt {
                    set.remove(&dst.to_string());
                }
            }
            Stmt::Store { .. } | Stmt::Opaque(_) => {}
        }
    }

    fn branches(&mut self, bodies: &[&Vec<Stmt>], set: &mut HashSet<String>) {
        let mut all: Option<HashSet<String>> = None;
        for body in bodies {
            let mut own = set.clone();
            self.block(body, &mut own);
            all = Some(match all {
                Some(all) => all.intersection(&own).cloned().collect(),
                None => own,
            });
        }
        *set = all.unwrap_or_default();
    }

    fn repeated(&mut self, body: &[Stmt], set: &mut HashSet<String>) {
        loop {
            let before = self.found.clone();
            let mut own = set.clone();
            self.block(body, &mut own);
            let kept: HashSet<String> = set.intersection(&own).cloned().collect();
            if kept.len() == set.len() {
                return;
            }
            self.found = before;
            *set = kept;
        }
    }
}

/// The variable that is used as a whole: who reads one element leaves the others aside.
fn whole(operand: &Operand) -> Option<String> {
    operand.place().filter(|p| p.path.is_empty()).map(base)
}

fn base(place: &Place) -> String {
    place.base.to_string()
}
