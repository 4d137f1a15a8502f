//! Fuse: loops each of whose iterations is reversed as soon as it has run.
//!
//! Input: the folded IR. Output: the loops of the function's top for which `value_and_grad` tries that. Invariant: what is found here is a
//! guess about *time*; the generated code tests what makes the gradient right, and does without the guess where a test fails.
//!
//!     for p in x.chunks(d) { q(p, w, &mut t); sum += f(&t); }        scratch: t     accumulator: sum, whose cotangent is known beforehand
//!     →    for p in x.chunks(d) { q; sum += f;   f's adjoint: t_bar += …;  q's: w_bar += …;   t_bar = 0? sum_bar as before? }
//!
//! Nothing is kept across iterations, and what an iteration left in the cache is read while it is there. The way back would visit the
//! iterations last to first, and hand from each to the one before it the cotangents of what the loop writes (its *state*). An iteration's adjoint
//! depends on nothing else that other iterations' adjoints change: to the cotangents of what the loop reads alone they only add. So any order
//! gives the same sums, if each iteration finds the state's cotangents as the reverse order would have left them. The generated code
//! checks that by induction: it starts each iteration with zero for scratch and the seed for an accumulator, and tests that the iteration's adjoint
//! leaves just these. It fails where a value passes from one iteration to the next (the cotangent of what was read before it was written is not
//! zero). The seeds are tested when the rest of the program has been reversed. Where a test fails, the gradients made so far are dropped, and
//! the gradient is computed by `vjp`. What must be true without a test:
//!
//! - what the loop reads alone is not written between the loop and the function's end: its cotangent is that of one version;
//! - nobody reads the scratch after the loop;
//! - running a part of the function twice does nothing that can be seen.
//!
//! The idea of fusing where the seed is known is that of loop fusion in Tapenade's II-LOOP directive (Hascoët, Fidanova, Held, 2001), tested here at run time.

use crate::activity::Activity;
use crate::ir::{Func, Op, Operand, Place, Stmt, Why, walk};
use crate::tbr::Steady;
use crate::tokens;
use crate::types::{Ty, Types};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;

/// A loop whose sweeps may be fused.
#[derive(Clone)]
pub(crate) struct Fusable {
    /// Variables that the loop adds to, with their cotangents.
    pub(crate) accumulators: Vec<(Ident, TokenStream)>,
    /// Variables that an iteration writes before it reads them, it seems.
    pub(crate) scratch: Vec<Ident>,
}

impl fmt::Display for Fusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |names: Vec<&Ident>| names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let accumulators = list(self.accumulators.iter().map(|(name, _)| name).collect());
        writeln!(f, "fused; accumulators: {accumulators}; scratch: {}", list(self.scratch.iter().collect()))
    }
}

/// The pass: loops by their place in the function's body.
pub(crate) fn fusable(func: &Func, activity: &Activity, types: &Types, steady: &Steady) -> HashMap<usize, Fusable> {
    let scalar = func.result.place().is_some_and(|p| matches!(types.place(p), Some(Ty::Scalar(s)) if s == "f64" || s == "f32"));
    let exits = func.body.iter().any(|s| matches!(s, Stmt::Body(_)));
    if !scalar || exits || func.params.iter().any(|p| p.mutable || p.exclusive.is_some()) || acts(&func.body) {
        return HashMap::new();
    }
    let pass = Pass { func, activity, types, steady };
    (0..func.body.len()).filter_map(|at| Some((at, pass.candidate(at)?))).collect()
}

struct Pass<'a> {
    func: &'a Func,
    activity: &'a Activity,
    types: &'a Types,
    steady: &'a Steady,
}

