//! Values that are moved, and used again: rustc says so of the user's function.
//!
//! Input: a signature and its body. Output: where a list is used after a loop took it, or moved in each round of a loop. Invariant: what is found is an error
//! in every program: the variable is a `Vec` for certain, nothing assigns to it, and no round ends a loop early.
//!
//!     let v = vec![x, 2.0];  for e in v { … }  v.len()          for _ in 0..3 { total(v); }

use crate::scope::Bound;
use crate::signature::Signature;
use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, Stmt, Type};

/// The first such use.
pub(super) fn moved(sig: &Signature, body: &Block) -> Option<Span> {
    let mut search = Search { lists: vec![], names: vec![], found: None };
    for p in sig.params.iter().filter(|p| is_list(&p.ty)) {
        search.lists.push(p.said.clone());
    }
    let mut bound = Bound(sig.params.iter().map(|p| p.said.to_string()).collect());
    bound.visit_block(body);
    search.names = bound.0;
    search.visit_block(body);
    search.found
}

struct Search {
    /// Variables that are lists for certain.
    lists: Vec<Ident>,
    /// All names that were bound: one that is bound twice is left alone.
    names: Vec<String>,
    found: Option<Span>,
}

impl<'a> Visit<'a> for Search {
    fn visit_item(&mut self, _: &'a syn::Item) {}

    fn visit_block(&mut self, block: &'a Block) {
        visit::visit_block(self, block);
        for (k, stmt) in block.stmts.iter().enumerate() {
            let Stmt::Expr(Expr::ForLoop(f), _) = stmt else { continue };
            if let Some(name) = name(&f.expr).filter(|n| self.is_list(n)) {
                let rest = &block.stmts[k + 1..];
                if !rest.iter().any(|s| assigns(&s.to_token_stream(), name)) {
                    self.found = self.found.or_else(|| rest.iter().find_map(|s| mentioned(s, name)));
                }
            }
        }
    }

    fn visit_local(&mut self, l: &'a syn::Local) {
        visit::visit_local(self, l);
        let (pat, typed) = match &l.pat {
            Pat::Type(t) => (&*t.pat, is_list(&t.ty)),
            other => (other, l.init.as_ref().is_some_and(|i| makes_list(&i.expr))),
        };
        if let (Pat::Ident(p), true) = (pat, typed) {
            self.lists.push(p.ident.clone());
        }
    }

    fn visit_expr_for_loop(&mut self, f: &'a syn::ExprForLoop) {
        let mut round = Round { moved: vec![], leaves: false };
        round.visit_block(&f.body);
        let body = f.body.to_token_stream();
        let here = round.moved.into_iter().find(|n| !round.leaves && self.is_list(n) && !assigns(&body, n));
        self.found = self.found.or_else(|| here.map(|n| n.span()));
        visit::visit_expr_for_loop(self, f);
    }
}

impl Search {
    /// Whether this is a list that was declared before, once.
    fn is_list(&self, name: &Ident) -> bool {
        self.lists.iter().any(|l| l == name) && self.names.iter().filter(|n| name == n).count() == 1
    }
}

/// What a round of a loop moves, and whether it may be the last.
struct Round {
    moved: Vec<Ident>,
    leaves: bool,
}

impl<'a> Visit<'a> for Round {
    fn visit_item(&mut self, _: &'a syn::Item) {}
    fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}

    fn visit_expr_call(&mut self, c: &'a syn::ExprCall) {
        self.moved.extend(c.args.iter().filter_map(name).cloned());
        visit::visit_expr_call(self, c);
    }

    // the arguments of `no_grad!`
    fn visit_macro(&mut self, m: &'a syn::Macro) {
        match m.parse_body_with(Block::parse_within) {
            Ok(stmts) if m.path.is_ident("no_grad") => stmts.iter().for_each(|s| self.visit_stmt(s)),
            _ => self.leaves = true,
        }
    }

    fn visit_expr_break(&mut self, _: &'a syn::ExprBreak) {
        self.leaves = true;
    }

    fn visit_expr_return(&mut self, _: &'a syn::ExprReturn) {
        self.leaves = true;
    }

    fn visit_expr_try(&mut self, _: &'a syn::ExprTry) {
        self.leaves = true;
    }
}

fn name(e: &Expr) -> Option<&Ident> {
    if let Expr::Path(p) = e { p.path.get_ident() } else { None }
}

/// Where a statement says a name.
fn mentioned(stmt: &Stmt, name: &Ident) -> Option<Span> {
    fn search(tokens: proc_macro2::TokenStream, name: &Ident) -> Option<Span> {
        let mut after_dot = false;
        tokens.into_iter().find_map(|tree| {
            let is_dot = matches!(&tree, proc_macro2::TokenTree::Punct(p) if p.as_char() == '.');
            let found = match tree {
                proc_macro2::TokenTree::Ident(i) if i == *name && !after_dot => Some(i.span()),
                proc_macro2::TokenTree::Group(g) => search(g.stream(), name),
                _ => None,
            };
            after_dot = is_dot;
            found
        })
    }
    let (Stmt::Local(_) | Stmt::Expr(..)) = stmt else { return None };
    let mut paths = Paths { name, said: false };
    paths.visit_stmt(stmt);
    paths.said.then(|| search(stmt.to_token_stream(), name)).flatten()
}

/// Whether an expression says the name.
struct Paths<'n> {
    name: &'n Ident,
    said: bool,
}

impl<'a> Visit<'a> for Paths<'_> {
    fn visit_item(&mut self, _: &'a syn::Item) {}
    fn visit_expr_path(&mut self, e: &'a syn::ExprPath) {
        self.said |= e.path.is_ident(self.name);
    }
}

/// `v = …`.
fn assigns(tokens: &proc_macro2::TokenStream, name: &Ident) -> bool {
    let text = tokens.to_string();
    text.contains(&format!("{name} ="))
}

/// `Vec<f64>`.
fn is_list(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.qself.is_none() && p.path.segments.len() == 1 && p.path.segments[0].ident == "Vec")
}

/// `vec![…]`, `Vec::new()`, `….to_vec()`, `….collect::<Vec<_>>()`.
fn makes_list(e: &Expr) -> bool {
    match e {
        Expr::Macro(m) => m.mac.path.is_ident("vec"),
        Expr::Call(c) => matches!(&*c.func, Expr::Path(p) if p.path.segments.len() == 2 && p.path.segments[0].ident == "Vec"),
        Expr::MethodCall(m) => {
            let turbofish =
                m.turbofish.as_ref().is_some_and(|t| matches!(t.args.first(), Some(syn::GenericArgument::Type(t)) if is_list(t)));
            (m.method == "to_vec" && m.args.is_empty()) || (m.method == "collect" && turbofish)
        }
        _ => false,
    }
}
