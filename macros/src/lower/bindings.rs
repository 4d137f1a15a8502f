//! Lowering of `let`: names, patterns and references to places.
//!
//! Input: a `let`. Output: IR statements, and what is known of the variables from now on. Invariant: a temporary that is made for one variable alone becomes that
//! variable.

use super::options::Maybe;
use super::patterns::Binding;
use super::statements::{operand_tokens, strip};
use super::views::View;
use super::{Lower, is_owned};
use crate::diagnostics::Message;
use crate::ir::{Op, Operand, Place, Stmt, Why};
use proc_macro2::Ident;
use quote::{ToTokens, quote};
use syn::{Expr, Pat};

impl Lower<'_> {
    pub(super) fn local(&mut self, local: &syn::Local, out: &mut Vec<Stmt>) {
        let Some(init) = &local.init else { return self.declare(local, out) };
        if let Some((_, diverge)) = &init.diverge
            && (self.is_active(&init.expr) || Self::has_exits(diverge))
        {
            return self.let_else(&local.pat, &init.expr, diverge, out);
        }
        let lends = super::entries::lends_mutably(&init.expr);
        if let Some((pat, ty)) = Self::simple_pattern(&local.pat).filter(|(p, _)| !lends || p.mutability.is_some()) {
            return self.bind(pat, ty.cloned(), &init.expr, out);
        }
        if let Expr::MethodCall(m) = strip(&init.expr)
            && super::lents::halves(m)
            && (m.method == "split_at_mut" || self.is_active(m))
        {
            let item = self.item(&init.expr, out);
            return self.bind_item(&local.pat, &item, out);
        }
        if let (Pat::Tuple(pats), Expr::Tuple(values)) = (&local.pat, strip(&init.expr))
            && is_one_by_one(pats, values)
            && self.is_active(&init.expr)
        {
            for (pat, value) in pats.elems.iter().zip(&values.elems) {
                let one: syn::Stmt = syn::parse_quote!(let #pat = #value;);
                self.statement(&one, out);
            }
            return;
        }
        if let (Pat::Tuple(pats), Expr::Tuple(values)) = (&local.pat, strip(&init.expr))
            && pats.elems.len() == values.elems.len()
            && (self.is_active(&init.expr) || is_changed(pats) && values.elems.iter().all(|v| is_owned(v) || super::is_pure(v)))
            && pats.elems.iter().all(|p| Self::simple_pattern(p).is_some() || matches!(p, Pat::Wild(_) | Pat::Tuple(_)))
            && !values.elems.iter().any(|v| matches!(v, Expr::Reference(_)))
        {
            return self.bind_values(pats, values, out);
        }
        let (primal, view) = self.matched(&init.expr, super::matches::is_whole(&local.pat), out);
        let mut parts = Vec::new();
        let pat = self.bind_view(&local.pat, &view, &mut Binding::of(&view, false, out, &mut parts));
        if matches!(view, View::Inert) && matches!(strip(&init.expr), Expr::Call(_)) && is_owned(&init.expr) {
            let names = super::patterns::names(&local.pat);
            self.owners.extend(names.iter().filter_map(|p| self.scopes.resolve(&p.ident)).map(|n| n.to_string()));
        }
        let diverge = init.diverge.as_ref().map(|(e, d)| self.plain(&quote!(#e #d)));
        out.push(Stmt::Opaque(quote!(let #pat = #primal #diverge;)));
        out.extend(parts);
    }

    /// `let (a, b) = (x, y);`: all values, then each binding.
    fn bind_values(&mut self, pats: &syn::PatTuple, values: &syn::ExprTuple, out: &mut Vec<Stmt>) {
        let start = out.len();
        let types: Vec<Option<String>> = values.elems.iter().map(|e| self.type_of(e)).collect();
        let operands = self.sequence(&values.elems, out);
        for (((pat, e), value), named) in pats.elems.iter().zip(&values.elems).zip(operands).zip(types) {
            if let Some((p, ty)) = Self::simple_pattern(pat) {
                self.bind_value(p, ty.cloned(), value, is_owned(e), start, out);
                if let (Some(named), Some(dst)) = (named, self.scopes.resolve(&p.ident)) {
                    self.named.insert(dst.to_string(), named);
                }
                continue;
            }
            let view = value.place().map_or(View::Inert, |p| View::Value(p.clone()));
            let mut parts = Vec::new();
            let pat = self.bind_view(pat, &view, &mut Binding::of(&view, false, out, &mut parts));
            let primal = operand_tokens(&value);
            out.push(Stmt::Opaque(quote!(let #pat = #primal;)));
            out.extend(parts);
        }
    }

    fn declare(&mut self, local: &syn::Local, out: &mut Vec<Stmt>) {
        self.declare_pattern(&local.pat, None, out);
    }

    /// `let x: T;`, `let (a, b): (T, U);`.
    fn declare_pattern(&mut self, pat: &Pat, ty: Option<&syn::Type>, out: &mut Vec<Stmt>) {
        match (pat, ty) {
            (Pat::Type(t), _) => self.declare_pattern(&t.pat, Some(&t.ty), out),
            (Pat::Ident(p), _) if p.by_ref.is_none() && p.subpat.is_none() => {
                let dst = self.scopes.bind(&p.ident);
                if let Some(kind) = ty.and_then(Maybe::of_type) {
                    self.maybes.insert(dst.to_string(), kind);
                }
                out.push(Stmt::Declare { dst, mutable: p.mutability.is_some(), ty: ty.cloned() });
            }
            (Pat::Tuple(t), None) => t.elems.iter().for_each(|p| self.declare_pattern(p, None, out)),
            (Pat::Tuple(t), Some(syn::Type::Tuple(types))) => {
                t.elems.iter().zip(&types.elems).for_each(|(p, ty)| self.declare_pattern(p, Some(ty), out));
            }
            (Pat::Slice(s), _) => {
                let ty = if let Some(syn::Type::Array(a)) = ty { Some(&*a.elem) } else { None };
                s.elems.iter().for_each(|p| self.declare_pattern(p, ty, out));
            }
            _ => {
                self.refuse(pat, &Message::PatternWithoutValue {});
                // so that their uses are no mistakes, too
                struct Names(Vec<Ident>);
                impl<'a> syn::visit::Visit<'a> for Names {
                    fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
                        self.0.push(p.ident.clone());
                    }
                }
                let mut names = Names(vec![]);
                syn::visit::Visit::visit_pat(&mut names, pat);
                for name in names.0 {
                    self.scopes.bind(&name);
                }
            }
        }
    }

    /// `let x = e;`: the last operation of `e` goes straight into `x`.
    fn bind(&mut self, pat: &syn::PatIdent, ty: Option<syn::Type>, e: &Expr, out: &mut Vec<Stmt>) {
        let mutable = pat.mutability.is_some();
        let refers = matches!(strip(e), Expr::Reference(r) if self.is_active(e) || r.mutability.is_some());
        let settled = refers.then(|| self.settled(e, out));
        let e = settled.as_ref().unwrap_or(e);
        if let Expr::Reference(r) = strip(e)
            && refers
            && let Some(place) = self.place(&r.expr, out)
        {
            let place = if r.mutability.is_some() { self.keyed(place, out) } else { place };
            let (and, mutability) = (&r.and_token, &r.mutability);
            let depth = self.distance(&r.expr).unwrap_or(0) + 1;
            let tokens = if depth > 1 { self.plain(&r.expr) } else { place.tokens.clone() };
            let value = quote!(#and #mutability #tokens);
            if mutable {
                self.refuse(pat, &Message::MovingReference {});
            }
            let dst = self.scopes.bind(&pat.ident);
            out.push(Stmt::Opaque(quote!(let #dst = #value;)));
            let source = Some(place.again().clone());
            if self.active.contains(&place.base.to_string()) {
                self.activate(&dst);
            }
            if r.mutability.is_some() {
                self.exclusive.insert(dst.to_string());
            }
            self.aliases.push((dst.to_string(), depth, Place { source, ..place }));
            return;
        }
        if let Some(item) = self.tuple_item(e) {
            return self.bind_name(pat, ty, &item, out);
        }
        if let Some(Operand::Mut(place)) = self.reborrowed(e) {
            return self.rename_reference(pat, &place, out);
        }
        if (ty.is_none() || ty.as_ref().is_some_and(|t| matches!(t, syn::Type::BareFn(_)) || crate::fence::is_dyn_function(t)))
            && self.bind_function(pat, e, out).is_some()
        {
            return;
        }
        if ty.is_none() && self.bind_iterator(pat, e, out).is_some() {
            return;
        }
        let e = &self.with_type(e, ty.as_ref());
        let start = out.len();
        let kind = ty.as_ref().map_or_else(|| self.maybe(e), Maybe::of_type);
        let named = match &ty {
            Some(ty) => crate::known::name_of(ty, self.sig.this_type.as_deref()),
            None => self.type_of(e),
        };
        let value = self.value(e, out);
        self.bind_value(pat, ty, value, is_owned(e), start, out);
        if let (Some(named), Some(dst)) = (named, self.scopes.resolve(&pat.ident)) {
            self.named.insert(dst.to_string(), named);
        }
        if let (Some(kind), Some(dst)) = (kind, self.scopes.resolve(&pat.ident)) {
            self.maybes.insert(dst.to_string(), kind);
        }
    }

    /// Gives a value its name. A temporary that was made after `start` becomes the variable.
    fn bind_value(&mut self, pat: &syn::PatIdent, ty: Option<syn::Type>, value: Operand, owned: bool, start: usize, out: &mut Vec<Stmt>) {
        let mutable = pat.mutability.is_some();
        let dst = self.scopes.bind(&pat.ident);
        if owned || value.place().is_some_and(|p| p.path.is_empty() && self.owners.contains(&p.base.to_string())) {
            self.owners.insert(dst.to_string());
        }
        if let Some(kind) = value.place().and_then(|p| self.maybes.get(&p.base.to_string()).copied().filter(|_| p.path.is_empty())) {
            self.maybes.insert(dst.to_string(), kind);
        }
        if let Some(p) = value.place().filter(|p| p.path.is_empty())
            && let Some(at) = out[start..].iter().rposition(|s| matches!(s, Stmt::Let { dst, .. } if *dst == p.base))
            && out[start + at + 1..].iter().all(|s| apart(s, &p.base))
            && let Stmt::Let { dst: d, mutable: m, ty: t, .. } = &mut out[start + at]
        {
            if self.active.contains(&d.to_string()) {
                self.active.insert(dst.to_string());
            }
            (*d, *m, *t) = (dst, mutable, ty);
            return;
        }
        let op = match value {
            Operand::Const(tokens) => Op::Constant { tokens, why: Why::Inactive },
            other => Op::Copy(other),
        };
        self.emit_into(dst, mutable, ty, op, out);
    }
}

/// Whether a pattern has variables that may change.
fn is_changed(pats: &syn::PatTuple) -> bool {
    pats.elems.iter().flat_map(super::patterns::names).any(|p| p.mutability.is_some())
}

/// Whether a statement is an operation that has nothing to do with a variable.
fn apart(stmt: &Stmt, variable: &Ident) -> bool {
    let Stmt::Let { op, .. } = stmt else { return false };
    let reads = op.reads().into_iter().filter_map(Operand::place).any(|p| p.base == *variable);
    !reads && !crate::tokens::mentions(&crate::emit::primal(op), &variable.to_string())
}

/// Whether iterators are bound side by side, `let (a, b) = (x.iter(), y.iter());`, so that each may be bound by itself.
fn is_one_by_one(pats: &syn::PatTuple, values: &syn::ExprTuple) -> bool {
    let mut before: Vec<String> = vec![];
    let apart = pats.elems.iter().zip(&values.elems).all(|(pat, value)| {
        let mentioned = before.iter().any(|name| crate::tokens::mentions(&value.to_token_stream(), name));
        before.extend(super::patterns::names(pat).iter().map(|p| p.ident.to_string()));
        !mentioned && Lower::simple_pattern(pat).is_some()
    });
    let is_iterator = |e: &Expr| super::adaptors::is_iterator(e) || matches!(strip(e), Expr::MethodCall(m) if m.method == "chunks_exact");
    apart && pats.elems.len() == values.elems.len() && values.elems.iter().any(is_iterator)
}
