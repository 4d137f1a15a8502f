//! Activity: which variables carry a gradient that somebody asks for.
//!
//! Input: the IR; varied variables come from lowering. Output: active = varied ∩ useful, for each active variable the
//! parameters it depends on, and what may be read where it stands on the way back.
//! Invariant: flow-insensitive over-approximation; what is not active has no adjoint, no save and no zero in the output.
//!
//!     y = Mul(x, x); u = detach y; z = Mul(u, x); return z      →   active: x, z   (y is varied, but not useful)
//!
//! Theory: varied and useful as in Griewank and Walther, *Evaluating Derivatives*, 2nd ed., section 6.2.

use crate::ir::{Func, Op, Operand, Place, Step, Stmt, walk};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What the later passes ask.
pub(crate) struct Activity {
    pub(crate) active: HashSet<String>,
    /// Indices of the active parameters each variable depends on.
    pub(crate) depends: BTreeMap<String, BTreeSet<usize>>,
    stored: HashSet<String>,
    moved: HashSet<String>,
}

/// Runs the analysis to its fixpoint.
pub(crate) fn analyse(func: &Func) -> Activity {
    let mut a = Activity { active: HashSet::new(), depends: BTreeMap::new(), stored: HashSet::new(), moved: HashSet::new() };
    for (k, p) in func.params.iter().filter(|p| p.active).enumerate() {
        a.depends.insert(p.name.to_string(), BTreeSet::from([k]));
    }
    walk(&func.body, &mut |s| a.note_uses(s));
    if let Operand::Place(p) = &func.result {
        a.moved.insert(p.base.to_string());
    }
    // what a caller sees of it afterwards: the result, and what it passed as `&mut`
    let exclusive = func.params.iter().filter(|p| p.active && p.exclusive.is_some()).map(|p| p.name.to_string());
    let mut useful: HashSet<String> = func.result.place().map(|p| p.base.to_string()).into_iter().chain(exclusive).collect();
    let mut flow = vec![];
    walk(&func.body, &mut |s| edges(s, &mut flow));
    // what a type without numbers is handed to may write, but no gradient
    let inert = |name: &String| func.params.iter().any(|p| p.name == name && !p.active && crate::signature::is_inert(&p.ty));
    flow.retain(|(_, to)| !inert(to));
    loop {
        let before = (useful.len(), a.depends.values().map(BTreeSet::len).sum::<usize>());
        // what varies in the order of the program, what is useful against it: without loops once is enough
        for (from, to) in &flow {
            let parameters = a.depends.get(from).cloned().unwrap_or_default();
            a.depends.entry(to.clone()).or_default().extend(parameters);
        }
        for (from, to) in flow.iter().rev() {
            if useful.contains(to) {
                useful.insert(from.clone());
            }
        }
        if before == (useful.len(), a.depends.values().map(BTreeSet::len).sum::<usize>()) {
            break;
        }
    }
    a.active = useful;
    let depends = &a.depends;
    a.active.retain(|v| depends.get(v).is_some_and(|d| !d.is_empty()));
    a
}

impl std::fmt::Display for Activity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let active: BTreeSet<&String> = self.active.iter().collect();
        write!(f, "active: {active:?}")
    }
}

/// Which variables a statement takes values from, and which it gives them to.
fn edges(stmt: &Stmt, flow: &mut Vec<(String, String)>) {
    let mut edge = |from: &Place, to: &proc_macro2::Ident| flow.push((from.base.to_string(), to.to_string()));
    let (written, reads): (Vec<&proc_macro2::Ident>, Vec<&Operand>) = match stmt {
        Stmt::Let { dst, op, .. } => (op.writes().into_iter().map(|p| &p.base).chain([dst]).collect(), op.reads()),
        Stmt::Store { place, value, .. } => (vec![&place.base], vec![value]),
        Stmt::Bound { dst, place, .. } => return edge(place, dst),
        Stmt::Change(c) => {
            if let Some(dst) = &c.dst {
                edge(&c.place, dst);
            }
            (vec![&c.place.base], c.value.iter().collect())
        }
        Stmt::Exchange { places: [a, b], .. } => {
            edge(b, &a.base);
            return edge(a, &b.base);
        }
        _ => return,
    };
    for place in reads.into_iter().filter_map(Operand::place) {
        written.iter().for_each(|to| edge(place, to));
    }
}

impl Activity {
    fn note_uses(&mut self, stmt: &Stmt) {
        self.stored.extend(stmt.writes().into_iter().map(|p| p.base.to_string()));
        let by_value: Vec<&Operand> = match stmt {
            Stmt::Store { value, .. } => vec![value],
            Stmt::Change(c) => c.value.iter().collect(),
            Stmt::Let { op: Op::Rule { name, operands, .. }, .. } => {
                let skip = usize::from(!crate::ops::takes(name));
                operands.iter().skip(skip).collect()
            }
            Stmt::Let { op, .. } => op.reads(),
            Stmt::Loop { head, .. } => {
                self.moved.extend(head.moved.iter().map(ToString::to_string));
                vec![]
            }
            _ => vec![],
        };
        for o in by_value {
            // what is indexed stays where it is: rustc lets nobody move it out
            if let Operand::Place(p) = o
                && !p.path.iter().any(|s| matches!(s, Step::Index { .. }))
            {
                self.moved.insert(p.base.to_string());
            }
        }
    }

    /// Whether a place carries a gradient.
    pub(crate) fn is_active(&self, place: &Place) -> bool {
        self.active.contains(&place.base.to_string())
    }

    /// Whether the variable is assigned after its definition.
    pub(crate) fn is_stored(&self, name: &str) -> bool {
        self.stored.contains(name)
    }

    /// Whether the variable's value is moved away by some statement.
    pub(crate) fn is_moved(&self, name: &str) -> bool {
        self.moved.contains(name)
    }
}