impl Pass<'_> {
    fn candidate(&self, at: usize) -> Option<Fusable> {
        let Stmt::Loop { head, body, tag: None } = &self.func.body[at] else { return None };
        if head.gather.is_some() || !head.moved.is_empty() {
            return None;
        }
        let rest = &self.func.body[at + 1..];
        let state = self.state(body);
        let later: HashSet<String> = written(rest);
        let read = read(body);
        if read.iter().any(|name| self.activity.active.contains(name) && later.contains(name)) {
            return None;
        }
        let (mut accumulators, mut scratch) = (vec![], vec![]);
        for name in state {
            if is_accumulator(body, &name.to_string()) {
                if !matches!(self.types.variable(&name.to_string()), Some(Ty::Scalar(_) | Ty::Literal)) {
                    return None;
                }
                let seed = self.seed(&name.to_string(), at, at)?;
                accumulators.push((name, seed));
            } else if self.is_scratch(body, rest, &name) {
                scratch.push(name);
            } else {
                return None;
            }
        }
        (!accumulators.is_empty()).then_some(Fusable { accumulators, scratch })
    }

    /// The variables with a gradient that a loop writes, and that are declared outside it.
    fn state(&self, body: &[Stmt]) -> Vec<Ident> {
        let (mut own, mut found, mut seen) = (HashSet::new(), vec![], BTreeSet::new());
        walk(body, &mut |s| own.extend(s.defined()));
        walk(body, &mut |s| {
            for p in s.writes() {
                let name = p.base.to_string();
                if self.activity.is_active(p) && !own.contains(&name) && seen.insert(name) {
                    found.push(p.base.clone());
                }
            }
        });
        found
    }

    /// Whether the first thing that an iteration does with a variable is to write it, and nobody knows of it after the loop.
    fn is_scratch(&self, body: &[Stmt], rest: &[Stmt], name: &Ident) -> bool {
        let text = name.to_string();
        let mut first = None;
        walk(body, &mut |s| {
            let writes = s.writes().into_iter().any(|p| p.base == text);
            let updates = matches!(s, Stmt::Store { operator: Some(_), place, .. } if place.base == text);
            if first.is_none() && (writes || reads(s, &text)) {
                first = Some(writes && !updates && !reads(s, &text));
            }
        });
        let known = matches!(self.types.variable(&text), Some(Ty::Scalar(_) | Ty::Literal | Ty::Seq(..)));
        first == Some(true) && known && !rest.iter().any(|s| mentions(s, &text)) && !self.is_result(&text)
    }

    fn is_result(&self, name: &str) -> bool {
        self.func.result.place().is_some_and(|p| p.base == name)
    }

    /// The cotangent of a variable after the statement at a place: that of the result, passed on by sums and constant factors alone.
    fn seed(&self, name: &str, at: usize, before: usize) -> Option<TokenStream> {
        let mut users = self.func.body[at + 1..].iter().enumerate().filter(|(_, s)| mentions(s, name));
        let Some((k, user)) = users.next() else { return self.is_result(name).then(|| quote!(result_bar)) };
        let Stmt::Let { dst, mutable: false, op, .. } = user else { return None };
        if users.next().is_some() || self.is_result(name) {
            return None;
        }
        let next = || self.seed(&dst.to_string(), at + 1 + k, before);
        match op {
            Op::Copy(Operand::Place(p)) if p.path.is_empty() => next(),
            Op::Rule { name: rule, operands, .. } => match (rule.as_str(), &operands[..]) {
                ("Neg", _) => next().map(|s| quote!(-#s)),
                ("Add", [a, b]) if is(a, name) != is(b, name) => next(),
                ("Sub", [a, b]) if is(a, name) && !is(b, name) => next(),
                ("Sub", [a, b]) if !is(a, name) && is(b, name) => next().map(|s| quote!(-#s)),
                ("Mul", [Operand::Const(t), o] | [o, Operand::Const(t)]) if is(o, name) => {
                    let (s, t) = (next()?, self.known(t, before)?);
                    Some(quote!((#s * (#t))))
                }
                ("Div", [o, Operand::Const(t)]) if is(o, name) => {
                    let (s, t) = (next()?, self.known(t, before)?);
                    Some(quote!((#s / (#t))))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Constant tokens that have their value before the loop already. A literal may have a variable of its own.
    fn known(&self, tokens: &TokenStream, at: usize) -> Option<TokenStream> {
        let literal = self.func.body.iter().find_map(|s| match s {
            Stmt::Let { dst, op: Op::Constant { tokens: value, .. }, .. } if *dst == tokens.to_string() => {
                syn::parse2::<syn::Lit>(value.clone()).is_ok().then(|| value.clone())
            }
            _ => None,
        });
        let bound = |n: &str| {
            self.func.params.iter().any(|p| p.name == n)
                || self.func.body[..at].iter().any(|s| matches!(s, Stmt::Let { dst, mutable: false, .. } if dst == n))
        };
        literal.or_else(|| self.steady.tokens(tokens, &bound).then(|| tokens.clone()))
    }
}

/// Whether an operand is this variable.
fn is(o: &Operand, name: &str) -> bool {
    o.place().is_some_and(|p| p.base == name && p.path.is_empty())
}

/// Whether a loop does nothing with a variable but add to it and subtract from it.
fn is_accumulator(body: &[Stmt], name: &str) -> bool {
    let mut only = true;
    walk(body, &mut |s| match s {
        Stmt::Store { place, operator: Some(op), value, .. } if place.base == name => {
            let plain = place.path.is_empty() && (op == "Add" || op == "Sub");
            only &= plain && !tokens::mentions(&crate::lower::operand_tokens(value), name);
        }
        _ => only &= !own_mentions(s, name),
    });
    only
}

/// The variables that statements write.
fn written(body: &[Stmt]) -> HashSet<String> {
    let mut found = HashSet::new();
    walk(body, &mut |s| found.extend(s.writes().into_iter().map(|p| p.base.to_string())));
    found
}

/// The variables that operations of a block read.
fn read(body: &[Stmt]) -> HashSet<String> {
    let mut found = HashSet::new();
    walk(body, &mut |s| found.extend(operands(s).into_iter().filter_map(Operand::place).map(|p| p.base.to_string())));
    walk(body, &mut |s| {
        if let Stmt::Bound { place, .. } = s {
            found.insert(place.base.to_string());
        }
    });
    found
}

fn operands(stmt: &Stmt) -> Vec<&Operand> {
    match stmt {
        Stmt::Let { op, .. } => op.reads(),
        Stmt::Store { value, .. } => vec![value],
        Stmt::Change(c) => c.value.iter().collect(),
        _ => vec![],
    }
}

/// Whether the statement itself, without those in it, reads a variable. What a call may change is written.
fn reads(stmt: &Stmt, name: &str) -> bool {
    let of = |o: &&Operand| !matches!(o, Operand::Mut(_)) && o.place().is_some_and(|p| p.base == name);
    match stmt {
        Stmt::Let { op, .. } => op.reads().iter().any(of) || matches!(op, Op::Constant { tokens, .. } if tokens::mentions(tokens, name)),
        Stmt::Store { value, .. } => of(&value),
        // a head lends the elements that the body writes
        Stmt::Loop { .. } => false,
        Stmt::Opaque(_) => false,
        other => own_mentions(other, name),
    }
}

/// Whether a statement, or one in it, names a variable.
fn mentions(stmt: &Stmt, name: &str) -> bool {
    let mut found = false;
    walk(std::slice::from_ref(stmt), &mut |s| found |= own_mentions(s, name));
    found
}

fn own_mentions(stmt: &Stmt, name: &str) -> bool {
    let place = |p: &Place| p.base == name || tokens::mentions(&p.tokens, name);
    let tokens = match stmt {
        Stmt::Let { op, .. } => {
            if op.reads().into_iter().filter_map(Operand::place).any(place) {
                return true;
            }
            crate::emit::primal(op)
        }
        Stmt::Store { place: p, value, primal, .. } => {
            if place(p) || value.place().is_some_and(place) {
                return true;
            }
            primal.clone()
        }
        Stmt::Opaque(t) => t.clone(),
        Stmt::If { cond, .. } => cond.clone(),
        Stmt::Match { head, arms } => {
            let (crate::ir::Choice::Match(t) | crate::ir::Choice::IfLet(t)) = head;
            let patterns = arms.iter().map(|a| &a.pattern);
            quote!(#t #(#patterns)*)
        }
        Stmt::Change(c) => {
            let (primal, key) = (&c.primal, &c.key);
            quote!(#primal #key)
        }
        Stmt::Exchange { primal, .. } => primal.clone(),
        Stmt::Bound { place: p, .. } => return place(p),
        Stmt::Loop { head, .. } => {
            let over = head.gather.as_ref().and_then(|g| g.over.as_ref()).map(|p| &p.tokens);
            let (tokens, value) = (&head.tokens, head.gather.as_ref().map(|g| crate::lower::operand_tokens(&g.value)));
            quote!(#tokens #over #value)
        }
        Stmt::Declare { .. } | Stmt::Exit { .. } | Stmt::Rest { .. } | Stmt::Body(_) | Stmt::Labeled { .. } => return false,
    };
    tokens::mentions(&tokens, name)
}

/// Whether a body may do something that can be seen: what is in `no_grad!`, or in a macro.
fn acts(body: &[Stmt]) -> bool {
    let mut found = false;
    walk(body, &mut |s| {
        found |= match s {
            Stmt::Let { op: Op::Constant { why: Why::NoGrad, .. }, .. } => true,
            Stmt::Let { op: Op::Constant { tokens, .. }, .. } | Stmt::Opaque(tokens) => calls_macro(tokens),
            _ => false,
        };
    });
    found
}

/// Whether tokens call a macro that is not known to have no effect.
fn calls_macro(tokens: &TokenStream) -> bool {
    const QUIET: &[&str] =
        &["vec", "assert", "assert_eq", "assert_ne", "debug_assert", "debug_assert_eq", "debug_assert_ne", "matches", "panic"];
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    trees.windows(3).any(|w| {
        matches!(w, [TokenTree::Ident(name), TokenTree::Punct(p), TokenTree::Group(_)]
            if p.as_char() == '!' && !QUIET.contains(&name.to_string().as_str()))
    }) || trees.iter().any(|t| matches!(t, TokenTree::Group(g) if calls_macro(&g.stream())))
}
