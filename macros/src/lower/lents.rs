//! References to parts: `split_at`, and patterns over references.
//!
//! Input: a call or a pattern, and the place that is referred to. Output: variables that are other names for parts of the place. Invariant: what
//! is bound by value is a copy with a cotangent of its own.

use super::Lower;
use super::items::Item;
use super::patterns::Binding;
use super::views::View;
use crate::ir::{Op, Operand, Place, Step, Stmt};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Member, Pat};

impl Lower<'_> {
    /// `x.split_at(n)`, `x.split_at_mut(n)`: two references to parts of `x`.
    pub(super) fn halved(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Item> {
        let mut place = self.container(&m.receiver, out)?;
        let (n, exclusive) = (self.fixed(&m.args[0], out), m.method == "split_at_mut");
        // while a part is lent mutably what it is a part of can't be asked
        let t = if exclusive { place.tokens.clone() } else { place.again().clone() };
        let len = self.held_number("len", quote!(#t.len()), m.method.span(), out);
        if exclusive {
            place = self.keyed(place, out);
        }
        let (left, right) = (self.scopes.fresh("left", m.method.span()), self.scopes.fresh("right", m.method.span()));
        let (t, dot, method) = (&place.tokens, &m.dot_token, &m.method);
        out.push(Stmt::Opaque(quote!(let (#left, #right) = #t #dot #method(#n);)));
        for (name, start, end) in [(&left, quote!(0), quote!(#n)), (&right, quote!(#n), quote!(#len))] {
            let (index, container) = (quote!(#start..#end), place.again().clone());
            let key = Some(quote!(::pullback::place::Part { start: #start, end: #end }));
            let half = place.then(Step::Index { index: index.clone(), container, key }, |t| quote!(#t[#index]));
            self.lend(name, &half, 1);
            if exclusive {
                self.exclusive.insert(name.to_string());
            }
        }
        Some(Item::Tuple(vec![self.item_of(&left), self.item_of(&right)]))
    }

    /// A pattern over a reference to a place: what it binds are references to the place's parts. `depth` 0: over a value, moved there.
    pub(super) fn bind_lent(&mut self, pat: &Pat, place: &Place, depth: usize, out: &mut Vec<Stmt>) -> TokenStream {
        let field = |m: Member| place.then(Step::Field(m.clone()), |t| quote!(#t.#m));
        match pat {
            Pat::Wild(_) | Pat::Rest(_) => pat.to_token_stream(),
            Pat::Paren(p) => self.bind_lent(&p.pat, place, depth, out),
            Pat::Type(t) => self.bind_lent(&t.pat, place, depth, out),
            Pat::Reference(r) if depth > 0 => {
                let mutability = &r.mutability;
                let inner = self.bind_lent(&r.pat, place, depth - 1, out);
                quote!(&#mutability #inner)
            }
            Pat::Ident(p) if p.subpat.is_none() && (p.by_ref.is_none() || depth == 0) && depth + usize::from(p.by_ref.is_some()) > 0 => {
                let (by_ref, mutability) = (&p.by_ref, &p.mutability);
                let dst = self.scopes.bind(&p.ident);
                self.lend(&dst, place, depth.max(1));
                quote!(#by_ref #mutability #dst)
            }
            Pat::Ident(p) if p.subpat.is_none() => {
                let moved = self.scopes.fresh("e", p.ident.span());
                let dst = self.scopes.bind(&p.ident);
                let copy = Place { tokens: moved.to_token_stream(), source: Some(place.again().clone()), ..place.clone() };
                self.owners.insert(dst.to_string());
                self.emit_into(dst, p.mutability.is_some(), None, Op::Copy(Operand::Place(copy)), out);
                moved.to_token_stream()
            }
            Pat::Tuple(t) if !t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) => {
                let parts = t.elems.iter().enumerate().map(|(k, p)| self.bind_lent(p, &field(Member::from(k)), depth, out));
                let parts: Vec<TokenStream> = parts.collect();
                quote!((#(#parts,)*))
            }
            Pat::TupleStruct(t) if crate::ir::Variant::of(&t.path).is_none() => {
                let path = &t.path;
                let parts = t.elems.iter().enumerate().map(|(k, p)| self.bind_lent(p, &field(Member::from(k)), depth, out));
                let parts: Vec<TokenStream> = parts.collect();
                quote!(#path(#(#parts),*))
            }
            Pat::Struct(s) if crate::ir::Variant::of(&s.path).is_none() => {
                let (path, rest) = (&s.path, &s.rest);
                let parts = s.fields.iter().map(|f| {
                    let member = &f.member;
                    let part = self.bind_lent(&f.pat, &field(member.clone()), depth, out);
                    let short = member.to_token_stream().to_string() == part.to_string();
                    if short { part } else { quote!(#member: #part) }
                });
                let parts: Vec<TokenStream> = parts.collect();
                quote!(#path { #(#parts,)* #rest })
            }
            Pat::Slice(s) if !s.elems.iter().any(|p| matches!(p, Pat::Rest(_))) => {
                let parts = s.elems.iter().enumerate().map(|(k, p)| {
                    let k = syn::Index::from(k);
                    let (index, container) = (quote!(#k), place.tokens.clone());
                    let element = place.then(Step::Index { index: index.clone(), container, key: Some(index) }, |t| quote!(#t[#k]));
                    self.bind_lent(p, &element, depth, out)
                });
                let parts: Vec<TokenStream> = parts.collect();
                quote!([#(#parts),*])
            }
            _ => {
                let view = if depth > 0 { View::Lent(place.clone(), depth) } else { View::Value(place.clone()) };
                let (mut before, mut body) = (vec![], vec![]);
                let pat = self.bind_view(pat, &view, &mut Binding::of(&view, false, &mut before, &mut body));
                out.extend(before.into_iter().chain(body));
                pat
            }
        }
    }
}

/// Whether a method yields two references to parts of its receiver.
pub(super) fn halves(m: &syn::ExprMethodCall) -> bool {
    matches!(m.method.to_string().as_str(), "split_at" | "split_at_mut") && m.args.len() == 1
}
