//! Parts that a call looks for, or makes, before it lends them.
//!
//! Input: `v.iter_mut().find(p)`, `o.get_or_insert(v)`. Output: the statements that look or make, and the part as a view. Invariant: the part is
//! another name for a place, so that what is written through it has its adjoint.
//!
//!     v.iter_mut().find(|e| **e > 1.0)        →        k = v.iter().position(|f| { let e = &f; **e > 1.0 }); v.get_mut(k)
//!     o.get_or_insert(e)                      →        if o.is_none() { o = Some(e) } o.as_mut().unwrap()

use super::Lower;
use super::statements::{discard, strip};
use super::views::{View, payload};
use crate::ir::Stmt;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprMethodCall};

impl Lower<'_> {
    /// The part, and the expression that lends it. `None`: another call.
    pub(super) fn found_part(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<(TokenStream, View)> {
        match (m.method.to_string().as_str(), m.args.len()) {
            ("find", 1) => self.found_mutably(m, out),
            ("get_or_insert" | "get_or_insert_with", 1) => self.inserted(m, out),
            _ => None,
        }
    }

    fn found_mutably(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<(TokenStream, View)> {
        let Expr::MethodCall(iter) = strip(&m.receiver) else { return None };
        if iter.method != "iter_mut" || !iter.args.is_empty() {
            return None;
        }
        let Expr::Closure(c) = strip(&m.args[0]) else { return None };
        let (v, pat, body, [entry, at]) = (&iter.receiver, c.inputs.first()?, &c.body, self.unsaid(["entry", "at"]));
        let position = syn::parse_quote!(#v.iter().position(|#entry| { let #pat = &#entry; #body }).unwrap_or(usize::MAX));
        let position = self.value(&position, out);
        if self.varied(&position) {
            return None;
        }
        let k = self.held_number(&at.to_string(), super::operand_tokens(&position), m.method.span(), out);
        self.scopes.bind_parameter(&k, &k, false);
        self.lent_part(&syn::parse_quote!(#v.get_mut(#k)), out)
    }

    fn inserted(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<(TokenStream, View)> {
        let (o, arg, [fresh]) = (&m.receiver, &m.args[0], self.unsaid(["fresh"]));
        let made: syn::Block = match strip(arg) {
            Expr::Closure(c) if m.method == "get_or_insert_with" => {
                let body = &c.body;
                syn::parse_quote!({ if (#o).is_none() { (#o) = ::core::option::Option::Some(#body); } })
            }
            f if m.method == "get_or_insert_with" => {
                syn::parse_quote!({ if (#o).is_none() { (#o) = ::core::option::Option::Some(#f()); } })
            }
            e => syn::parse_quote!({ let #fresh = #e; if (#o).is_none() { (#o) = ::core::option::Option::Some(#fresh); } }),
        };
        let value = self.block_value(&made, out);
        discard(&value, out);
        let mut place = self.place(strip(o), out)?;
        self.settle(&mut place, out);
        let t = &place.tokens;
        Some((quote!(#t.as_mut().unwrap()), View::Lent(payload(&place), 1)))
    }
}

/// Whether an expression is a `&mut` reference to a part that a method lends.
pub(super) fn lends_mutably(e: &Expr) -> bool {
    let Expr::MethodCall(m) = strip(e) else { return false };
    match m.method.to_string().as_str() {
        "get_or_insert" | "get_or_insert_with" | "as_mut_slice" => true,
        "unwrap" | "expect" => match strip(&m.receiver) {
            Expr::MethodCall(inner) => match inner.method.to_string().as_str() {
                "first_mut" | "last_mut" | "get_mut" | "as_mut" | "split_first_mut" | "split_last_mut" => true,
                "find" => matches!(strip(&inner.receiver), Expr::MethodCall(i) if i.method == "iter_mut"),
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}
