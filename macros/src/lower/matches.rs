//! Lowering of `match`, `if let`, `while let`, `let … else`.
//!
//! Input: a value and arms. Output: a choice whose arms begin by binding the variables of their patterns. Invariant: arms are tried in the
//! order in which they were written; an arm with `|` around variables becomes one arm for each alternative.

use super::patterns::{Binding, alternatives, names};
use super::statements::{discard, is_unit, strip};
use super::views::View;
use super::{Lower, operand_tokens};
use crate::diagnostics::Message;
use crate::ir::{Arm, Choice, Operand, Place, Stmt};
use crate::tokens::mentions;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Pat};

impl Lower<'_> {
    /// `match`, as a statement or a value.
    pub(super) fn choice(&mut self, m: &syn::ExprMatch, out: &mut Vec<Stmt>) -> Operand {
        let (value, view) = self.matched(&m.expr, m.arms.iter().any(|a| is_whole(&a.pat)), out);
        let mut arms = Vec::new();
        for arm in &m.arms {
            for pat in alternatives(&arm.pat) {
                self.scopes.push();
                let (mut body, aliases) = (Vec::new(), self.aliases.len());
                let pattern = self.bind_view(&pat, &view, &mut Binding::of(&view, true, out, &mut body));
                let bound = self.in_variants(&pat);
                self.check_constants(&pat, &view, arm);
                let guard = arm.guard.as_ref().map(|(token, e)| {
                    let e = self.plain(e);
                    quote!(#token #e)
                });
                let result = self.tail(&arm.body, &mut body);
                self.aliases.truncate(aliases);
                self.scopes.pop();
                arms.push((Arm { pattern: quote!(#pattern #guard), body, bound }, result));
            }
        }
        self.join(Choice::Match(value), arms, m.match_token.span, out)
    }

    /// The value that is matched; as one value if some pattern names the whole of it.
    pub(super) fn matched(&mut self, e: &Expr, whole: bool, out: &mut Vec<Stmt>) -> (TokenStream, View) {
        if whole && matches!(strip(e), Expr::Tuple(_)) && self.is_active(e) {
            let value = self.value(e, out);
            let view = value.place().map_or(View::Inert, |p| View::Value(p.clone()));
            return (operand_tokens(&value), view);
        }
        self.view(e, out)
    }

    /// A name with a capital letter in a pattern is taken for a constant: it must not be a variable after all.
    fn check_constants(&self, pat: &Pat, view: &View, arm: &syn::Arm) {
        struct Search(Vec<proc_macro2::Ident>);
        impl<'a> syn::visit::Visit<'a> for Search {
            fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
                if p.subpat.is_none() && p.ident != "None" && p.ident.to_string().starts_with(char::is_uppercase) {
                    self.0.push(p.ident.clone());
                }
                syn::visit::visit_pat_ident(self, p);
            }
        }
        let mut search = Search(vec![]);
        syn::visit::Visit::visit_pat(&mut search, pat);
        if matches!(view, View::Inert) {
            return;
        }
        let (body, guard) = (&arm.body, arm.guard.as_ref().map(|(_, g)| g));
        for name in search.0.iter().filter(|n| !crate::known::is_variant(&n.to_string()) && mentions(&quote!(#guard #body), &n.to_string()))
        {
            self.sink.say(name, &Message::CapitalName { name: name.to_string() });
        }
    }

    /// `if let pattern = value && … { … } else { … }`.
    pub(super) fn if_let(&mut self, e: &syn::ExprIf, out: &mut Vec<Stmt>) -> Operand {
        let Some(links) = self.chained(e) else { return self.nested(e, out) };
        if let [Expr::Let(l)] = &links[..] {
            let parts = alternatives(&l.pat);
            if parts.len() > 1 {
                let (value, then) = (&l.expr, &e.then_branch);
                let els = e.else_branch.as_ref().map_or(quote!({}), |(_, e)| quote!(#e));
                let m: syn::ExprMatch = syn::parse_quote!(match #value { #(#parts => #then,)* _ => #els });
                return self.choice(&m, out);
            }
        }
        self.scopes.push();
        let (mut body, aliases) = (Vec::new(), self.aliases.len());
        let (mut conditions, mut bound) = (Vec::new(), Vec::new());
        for (k, link) in links.iter().enumerate() {
            conditions.push(match link {
                Expr::Let(l) => {
                    let (value, view) = self.matched(&l.expr, is_whole(&l.pat), out);
                    // of what an earlier pattern binds nothing is known before the condition
                    let known = if k == 0 { view.variants() } else { 0 };
                    let pattern = self.bind_view(&l.pat, &view, &mut Binding { refutable: true, before: out, body: &mut body, known });
                    bound.extend(self.in_variants(&l.pat));
                    quote!(let #pattern = #value)
                }
                other => self.plain(other),
            });
        }
        let then = self.block_value(&e.then_branch, &mut body);
        self.aliases.truncate(aliases);
        self.scopes.pop();
        let mut els = Vec::new();
        let other = match &e.else_branch {
            Some((_, e)) => self.tail(e, &mut els),
            None => Operand::Const(quote!(())),
        };
        let (then, els) = ((Arm { body, bound, ..Arm::default() }, then), (Arm { body: els, ..Arm::default() }, other));
        self.join(Choice::IfLet(quote!(#(#conditions)&&*)), vec![then, els], e.if_token.span, out)
    }

    /// The links of a chain of conditions, if all that they match can be named before the first is tried.
    fn chained(&mut self, e: &syn::ExprIf) -> Option<Vec<Expr>> {
        fn links(e: &Expr, all: &mut Vec<Expr>) {
            match e {
                Expr::Binary(b) if matches!(b.op, syn::BinOp::And(_)) => {
                    links(&b.left, all);
                    links(&b.right, all);
                }
                other => all.push(other.clone()),
            }
        }
        let mut all = Vec::new();
        links(&e.cond, &mut all);
        if all.len() == 1 {
            return Some(all);
        }
        let mut bound = Vec::new();
        for link in &all {
            if Self::has_exits(link) {
                return None;
            }
            let Expr::Let(l) = link else { continue };
            let named = |e: &Expr| matches!(strip(e), Expr::Path(_) | Expr::Field(_));
            let value = strip(&l.expr);
            let simple = named(value) || matches!(value, Expr::Reference(r) if named(&r.expr));
            if (self.is_active(value) && !simple)
                || bound.iter().any(|b: &proc_macro2::Ident| mentions(&quote!(#value), &b.to_string()))
                || alternatives(&l.pat).len() > 1
            {
                return None;
            }
            bound.extend(names(&l.pat).into_iter().map(|p| p.ident));
        }
        Some(all)
    }

    /// A chain whose links are evaluated one after the other: nested conditions in a block that the innermost one leaves.
    fn nested(&mut self, e: &syn::ExprIf, out: &mut Vec<Stmt>) -> Operand {
        let label = syn::Lifetime::new(&format!("'{}", self.scopes.fresh("chain", e.if_token.span)), e.if_token.span);
        let (then, els) = (&e.then_branch, e.else_branch.as_ref().map(|(_, e)| e));
        let mut inner = quote!({ break #label #then });
        if els.is_none() {
            inner = quote!({ #then });
        }
        let mut cond = &*e.cond;
        loop {
            let (rest, link) = match cond {
                Expr::Binary(b) if matches!(b.op, syn::BinOp::And(_)) => (Some(&*b.left), &*b.right),
                other => (None, other),
            };
            inner = quote!({ if #link #inner });
            match rest {
                Some(rest) => cond = rest,
                None => break,
            }
        }
        let whole = if els.is_some() { quote!(#label: { #inner #els }) } else { inner };
        match syn::parse2::<Expr>(whole) {
            Ok(whole) => self.value(&whole, out),
            Err(_) => self.refuse(&e.cond, &Message::Expression {}),
        }
    }

    /// `let pattern = value else { … };`: a `match` whose value is what the pattern binds.
    pub(super) fn let_else(&mut self, pat: &Pat, value: &Expr, diverge: &Expr, out: &mut Vec<Stmt>) {
        if let Pat::Type(t) = pat {
            let (name, ty) = (self.scopes.fresh("typed", syn::spanned::Spanned::span(pat)), &t.ty);
            self.statement(&syn::parse_quote!(let #name: #ty = #value;), out);
            return self.let_else(&t.pat, &syn::parse_quote!(#name), diverge, out);
        }
        let bound = names(pat);
        let mut inner = pat.clone();
        unmutable(&mut inner);
        let (idents, muts): (Vec<_>, Vec<_>) = bound.iter().map(|p| (&p.ident, p.mutability.filter(|_| p.by_ref.is_none()))).unzip();
        let (outer, made) = match &idents[..] {
            [name] => {
                let m = &muts[0];
                (quote!(#m #name), quote!(#name))
            }
            _ => (quote!((#(#muts #idents),*)), quote!((#(#idents),*))),
        };
        let statement: syn::Stmt = if idents.is_empty() {
            syn::parse_quote!(match #value { #inner => {} _ => #diverge })
        } else {
            syn::parse_quote!(let #outer = match #value { #inner => #made, _ => #diverge };)
        };
        self.statement(&statement, out);
    }

    /// One variable for the values of all arms.
    fn join(&mut self, head: Choice, mut arms: Vec<(Arm, Operand)>, span: proc_macro2::Span, out: &mut Vec<Stmt>) -> Operand {
        let statement = |arms: Vec<(Arm, Operand)>| Stmt::Match { head: head.clone(), arms: arms.into_iter().map(|(a, _)| a).collect() };
        if arms.iter().all(|(_, o)| matches!(o, Operand::Never)) {
            out.push(statement(arms));
            return Operand::Never;
        }
        if arms.iter().any(|(_, o)| is_unit(o)) {
            for (arm, value) in &mut arms {
                discard(value, &mut arm.body);
            }
            out.push(statement(arms));
            return Operand::Const(quote!(()));
        }
        let dst = self.scopes.fresh("t", span);
        out.push(Stmt::Declare { dst: dst.clone(), mutable: false, ty: None });
        let mut joined = Vec::new();
        for (mut arm, value) in arms {
            self.assign_to(&dst, value, &mut arm.body);
            joined.push(arm);
        }
        out.push(Stmt::Match { head, arms: joined });
        Operand::Place(Place::variable(dst))
    }
}

/// Whether a pattern gives the whole value a name.
pub(super) fn is_whole(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(_) => true,
        Pat::Paren(p) => is_whole(&p.pat),
        Pat::Or(o) => o.cases.iter().any(is_whole),
        _ => false,
    }
}

/// A pattern without the `mut` of its variables.
fn unmutable(pat: &mut Pat) {
    struct Unmutable;
    impl syn::visit_mut::VisitMut for Unmutable {
        fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
            if p.by_ref.is_none() {
                p.mutability = None;
            }
            syn::visit_mut::visit_pat_ident_mut(self, p);
        }
    }
    syn::visit_mut::VisitMut::visit_pat_mut(&mut Unmutable, pat);
}
