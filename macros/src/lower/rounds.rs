//! Rounds: the loop over a source, and the items of each round.
//!
//! Input: a source taken apart, and what is done with each item. Output: the loop. Invariant: an item's variables are other names for elements
//! at the loop's counter, under the user's names where the first pattern has them.

use super::Lower;
use super::items::Item;
use super::sources::{Count, Each, Headed, Kind, Lane, Source, element, listed, moved, with_counter};
use crate::diagnostics::Message;
use crate::ir::{Head, Stmt};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, Pat};

impl Lower<'_> {
    /// A loop over a source.
    pub(super) fn loop_over(&mut self, e: &Expr, head: &Headed<'_>, out: &mut Vec<Stmt>, each: Each<'_>) -> Option<()> {
        if super::branches::is_range(e) {
            self.loop_over_range(e, head, out, each);
            return Some(());
        }
        let k = self.scopes.fresh("k", Span::call_site());
        let mut source = self.source(e, &k, out)?;
        if head.inner {
            listed(&mut source);
        }
        self.run(&source, &k, head, out, each);
        Some(())
    }

    fn loop_over_range(&mut self, e: &Expr, head: &Headed<'_>, out: &mut Vec<Stmt>, each: Each<'_>) {
        let (range, t) = (self.range(e), self.plain(e));
        let (name, label) = (self.hinted(head.hint), head.label.map(|l| quote!(#l:)));
        let position = range.as_ref().filter(|r| !r.reversed).map(|r| {
            let lo = &r.lo;
            if lo.to_string() == "0" { quote!((#name as usize)) } else { quote!(((#name - (#lo)) as usize)) }
        });
        let mut body = vec![];
        each(self, Item::Inert(name.to_token_stream()), position.as_ref(), &mut body);
        let head = Head {
            tokens: quote!(#label for #name in #t),
            range: range.map(|r| (name, r)),
            counter: None,
            moved: vec![],
            gather: None,
            trips: None,
        };
        out.push(Stmt::Loop { head, body, tag: None });
    }

    /// The loop itself.
    fn run(&mut self, source: &Source, k: &Ident, head: &Headed<'_>, out: &mut Vec<Stmt>, each: Each<'_>) {
        let (pattern, item) = self.items(&source.lane, k, head.hint);
        let (label, iter) = (head.label.map(|l| quote!(#l:)), &source.tokens);
        let tokens = match &source.lane {
            Lane::Inert(_) => quote!(#label for #pattern in #iter),
            _ => quote!(#label for (#k, #pattern) in ::core::iter::Iterator::enumerate(::core::iter::IntoIterator::into_iter(#iter))),
        };
        let counter = (!matches!(source.lane, Lane::Inert(_))).then(|| k.clone());
        let mut body = vec![];
        let position = counter.as_ref().map(ToTokens::to_token_stream);
        each(self, item, position.as_ref(), &mut body);
        self.check_copies(&source.lane, &body);
        let moved = moved(&source.lane);
        let trips = if let Count::Known(n) = &source.count { Some(n.clone()) } else { None };
        out.push(Stmt::Loop { head: Head { tokens, range: None, counter, moved, gather: None, trips }, body, tag: None });
    }

    /// Elements by value are those the container had when the loop began: the body must not change them.
    fn check_copies(&mut self, lane: &Lane, body: &[Stmt]) {
        for container in moved(lane) {
            if crate::ir::writes(body, &container.to_string()) {
                self.refuse(&container, &Message::ChangedContainer { name: container.to_string() });
            }
        }
    }

    /// The items of a lane, and the pattern that binds their variables. Names are taken from `hint`.
    pub(super) fn items(&mut self, lane: &Lane, k: &Ident, hint: Option<&Pat>) -> (TokenStream, Item) {
        match lane {
            Lane::Tuple(lanes) => {
                let hints = match hint {
                    Some(Pat::Tuple(t)) if t.elems.len() == lanes.len() => t.elems.iter().map(Some).collect(),
                    _ => vec![None; lanes.len()],
                };
                let (patterns, items): (Vec<TokenStream>, Vec<Item>) = lanes.iter().zip(hints).map(|(l, h)| self.items(l, k, h)).unzip();
                (quote!((#(#patterns),*)), Item::Tuple(items))
            }
            Lane::Same(item) => (quote!(_), item.clone()),
            Lane::Inert(_) | Lane::Number(_) => {
                let name = self.hinted(hint);
                (name.to_token_stream(), Item::Inert(name.to_token_stream()))
            }
            Lane::Element { container, index, kind } => {
                let name = self.hinted(hint);
                let element = element(container, index, k, matches!(kind, Kind::Mutable | Kind::Moved));
                let depth = usize::from(matches!(kind, Kind::Shared | Kind::Mutable));
                self.lend(&name, &element, depth);
                if *kind == Kind::Mutable {
                    self.exclusive.insert(name.to_string());
                }
                let item = self.item_of(&name);
                (name.to_token_stream(), item)
            }
        }
    }

    /// The items of a lane, read at a position that is a variable. `None`: they can't be read out of turn.
    pub(super) fn read_lane(&mut self, lane: &Lane, at: &Ident, out: &mut Vec<Stmt>) -> Option<Item> {
        Some(match lane {
            Lane::Tuple(lanes) => Item::Tuple(lanes.iter().map(|l| self.read_lane(l, at, out)).collect::<Option<_>>()?),
            Lane::Same(item) => item.clone(),
            Lane::Number(index) => Item::Inert(with_counter(index, &at.to_token_stream())),
            Lane::Inert(again) => {
                let (t, index) = again.as_ref()?;
                let index = with_counter(index, &at.to_token_stream());
                let item = quote!(::core::iter::Iterator::nth(&mut ::core::iter::IntoIterator::into_iter(#t), #index));
                Item::Inert(self.held("c", quote!(#item.expect("an item")), Span::call_site(), out).to_token_stream())
            }
            Lane::Element { container, index, kind } => {
                let element = element(container, index, at, false);
                let (name, t) = (self.scopes.fresh("e", Span::call_site()), &element.tokens);
                let (and, depth) = match kind {
                    Kind::Shared => (quote!(&), 1),
                    Kind::Mutable => (quote!(&mut), 1),
                    Kind::Copied | Kind::Moved => (quote!(), 0),
                };
                out.push(Stmt::Opaque(if depth == 1 {
                    quote!(let #name = #and #t;)
                } else {
                    quote!(let #name = ::core::clone::Clone::clone(&#t);)
                }));
                self.lend(&name, &element, depth);
                self.item_of(&name)
            }
        })
    }

    pub(super) fn hinted(&mut self, hint: Option<&Pat>) -> Ident {
        match hint {
            Some(Pat::Ident(p)) if p.mutability.is_none() && p.by_ref.is_none() => self.scopes.unique(&p.ident.to_string(), p.ident.span()),
            Some(Pat::Type(t)) => self.hinted(Some(&t.pat)),
            Some(Pat::Reference(r)) => self.hinted(Some(&r.pat)),
            _ => self.scopes.fresh("e", Span::call_site()),
        }
    }
}
