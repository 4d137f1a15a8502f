//! Static proofs: what is certain about gradients before the program runs.
//!
//! Input: the lowered IR and its activity. Output: messages. Invariant: "certain" means that the compiler would write no adjoint: data flow
//! from a parameter to the result, over-approximated, has no path; what a callee does with an argument counts as a path.
//!
//!     fn f(w: f64, x: f64) { let u = w.detach(); u * x }      →      the only path of `w` ends in a `detach`

use crate::activity::Activity;
use crate::diagnostics::{Message, Sink};
use crate::ir::{Choice, Func, Op, Param, Stmt, Why, walk};
use crate::kinds::{certainly_differentiable, is_nameable, words, words_of};
use crate::signature::Signature;
use proc_macro2::{Ident, TokenStream, TokenTree};
use std::collections::HashSet;

/// The pass.
pub(crate) fn proofs(sink: &Sink, func: &Func, activity: &Activity, sig: &Signature) {
    let asked: Vec<(usize, &Param)> = func.params.iter().filter(|p| p.active).enumerate().collect();
    let reaches = |p: &Param| activity.active.contains(&p.name.to_string());
    if asked.is_empty() || never_returns(func) {
        return;
    }
    only_in_conditions(sink, func, activity);
    let names = sig.names();
    let lost: Vec<&(usize, &Param)> = asked.iter().filter(|(_, p)| !reaches(p)).collect();
    let cuts: Vec<Option<Ident>> = lost.iter().map(|(k, _)| cut(func, activity, *k)).collect();
    if lost.len() == asked.len() && cuts.iter().all(Option::is_none) && lost.iter().all(|(_, p)| certainly_differentiable(&p.ty, &names)) {
        sink.say(&sig.name, &Message::ConstantResult { function: sig.name.to_string() });
        return;
    }
    for ((_, p), cut) in lost.iter().zip(cuts) {
        let name = p.shown();
        let message = match &cut {
            Some(cut) => Message::PathCut { name: name.clone(), marker: marker(cut), line: cut.span().start().line.to_string() },
            None => Message::NoPath { name: name.clone() },
        };
        if certainly_differentiable(&p.ty, &names) {
            sink.say(&p.said, &message);
            if let Some(cut) = &cut {
                sink.say(cut, &Message::CutHere { name });
            }
        } else if is_nameable(&p.ty, &names) {
            sink.say_if_active(&p.said, &p.ty, &message);
        }
    }
}

/// Variables that carry a gradient nobody reads: they only decide which branch is taken.
fn only_in_conditions(sink: &Sink, func: &Func, activity: &Activity) {
    let (mut conditions, mut elsewhere) = (HashSet::new(), HashSet::new());
    walk(&func.body, &mut |s| match s {
        Stmt::If { cond, .. } => words(cond, &mut conditions),
        Stmt::Loop { head, .. } => words(&head.tokens, &mut conditions),
        Stmt::Match { head: Choice::Match(t) | Choice::IfLet(t), arms } => {
            words(t, &mut elsewhere);
            arms.iter().for_each(|a| words(&a.pattern, &mut conditions));
        }
        Stmt::Opaque(t) | Stmt::Store { primal: t, .. } => words(t, &mut elsewhere),
        Stmt::Let { op, .. } => words(&crate::emit::primal(op), &mut elsewhere),
        _ => {}
    });
    let result = func.result.place().map(|p| p.base.to_string());
    walk(&func.body, &mut |s| {
        let Stmt::Let { dst, op: Op::Rule { .. } | Op::Call { .. }, .. } = s else { return };
        let name = dst.to_string();
        let carries = activity.depends.get(&name).is_some_and(|d| !d.is_empty());
        let read = elsewhere.contains(&name) || activity.active.contains(&name) || result.as_ref() == Some(&name);
        if carries && conditions.contains(&name) && !read {
            // a variable of the user's, not one that lowering made
            let Some(name) = dst.span().source_text().filter(|text| name.starts_with(text.as_str())) else { return };
            sink.say(dst, &Message::OnlyInConditions { name });
        }
    });
}

/// Whether the function ends in a panic, so that nothing can be said of its result.
fn never_returns(func: &Func) -> bool {
    func.result.place().is_none() && words_of(&crate::lower::operand_tokens(&func.result)).iter().any(|w| DIVERGING.contains(&w.as_str()))
}

/// Whether the body has no value where one is promised: rustc says so.
pub(crate) fn is_unfinished(func: &Func, sig: &Signature) -> bool {
    func.result.place().is_none() && crate::tokens::is_unit(&crate::lower::operand_tokens(&func.result)) && !sig.returns_nothing()
}

const DIVERGING: &[&str] = &["unreachable", "panic", "todo", "unimplemented", "loop"];

/// The marker at which the first path of a parameter ends.
fn cut(func: &Func, activity: &Activity, parameter: usize) -> Option<Ident> {
    let mut found = None;
    walk(&func.body, &mut |s| {
        let Stmt::Let { op: Op::Constant { tokens, why: why @ (Why::Detach | Why::NoGrad) }, .. } = s else { return };
        let carries = |w: &String| activity.depends.get(w).is_some_and(|d| d.contains(&parameter));
        if found.is_none() && words_of(tokens).iter().any(carries) {
            found = word(tokens, if *why == Why::Detach { "detach" } else { "no_grad" });
        }
    });
    found
}

fn marker(cut: &Ident) -> String {
    if cut == "no_grad" { "no_grad!".to_owned() } else { cut.to_string() }
}

/// The last occurrence of a word among tokens.
fn word(tokens: &TokenStream, name: &str) -> Option<Ident> {
    tokens.clone().into_iter().fold(None, |found, tree| match tree {
        TokenTree::Ident(i) if i == name => Some(i),
        TokenTree::Group(g) => found.or_else(|| word(&g.stream(), name)),
        _ => found,
    })
}
