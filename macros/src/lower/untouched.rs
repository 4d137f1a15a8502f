//! Untouched code: what stays as it was written must not change what carries a gradient.
//!
//! Input: tokens of a condition, of a macro's arguments, of `no_grad!`. Output: the same, so that rustc refuses what tokens can't tell: a method's receiver is lent
//! as `&`, and so is a `&mut` reference that is passed on. Invariant: an active variable is changed only by statements that have an adjoint.
//!
//!     while state.advance(h) > 0.0        →        while (&state).advance(h) > 0.0        % an error if `advance` takes `&mut self`

use super::Lower;
use super::calls::INERT;
use super::changes::changed;
use super::statements::strip;
use crate::diagnostics::{Message, said};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::VisitMut;
use syn::{Block, Expr};

impl Lower<'_> {
    /// The tokens as they may stand.
    pub(super) fn untouched(&self, tokens: TokenStream) -> TokenStream {
        let mut visit = Untouched(self, true);
        if let Ok(mut e) = syn::parse2::<Expr>(tokens.clone()) {
            visit.visit_expr_mut(&mut e);
            return e.into_token_stream();
        }
        if let Ok(mut stmt) = syn::parse2::<syn::Stmt>(tokens.clone()) {
            visit.visit_stmt_mut(&mut stmt);
            return stmt.into_token_stream();
        }
        tokens
    }

    /// The active variable behind an expression, if it may change.
    fn changing(&self, e: &Expr) -> bool {
        match strip(e) {
            Expr::Path(p) => p.path.get_ident().and_then(|i| self.scopes.resolve(i)).is_some_and(|name| {
                let base = self.aliases.iter().rev().find(|(n, _, _)| name == n).map_or(name.clone(), |(_, _, place)| place.base.clone());
                self.active.contains(&name.to_string()) && (self.scopes.may_change(&base) || self.exclusive.contains(&name.to_string()))
            }),
            Expr::Field(f) => self.changing(&f.base),
            Expr::Index(i) => self.changing(&i.expr),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => self.changing(&u.expr),
            _ => false,
        }
    }

    fn is_exclusive(&self, e: &Expr) -> bool {
        matches!(e, Expr::Path(p) if p.path.get_ident().and_then(|i| self.scopes.resolve(i)).is_some_and(|n| self.exclusive.contains(&n.to_string())))
    }
}

/// The second: whether a change is reported here.
struct Untouched<'l, 'a>(&'l Lower<'a>, bool);

impl Untouched<'_, '_> {
    /// `f(out)` with `out: &mut [f64]` lends it once more: for reading.
    fn lend_for_reading<'e>(&self, args: impl Iterator<Item = &'e mut Expr>) {
        for arg in args.filter(|a| self.0.is_exclusive(a) && self.0.changing(a)) {
            *arg = syn::parse_quote!((&*#arg));
        }
    }
}

impl VisitMut for Untouched<'_, '_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        // what a method of the user's does to its receiver its signature says: rustc refuses it
        let own = matches!(&*e, Expr::MethodCall(m) if self.0.known_method(&m.receiver, &m.method).is_some());
        if let Some(t) = changed(e).filter(|t| !own && self.1 && self.0.changing(t)) {
            self.0.sink.say(t, &Message::ChangedInside { name: said(t) });
        }
        syn::visit_mut::visit_expr_mut(self, e);
        match e {
            Expr::MethodCall(m) => {
                let name = m.method.to_string();
                let reads = INERT.contains(&name.as_str()) || crate::ops::formula(&name).is_some();
                let receiver = &m.receiver;
                if !reads && self.0.changing(receiver) {
                    m.receiver =
                        if self.0.is_exclusive(receiver) { syn::parse_quote!((&*#receiver)) } else { syn::parse_quote!((&#receiver)) };
                }
                self.lend_for_reading(m.args.iter_mut());
            }
            Expr::Call(c) => self.lend_for_reading(c.args.iter_mut()),
            _ => {}
        }
    }

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        if m.path.segments.last().is_some_and(|s| s.ident == "no_grad") {
            // what it assigns is reported where the macro is lowered
            if let Ok(stmts) = m.parse_body_with(Block::parse_within) {
                let mut stmts = stmts;
                let mut silent = Untouched(self.0, false);
                stmts.iter_mut().for_each(|s| silent.visit_stmt_mut(s));
                m.tokens = quote!(#(#stmts)*);
            }
            return;
        }
        type List = syn::punctuated::Punctuated<Expr, syn::Token![,]>;
        if let Ok(mut list) = m.parse_body_with(List::parse_terminated) {
            list.iter_mut().for_each(|e| self.visit_expr_mut(e));
            m.tokens = list.into_token_stream();
        }
    }
}
