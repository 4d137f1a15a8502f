//! States: the counters, flags and other variables that iterators keep from item to item.
//!
//! Input: a first value. Output: a variable, and the statements that change it. Invariant: each has a name that the user can't have given.

use super::items::Item;
use super::{Lower, operand_tokens};
use crate::ir::{Arm, Choice, Exit, Op, Operand, Place, Step, Stmt, Variant, Why};
use proc_macro2::{Ident, Span};
use quote::{ToTokens, quote};
use syn::Expr;

impl Lower<'_> {
    /// `if let Some(item) = value { … } else { exit }`.
    pub(super) fn if_some(
        &mut self,
        value: Item,
        out: &mut Vec<Stmt>,
        then: &mut dyn FnMut(&mut Lower<'_>, Item, &mut Vec<Stmt>),
        exit: Option<Exit>,
    ) {
        let value = self.operand(value, out);
        let (tokens, name) = (operand_tokens(&value), self.scopes.fresh("some", Span::call_site()));
        let mut body = vec![];
        let item = match value.place() {
            Some(place) => {
                let inside = place.then(Step::Variant(Variant::Payload("some")), Clone::clone);
                body.push(Stmt::Bound { dst: name.clone(), place: inside, owned: false });
                if self.active.contains(&place.base.to_string()) {
                    self.activate(&name);
                }
                self.item_of(&name)
            }
            None => Item::Inert(name.to_token_stream()),
        };
        then(self, item, &mut body);
        let arm = |body| Arm { body, ..Arm::default() };
        let els = exit.iter().map(exit_statement).collect();
        let head = Choice::IfLet(quote!(let ::core::option::Option::Some(#name) = #tokens));
        out.push(Stmt::Match { head, arms: vec![arm(body), arm(els)] });
    }

    /// A counter from 0.
    pub(super) fn counter(&mut self, stem: &str, out: &mut Vec<Stmt>) -> Ident {
        let name = self.scopes.fresh(stem, Span::call_site());
        let op = Op::Constant { tokens: quote!(0), why: Why::Inactive };
        out.push(Stmt::Let { dst: name.clone(), mutable: true, ty: Some(syn::parse_quote!(usize)), op });
        name
    }

    /// The counter's value, which goes up by one.
    pub(super) fn next_number(&mut self, counter: &Ident, out: &mut Vec<Stmt>) -> Ident {
        let at = self.scopes.fresh("i", Span::call_site());
        let op = Op::Constant { tokens: counter.to_token_stream(), why: Why::Inactive };
        out.push(Stmt::Let { dst: at.clone(), mutable: false, ty: Some(syn::parse_quote!(usize)), op });
        out.push(Stmt::Opaque(quote!(#counter += 1;)));
        at
    }

    pub(super) fn flag(&mut self, out: &mut Vec<Stmt>) -> Ident {
        let name = self.scopes.fresh("flag", Span::call_site());
        out.push(Stmt::Opaque(quote!(let mut #name = false;)));
        name
    }

    /// A variable that changes from round to round, with its first value.
    pub(super) fn state(&mut self, stem: &str, first: &Expr, out: &mut Vec<Stmt>) -> Ident {
        let value = self.value(first, out);
        let name = self.scopes.fresh(stem, Span::call_site());
        self.owners.insert(name.to_string());
        let op = match value {
            Operand::Const(tokens) => Op::Constant { tokens, why: Why::Inactive },
            other => Op::Copy(other),
        };
        self.emit_into(name.clone(), true, None, op, out);
        name
    }

    /// `state = value;`.
    pub(super) fn set(&mut self, state: &Ident, value: Operand, out: &mut Vec<Stmt>) {
        if self.varied(&value) {
            self.activate(state);
        }
        let rhs = operand_tokens(&value);
        out.push(Stmt::Store { place: Place::variable(state.clone()), operator: None, value, primal: quote!(#state = #rhs;), init: false });
    }

    pub(super) fn label(&mut self, stem: &str) -> syn::Lifetime {
        let name = self.scopes.fresh(stem, Span::call_site());
        syn::Lifetime::new(&format!("'{name}"), Span::call_site())
    }
}

/// Whether some statement goes on with the next item.
pub(super) fn continues(body: &[Stmt]) -> bool {
    let mut found = false;
    crate::ir::walk(body, &mut |s| found |= matches!(s, Stmt::Exit { exit: Exit::Continue(_), .. }));
    found
}

pub(super) fn exit_statement(exit: &Exit) -> Stmt {
    Stmt::Exit { exit: exit.clone(), number: 0, frames: vec![] }
}
