//! Lowering of `match`, `if let` and the patterns in them.
//!
//! Input: a value and arms. Output: a choice whose arms begin by binding the variables of their patterns to parts of the value. Invariant: a
//! pattern is emitted as it was written, under unique names; what it binds is known as a path into the value, or the pattern is refused.

use super::{Lower, operand_tokens, statements::strip};
use crate::diagnostics::Message;
use crate::ir::{Arm, Choice, Operand, Place, Step, Stmt, Variant};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, Member, Pat};

impl Lower<'_> {
    /// `match`, as a statement or a value.
    pub(super) fn choice(&mut self, m: &syn::ExprMatch, out: &mut Vec<Stmt>) -> Operand {
        let (value, place) = self.scrutinee(&m.expr, out);
        let mut arms = Vec::new();
        for arm in &m.arms {
            self.scopes.push();
            let (mut body, aliases) = (Vec::new(), self.aliases.len());
            let pattern = self.bind_parts(&arm.pat, place.as_ref(), &mut body);
            let guard = arm.guard.as_ref().map(|(token, e)| {
                let e = self.plain(e);
                quote!(#token #e)
            });
            let result = self.tail(&arm.body, &mut body);
            self.aliases.truncate(aliases);
            self.scopes.pop();
            arms.push((Arm { pattern: quote!(#pattern #guard), body }, result));
        }
        self.join(Choice::Match(value), arms, m.match_token.span, out)
    }

    /// `if let pattern = value && … { … } else { … }`.
    pub(super) fn if_let(&mut self, e: &syn::ExprIf, out: &mut Vec<Stmt>) -> Operand {
        self.scopes.push();
        let (mut body, aliases) = (Vec::new(), self.aliases.len());
        let cond = self.let_chain(&e.cond, &mut body, out);
        let then = self.block_value(&e.then_branch, &mut body);
        self.aliases.truncate(aliases);
        self.scopes.pop();
        let mut els = Vec::new();
        let other = match &e.else_branch {
            Some((_, e)) => self.tail(e, &mut els),
            None => Operand::Const(quote!(())),
        };
        let arm = |body| Arm { pattern: quote!(), body };
        self.join(Choice::IfLet(cond), vec![(arm(body), then), (arm(els), other)], e.if_token.span, out)
    }

    /// A condition with `let`s, under unique names; its bindings go to the start of `body`.
    fn let_chain(&mut self, e: &Expr, body: &mut Vec<Stmt>, out: &mut Vec<Stmt>) -> TokenStream {
        match e {
            Expr::Let(l) => {
                let (value, place) = self.scrutinee(&l.expr, out);
                let pattern = self.bind_parts(&l.pat, place.as_ref(), body);
                quote!(let #pattern = #value)
            }
            Expr::Binary(b) if matches!(b.op, syn::BinOp::And(_)) => {
                let left = self.let_chain(&b.left, body, out);
                let right = self.let_chain(&b.right, body, out);
                let op = &b.op;
                quote!(#left #op #right)
            }
            other => self.plain(other),
        }
    }

    /// The value that is matched: its tokens, and its place if it carries a gradient.
    fn scrutinee(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> (TokenStream, Option<Place>) {
        if !self.is_active(e) {
            return (self.plain(e), None);
        }
        if let Expr::Reference(r) = strip(e)
            && let Some(place) = self.place(&r.expr, out)
        {
            return (self.plain(e), Some(place));
        }
        if let Some(place) = self.place(strip(e), out) {
            return (self.plain(e), Some(place));
        }
        let value = self.value(e, out);
        let tokens = operand_tokens(&value);
        (tokens, value.place().cloned())
    }

    /// One variable for the values of all arms.
    fn join(&mut self, head: Choice, arms: Vec<(Arm, Operand)>, span: proc_macro2::Span, out: &mut Vec<Stmt>) -> Operand {
        let is_unit = |o: &Operand| matches!(o, Operand::Const(t) if t.to_string().replace(' ', "") == "()");
        if arms.iter().all(|(_, o)| matches!(o, Operand::Never)) {
            out.push(Stmt::Match { head, arms: arms.into_iter().map(|(a, _)| a).collect() });
            return Operand::Never;
        }
        if arms.iter().any(|(_, o)| is_unit(o)) {
            out.push(Stmt::Match { head, arms: arms.into_iter().map(|(a, _)| a).collect() });
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

    /// A pattern under unique names, its variables bound to the parts of a place.
    pub(super) fn bind_parts(&mut self, pat: &Pat, place: Option<&Place>, body: &mut Vec<Stmt>) -> TokenStream {
        let Some(place) = place else { return self.bind_pattern(pat, body) };
        let field = |place: &Place, m: Member| place.then(Step::Field(m.clone()), |t| quote!(#t.#m));
        match pat {
            Pat::Wild(_) | Pat::Rest(_) | Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) | Pat::Const(_) => pat.to_token_stream(),
            Pat::Paren(p) => self.bind_parts(&p.pat, Some(place), body),
            Pat::Type(t) => {
                let (inner, ty) = (self.bind_parts(&t.pat, Some(place), body), &t.ty);
                quote!(#inner: #ty)
            }
            Pat::Reference(r) => {
                let inner = self.bind_parts(&r.pat, Some(place), body);
                quote!(&#inner)
            }
            Pat::Ident(p) if p.ident.to_string().starts_with(char::is_uppercase) => pat.to_token_stream(),
            Pat::Ident(p) if p.subpat.is_none() && (p.by_ref.is_none() || p.mutability.is_none()) => {
                let (by_ref, mutability) = (&p.by_ref, &p.mutability);
                let dst = self.scopes.bind(&p.ident);
                if self.active.contains(&place.base.to_string()) {
                    self.activate(&dst);
                }
                body.push(Stmt::Bound { dst: dst.clone(), place: place.clone() });
                quote!(#by_ref #mutability #dst)
            }
            Pat::Tuple(t) if !t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) => {
                let parts = t.elems.iter().enumerate().map(|(k, p)| self.bind_parts(p, Some(&field(place, Member::from(k))), body));
                let parts: Vec<TokenStream> = parts.collect();
                quote!((#(#parts,)*))
            }
            Pat::TupleStruct(t) if !t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) => {
                let path = &t.path;
                let variant = Variant::of(path);
                let inside = variant.clone().map_or(place.clone(), |v| place.then(Step::Variant(v), Clone::clone));
                let payload = matches!(variant, Some(Variant::Payload(_)));
                let parts = t.elems.iter().enumerate().map(|(k, p)| {
                    let part = if payload { inside.clone() } else { field(&inside, Member::from(k)) };
                    self.bind_parts(p, Some(&part), body)
                });
                let parts: Vec<TokenStream> = parts.collect();
                quote!(#path(#(#parts),*))
            }
            Pat::Struct(s) => {
                let path = &s.path;
                let inside = Variant::of(path).map_or(place.clone(), |v| place.then(Step::Variant(v), Clone::clone));
                let parts = s.fields.iter().map(|f| {
                    let member = &f.member;
                    let part = self.bind_parts(&f.pat, Some(&field(&inside, member.clone())), body);
                    quote!(#member: #part)
                });
                let parts: Vec<TokenStream> = parts.collect();
                let rest = &s.rest;
                quote!(#path { #(#parts,)* #rest })
            }
            Pat::Or(o) if o.cases.iter().all(binds_nothing) => pat.to_token_stream(),
            _ => {
                self.refuse(pat, &Message::Pattern {});
                self.bind_pattern(pat, body)
            }
        }
    }
}

/// Whether a pattern has no variables.
fn binds_nothing(pat: &Pat) -> bool {
    struct Search(bool);
    impl<'a> syn::visit::Visit<'a> for Search {
        fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
            self.0 &= p.ident.to_string().starts_with(char::is_uppercase);
        }
    }
    let mut search = Search(true);
    syn::visit::Visit::visit_pat(&mut search, pat);
    search.0
}
