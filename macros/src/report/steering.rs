//! Loops whose trip count or index changes inside: what the report points out, since the way back has to keep it.
//!
//! Input: the lowered IR. Output: a line for each such loop. Invariant: a variable is named if the loop assigns to it and it was declared outside.
//!
//!     while k > 0 { s *= x[k]; k /= 2; }     →     the loop (line 3): `k` changes inside, on which depends how often it runs: that is counted; the index `k` changes …

use super::line;
use crate::ir::{Func, Head, Stmt, walk};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;

/// The pass.
pub(super) fn steered(func: &Func) -> Vec<String> {
    let mut found = vec![];
    walk(&func.body, &mut |s| {
        let Stmt::Loop { head, body, .. } = s else { return };
        let changed = changed(body);
        let of = |all: BTreeSet<String>| {
            all.into_iter().filter(|n| changed.contains(n)).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
        };
        let (is_for, named) = names_of(head);
        let steers = of(if is_for { named } else { named.into_iter().chain(conditions(body)).collect() });
        let indexes = of(indices(body));
        let mut said = vec![];
        if !steers.is_empty() {
            let what =
                if is_for { "after the head has said how often it runs" } else { "on which depends how often it runs: that is counted" };
            said.push(format!("{steers} {} inside, {what}", verb(&steers)));
        }
        if !indexes.is_empty() {
            said.push(format!("the index {indexes} {} inside, and is kept in each iteration", verb(&indexes)));
        }
        if !said.is_empty() {
            let at = line(&head.tokens);
            let at = if at > 0 { format!(" (line {at})") } else { String::new() };
            found.push(format!("the loop{at}: {}", said.join("; ")));
        }
    });
    found
}

fn verb(names: &str) -> &'static str {
    if names.contains(',') { "change" } else { "changes" }
}

/// Whether a loop is a `for`, and the names in its condition, or in what it runs over.
fn names_of(head: &Head) -> (bool, BTreeSet<String>) {
    let trees: Vec<TokenTree> = head.tokens.clone().into_iter().collect();
    let word = |text: &str| trees.iter().position(|t| matches!(t, TokenTree::Ident(i) if i == text));
    let mut names = BTreeSet::new();
    let from = word("in").filter(|_| word("for").is_some());
    collect(trees[from.unwrap_or(0)..].iter().cloned().collect(), &mut names);
    (from.is_some(), names)
}

/// The names in conditions on which a loop ends.
fn conditions(body: &[Stmt]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for s in body {
        if let Stmt::If { cond, then, els } = s
            && then.iter().chain(els).any(|s| matches!(s, Stmt::Exit { .. }))
        {
            collect(cond.clone(), &mut names);
        }
    }
    names
}

/// The names in indices.
fn indices(body: &[Stmt]) -> BTreeSet<String> {
    fn of(tokens: TokenStream, names: &mut BTreeSet<String>) {
        let mut after_value = false;
        for tree in tokens {
            let is_value = matches!(tree, TokenTree::Ident(_) | TokenTree::Group(_));
            if let TokenTree::Group(g) = tree {
                if after_value && g.delimiter() == proc_macro2::Delimiter::Bracket {
                    collect(g.stream(), names);
                } else {
                    of(g.stream(), names);
                }
            }
            after_value = is_value;
        }
    }
    let mut names = BTreeSet::new();
    walk(body, &mut |s| match s {
        Stmt::Let { op, .. } => of(crate::emit::primal(op), &mut names),
        Stmt::Store { primal, .. } => of(primal.clone(), &mut names),
        Stmt::If { cond, .. } => of(cond.clone(), &mut names),
        _ => {}
    });
    names
}

/// The variables from outside that a loop's body assigns to.
fn changed(body: &[Stmt]) -> BTreeSet<String> {
    let (mut assigned, mut own) = (BTreeSet::new(), BTreeSet::new());
    walk(body, &mut |s| match s {
        Stmt::Store { place, .. } if place.path.is_empty() => drop(assigned.insert(place.base.to_string())),
        Stmt::Let { dst, .. } | Stmt::Declare { dst, .. } => drop(own.insert(dst.to_string())),
        Stmt::Opaque(tokens) => assigned.extend(assignment(tokens)),
        _ => {}
    });
    assigned.retain(|n| !own.contains(n));
    assigned
}

/// `k /= 2` → `k`.
fn assignment(tokens: &TokenStream) -> Option<String> {
    let mut trees = tokens.clone().into_iter();
    let TokenTree::Ident(name) = trees.next()? else { return None };
    for tree in trees {
        let TokenTree::Punct(p) = tree else { return None };
        match p.as_char() {
            '=' if p.spacing() == proc_macro2::Spacing::Alone => return Some(name.to_string()),
            '+' | '-' | '*' | '/' | '%' | '<' | '>' | '&' | '|' | '^' => {}
            _ => return None,
        }
    }
    None
}

fn collect(tokens: TokenStream, names: &mut BTreeSet<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Ident(i) => drop(names.insert(i.to_string())),
            TokenTree::Group(g) => collect(g.stream(), names),
            _ => {}
        }
    }
}
