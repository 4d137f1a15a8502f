//! Static proofs: what is certain about gradients before the program runs.
//!
//! Input: the lowered IR and its activity. Output: messages. Invariant: "certain" means that the compiler would write no adjoint: data flow
//! from a parameter to the result, over-approximated, has no path; what a callee does with an argument counts as a path.
//!
//!     fn f(w: f64, x: f64) { let u = w.detach(); u * x }      →      the only path of `w` ends in a `detach`

use crate::activity::Activity;
use crate::diagnostics::{Message, Sink};
use crate::ir::{Choice, Func, Op, Param, Stmt, Why, walk};
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
    let lost: Vec<&(usize, &Param)> = asked.iter().filter(|(_, p)| !reaches(p)).collect();
    let cuts: Vec<Option<Ident>> = lost.iter().map(|(k, _)| cut(func, activity, *k)).collect();
    if lost.len() == asked.len() && cuts.iter().all(Option::is_none) && lost.iter().all(|(_, p)| certainly_differentiable(&p.ty, sig)) {
        sink.say(&sig.name, &Message::ConstantResult { function: sig.name.to_string() });
        return;
    }
    for ((_, p), cut) in lost.iter().zip(cuts) {
        let name = p.shown();
        let message = match &cut {
            Some(cut) => Message::PathCut { name: name.clone(), marker: marker(cut), line: cut.span().start().line.to_string() },
            None => Message::NoPath { name: name.clone() },
        };
        if certainly_differentiable(&p.ty, sig) {
            sink.say(&p.said, &message);
            if let Some(cut) = &cut {
                sink.say(cut, &Message::CutHere { name });
            }
        } else if is_nameable(&p.ty, sig) {
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
        if carries && conditions.contains(&name) && !elsewhere.contains(&name) && result.as_ref() != Some(&name) {
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

fn words_of(tokens: &TokenStream) -> HashSet<String> {
    let mut found = HashSet::new();
    words(tokens, &mut found);
    found
}

fn words(tokens: &TokenStream, into: &mut HashSet<String>) {
    for tree in tokens.clone() {
        match tree {
            TokenTree::Ident(i) => {
                into.insert(i.to_string());
            }
            TokenTree::Group(g) => words(&g.stream(), into),
            _ => {}
        }
    }
}

/// Whether a type has a tangent that is not empty, by its tokens: scalars, the crate's tensors, nalgebra's matrices, containers of them.
fn certainly_differentiable(ty: &syn::Type, sig: &Signature) -> bool {
    use syn::Type;
    match ty {
        Type::Reference(r) => certainly_differentiable(&r.elem, sig),
        Type::Slice(s) => certainly_differentiable(&s.elem, sig),
        Type::Array(a) => certainly_differentiable(&a.elem, sig),
        Type::Paren(p) => certainly_differentiable(&p.elem, sig),
        Type::Tuple(t) => t.elems.iter().any(|t| certainly_differentiable(t, sig)),
        Type::Path(p) => p.path.segments.last().is_some_and(|s| {
            let name = s.ident.to_string();
            let number =
                |stem: &str| name.strip_prefix(stem).is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit() || c == 'x'));
            let matrix = ["Vector", "RowVector", "Matrix"].into_iter().any(number);
            const KNOWN: &[&str] = &["f32", "f64", "Tensor", "DVector", "DMatrix", "SVector", "SMatrix"];
            matrix || KNOWN.contains(&name.as_str()) || is_real(&name, sig) || holds_one(s, sig)
        }),
        _ => false,
    }
}

/// `Vec<T>`, `Box<T>`, `Option<T>` of such a type.
fn holds_one(segment: &syn::PathSegment, sig: &Signature) -> bool {
    let syn::PathArguments::AngleBracketed(a) = &segment.arguments else { return false };
    ["Vec", "Box", "Option", "Rc", "Arc"].iter().any(|c| segment.ident == c)
        && a.args.iter().any(|a| matches!(a, syn::GenericArgument::Type(t) if certainly_differentiable(t, sig)))
}

/// Whether a type parameter is bounded by `Real`.
fn is_real(name: &str, sig: &Signature) -> bool {
    let real = |bounds: &syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>| {
        bounds.iter().any(|b| matches!(b, syn::TypeParamBound::Trait(t) if t.path.segments.last().is_some_and(|s| s.ident == "Real")))
    };
    sig.generics.type_params().any(|t| t.ident == name && real(&t.bounds))
}

/// Whether a type can be named outside the function: it mentions neither its generics nor `Self`.
fn is_nameable(ty: &syn::Type, sig: &Signature) -> bool {
    use quote::ToTokens;
    let words = words_of(&ty.to_token_stream());
    let text = ty.to_token_stream().to_string();
    let own = sig.captured().iter().any(|g| words.contains(&g.to_string()));
    !own && !words.contains("Self") && !text.contains('\'') && !text.contains("impl")
}
