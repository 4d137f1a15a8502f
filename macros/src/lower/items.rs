//! Items: what flows through iterators and into closures, and the patterns that are bound to it.
//!
//! Input: a pattern and an [`Item`]. Output: names for the item's parts, and statements where a part needs a variable of its own.
//! Invariant: a reference to a part of a value stays another name for that part, however many closures hand it on, so that its adjoint
//! adds to the part itself.
//!
//!     |(i, &(a, b))| …   of   (k, &points[k])        →        i = k;  a, b: copies of points[k].0, points[k].1

use super::lents::halves;
use super::patterns::Binding;
use super::views::View;
use super::{Lower, statements::strip};
use crate::diagnostics::Message;
use crate::ir::{Op, Operand, Place, Slot, Stmt, Why};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, Member, Pat};

/// A value on its way.
#[derive(Clone)]
pub(crate) enum Item {
    /// No gradient.
    Inert(TokenStream),
    /// A value; the place's tokens read it.
    Owned(Place),
    /// A reference to a place, so many references away.
    Lent {
        tokens: TokenStream,
        place: Place,
        depth: usize,
    },
    Tuple(Vec<Item>),
    /// A reference to a tuple of items.
    Shared(Box<Item>),
}

impl Item {
    /// `&item`.
    pub(super) fn by_ref(&self) -> Item {
        match self {
            Item::Inert(t) => Item::Inert(quote!((&#t))),
            Item::Owned(p) => {
                let t = &p.tokens;
                Item::Lent { tokens: quote!((&#t)), place: p.clone(), depth: 1 }
            }
            Item::Lent { tokens, place, depth } => Item::Lent { tokens: quote!((&#tokens)), place: place.clone(), depth: depth + 1 },
            tuple @ (Item::Tuple(_) | Item::Shared(_)) => Item::Shared(Box::new(tuple.clone())),
        }
    }

    /// The expression that yields the item.
    pub(super) fn tokens(&self) -> TokenStream {
        match self {
            Item::Inert(t) | Item::Lent { tokens: t, .. } => t.clone(),
            Item::Owned(p) => p.tokens.clone(),
            Item::Tuple(parts) => {
                let parts = parts.iter().map(Item::tokens);
                quote!((#(#parts,)*))
            }
            Item::Shared(item) => {
                let t = item.tokens();
                quote!((&#t))
            }
        }
    }

    /// Part `k` of the tuple in a variable.
    fn part(whole: &TokenStream, k: usize, item: &Item) -> Item {
        let index = syn::Index::from(k);
        Self::part_at(quote!(#whole.#index), item)
    }

    /// An item that is read by these tokens.
    pub(super) fn part_at(tokens: TokenStream, item: &Item) -> Item {
        match item {
            Item::Lent { place, depth, .. } => {
                let stars = std::iter::repeat_n(quote!(*), *depth);
                let source = Some(place.again().clone());
                let place = Place { tokens: quote!((#(#stars)* #tokens)), source, ..place.clone() };
                Item::Lent { tokens, place, depth: *depth }
            }
            Item::Owned(place) => Item::Owned(Place { tokens, source: Some(place.again().clone()), ..place.clone() }),
            Item::Inert(_) => Item::Inert(tokens),
            Item::Tuple(parts) => Item::Tuple(parts.iter().enumerate().map(|(k, p)| Self::part(&tokens, k, p)).collect()),
            Item::Shared(inside) => match Self::part_at(quote!((*#tokens)), inside) {
                Item::Inert(_) => Item::Inert(tokens),
                inside => Item::Shared(Box::new(inside)),
            },
        }
    }
}

impl Lower<'_> {
    /// An expression as an item: tuples and references are seen through.
    pub(super) fn item(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Item {
        match strip(e) {
            Expr::Tuple(t) if self.is_active(t) => Item::Tuple(t.elems.iter().map(|e| self.item(e, out)).collect()),
            Expr::Block(b) if b.label.is_none() => self.block_item(&b.block, out),
            e if Self::is_statement(e) => {
                let value = self.tail(e, out);
                self.item_from(value)
            }
            Expr::MethodCall(m) if halves(m) => self.halved(m, out).unwrap_or_else(|| self.evaluated(e, out)),
            Expr::Macro(m) if super::statements::only_reads(&m.mac) => {
                let t = self.plain(m);
                out.push(Stmt::Opaque(quote!(#t;)));
                Item::Inert(quote!(()))
            }
            Expr::Path(_) if self.is_inlined(e) => self.evaluated(e, out),
            Expr::Path(p) => match p.path.get_ident().and_then(|i| self.scopes.resolve(i)) {
                Some(name) => self.item_of(&name),
                None => self.evaluated(e, out),
            },
            Expr::Reference(r) if r.mutability.is_some() => match self.place(&r.expr, out) {
                Some(place) => self.item_from(Operand::Mut(place)),
                None => self.evaluated(e, out),
            },
            Expr::Reference(r) => match strip(&r.expr) {
                Expr::Path(_) | Expr::Tuple(_) => self.item(&r.expr, out).by_ref(),
                _ => self.evaluated(e, out),
            },
            _ => self.evaluated(e, out),
        }
    }

    /// The item behind a variable.
    pub(super) fn item_of(&self, name: &Ident) -> Item {
        if let Some((_, item)) = self.tuples.iter().rev().find(|(n, _)| name == n) {
            return item.clone();
        }
        match self.alias_of(name) {
            Some((0, place)) => Item::Owned(place),
            Some((depth, place)) => Item::Lent { tokens: name.to_token_stream(), place, depth },
            None if self.active.contains(&name.to_string()) => Item::Owned(Place::variable(name.clone())),
            None => Item::Inert(name.to_token_stream()),
        }
    }

    /// `p.1` of a variable bound to a tuple of items.
    pub(super) fn part_of(&self, e: &Expr) -> Option<Item> {
        let Expr::Field(f) = strip(e) else { return None };
        let Member::Unnamed(index) = &f.member else { return None };
        let mut whole = match strip(&f.base) {
            Expr::Path(p) => self.tuple_of(p)?,
            inner => self.part_of(inner)?,
        };
        while let Item::Shared(inside) = whole {
            whole = *inside;
        }
        match whole {
            Item::Tuple(parts) => parts.get(index.index as usize).cloned(),
            _ => None,
        }
    }

    /// A tuple of items, or what is no place in it, behind a variable or a part of one.
    pub(super) fn tuple_item(&self, e: &Expr) -> Option<Item> {
        let item = match strip(e) {
            Expr::Path(p) => self.tuple_of(p),
            part => self.part_of(part),
        };
        item.filter(|i| matches!(i, Item::Inert(_) | Item::Tuple(_) | Item::Shared(_)))
    }

    /// The tuple of items that a variable is bound to.
    pub(super) fn tuple_of(&self, p: &syn::ExprPath) -> Option<Item> {
        let name = self.scopes.resolve(p.path.get_ident()?)?;
        self.tuples.iter().rev().find(|(n, _)| name == n).map(|(_, item)| item.clone())
    }

    fn block_item(&mut self, block: &syn::Block, out: &mut Vec<Stmt>) -> Item {
        let Some((syn::Stmt::Expr(tail, None), before)) = block.stmts.split_last() else {
            let value = self.block_value(block, out);
            return self.item_from(value);
        };
        self.scopes.push();
        for stmt in before {
            self.statement(stmt, out);
        }
        let item = self.item(tail, out);
        self.scopes.pop();
        item
    }

    /// Expressions that are no values, but may end a block.
    fn is_statement(e: &Expr) -> bool {
        matches!(e, Expr::ForLoop(_) | Expr::While(_) | Expr::Assign(_) | Expr::Return(_) | Expr::Break(_) | Expr::Continue(_))
            || matches!(e, Expr::Binary(b) if super::statements::compound(&b.op).is_some())
    }

    fn evaluated(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Item {
        let pure = matches!(strip(e), Expr::Lit(_) | Expr::Path(_));
        let value = self.value(e, out);
        match value {
            // evaluated once, in its turn
            Operand::Const(tokens) if !pure && !crate::tokens::is_unit(&tokens) => {
                Item::Inert(self.held("c", tokens, super::span_of(e), out).to_token_stream())
            }
            other => self.item_from(other),
        }
    }

    /// The item that an operand is.
    pub(super) fn item_from(&self, value: Operand) -> Item {
        match value {
            Operand::Const(t) => Item::Inert(t),
            Operand::Place(p) => Item::Owned(p),
            Operand::Ref(place) => {
                let t = &place.tokens;
                Item::Lent { tokens: quote!((&#t)), place, depth: 1 }
            }
            Operand::Mut(place) => {
                let t = &place.tokens;
                Item::Lent { tokens: quote!((&mut #t)), place, depth: 1 }
            }
            Operand::Never => Item::Inert(quote!(::core::unreachable!())),
        }
    }

    /// An item as an operand. Tuples are built.
    pub(super) fn operand(&mut self, item: Item, out: &mut Vec<Stmt>) -> Operand {
        match item {
            Item::Inert(t) => Operand::Const(t),
            Item::Owned(p) if self.active.contains(&p.base.to_string()) => Operand::Place(p),
            Item::Owned(p) => Operand::Const(p.tokens),
            Item::Lent { tokens, place, .. } if !self.active.contains(&place.base.to_string()) => Operand::Const(tokens),
            Item::Lent { place, .. } => Operand::Ref(place),
            Item::Tuple(parts) => {
                let operands: Vec<Operand> = parts.into_iter().map(|p| self.operand(p, out)).collect();
                let tokens = operands.iter().map(super::operand_tokens);
                let primal = quote!((#(#tokens,)*));
                if operands.iter().all(|o| o.place().is_none()) {
                    return Operand::Const(primal);
                }
                let fields = operands.into_iter().enumerate().map(|(k, o)| (Slot::Field(Member::from(k)), o)).collect();
                self.emit(Op::Build { variant: None, fields, primal }, proc_macro2::Span::call_site(), out)
            }
            Item::Shared(item) => match self.operand(*item, out) {
                Operand::Place(p) => Operand::Ref(p),
                Operand::Const(t) => Operand::Const(quote!((&#t))),
                other => other,
            },
        }
    }

    /// Binds a pattern to an item.
    pub(super) fn bind_item(&mut self, pat: &Pat, item: &Item, out: &mut Vec<Stmt>) {
        match (pat, item) {
            (Pat::Paren(p), _) => self.bind_item(&p.pat, item, out),
            (Pat::Type(t), _) => match Self::simple_pattern(&t.pat) {
                Some((p, _)) => self.bind_name(p, Some((*t.ty).clone()), item, out),
                None => self.bind_item(&t.pat, item, out),
            },
            (Pat::Wild(_), _) => {}
            (Pat::Ident(p), _) if p.by_ref.is_none() && p.subpat.is_none() => self.bind_name(p, None, item, out),
            (Pat::Tuple(t), Item::Tuple(items)) => {
                let items: Vec<Item> = items.clone();
                self.bind_each(t, &items, out);
            }
            (Pat::Tuple(t), Item::Shared(shared)) => match &**shared {
                Item::Tuple(items) => {
                    let items: Vec<Item> = items.iter().map(Item::by_ref).collect();
                    self.bind_each(t, &items, out);
                }
                inner => self.bind_item(pat, &inner.clone(), out),
            },
            (Pat::Reference(r), Item::Shared(shared)) => self.bind_item(&r.pat, &shared.clone(), out),
            (_, Item::Inert(tokens)) => {
                let mut later = vec![];
                let pat = self.bind_pattern(pat, &mut later);
                out.push(Stmt::Opaque(quote!(let #pat = #tokens;)));
                out.extend(later);
            }
            (_, Item::Owned(place)) => {
                let (mut parts, primal) = (vec![], place.tokens.clone());
                let view = View::Value(place.clone());
                let pat = self.bind_view(pat, &view, &mut Binding::of(&view, false, out, &mut parts));
                out.push(Stmt::Opaque(quote!(let #pat = #primal;)));
                out.extend(parts);
            }
            (_, Item::Lent { tokens, place, depth }) => {
                let mut parts = vec![];
                let pat = self.bind_lent(pat, place, *depth, &mut parts);
                out.push(Stmt::Opaque(quote!(let #pat = #tokens;)));
                out.extend(parts);
            }
            (_, Item::Tuple(_) | Item::Shared(_)) => {
                self.refuse(pat, &Message::Pattern {});
            }
        }
    }

    /// `(a, .., b)` of so many items.
    fn bind_each(&mut self, t: &syn::PatTuple, items: &[Item], out: &mut Vec<Stmt>) {
        let rest = t.elems.iter().position(|p| matches!(p, Pat::Rest(_)));
        let skipped = (items.len() + 1).saturating_sub(t.elems.len());
        for (k, pat) in t.elems.iter().enumerate() {
            match rest {
                Some(r) if r == k => {}
                Some(r) if k > r => self.bind_item(pat, &items[k + skipped - 1], out),
                _ if k < items.len() => self.bind_item(pat, &items[k], out),
                _ => return,
            }
        }
    }

    /// A name for an item: another name for its variable, where it has one that does not change.
    pub(super) fn bind_name(&mut self, p: &syn::PatIdent, ty: Option<syn::Type>, item: &Item, out: &mut Vec<Stmt>) {
        if let Some(name) = variable(&item.tokens())
            && p.mutability.is_none()
            && !matches!(item, Item::Tuple(_) | Item::Shared(_))
            && self.scopes.is_taken(&name)
        {
            self.scopes.bind_parameter(&p.ident, &name, false);
            return;
        }
        let mutable = p.mutability.is_some();
        let dst = self.scopes.bind(&p.ident);
        match item {
            Item::Inert(tokens) => {
                self.emit_into(dst, mutable, ty, Op::Constant { tokens: tokens.clone(), why: Why::Inactive }, out);
            }
            Item::Owned(place) => {
                self.owners.insert(dst.to_string());
                let named = self.type_at(place);
                self.named.extend(named.map(|ty| (dst.to_string(), ty)));
                let op = Op::Copy(Operand::Place(place.clone()));
                self.emit_into(dst, mutable, ty, op, out);
            }
            Item::Lent { tokens, place, depth } => {
                out.push(Stmt::Opaque(quote!(let #dst = #tokens;)));
                self.lend(&dst, place, *depth);
                if super::mentions_mut(tokens) {
                    self.exclusive.insert(dst.to_string());
                }
            }
            Item::Tuple(_) | Item::Shared(_) => self.bind_tuple(&dst, mutable, item, out),
        }
    }

    /// Makes a variable another name for a place.
    pub(super) fn lend(&mut self, name: &Ident, place: &Place, depth: usize) {
        if self.active.contains(&place.base.to_string()) {
            self.activate(name);
        }
        let source = Some(place.again().clone());
        self.aliases.push((name.to_string(), depth, Place { source, ..place.clone() }));
    }

    /// A name for a tuple: where its parts are references, each part stays what it was.
    fn bind_tuple(&mut self, dst: &Ident, mutable: bool, item: &Item, out: &mut Vec<Stmt>) {
        let mutability = mutable.then(|| quote!(mut));
        if let Item::Tuple(parts) = item
            && parts.iter().any(|p| !matches!(p, Item::Owned(_) | Item::Inert(_)))
        {
            let tokens = item.tokens();
            out.push(Stmt::Opaque(quote!(let #mutability #dst = #tokens;)));
            self.name_tuple(dst, Item::part_at(dst.to_token_stream(), item));
            return;
        }
        let value = self.operand(item.clone(), out);
        if let (Some(Stmt::Let { dst: d, mutable: m, .. }), Some(p)) = (out.last_mut(), value.place())
            && *d == p.base
            && !matches!(value, Operand::Ref(_))
        {
            (*d, *m) = (dst.clone(), mutable);
            self.activate(dst);
            return;
        }
        match value {
            Operand::Const(tokens) => out.push(Stmt::Opaque(quote!(let #mutability #dst = #tokens;))),
            Operand::Ref(place) => {
                let t = &place.tokens;
                out.push(Stmt::Opaque(quote!(let #dst = &#t;)));
                self.lend(dst, &place, 1);
            }
            other => {
                self.emit_into(dst.clone(), mutable, None, Op::Copy(other), out);
            }
        }
    }

    /// Notes that a variable is a tuple of items.
    pub(super) fn name_tuple(&mut self, dst: &Ident, item: Item) {
        if self.is_varied(&item) {
            self.activate(dst);
        }
        self.tuples.push((dst.to_string(), item));
    }

    /// Whether some part of an item carries a gradient.
    fn is_varied(&self, item: &Item) -> bool {
        match item {
            Item::Inert(_) => false,
            Item::Lent { place, .. } | Item::Owned(place) => self.active.contains(&place.base.to_string()),
            Item::Tuple(parts) => parts.iter().any(|p| self.is_varied(p)),
            Item::Shared(inside) => self.is_varied(inside),
        }
    }
}

/// Tokens that are one variable.
fn variable(tokens: &TokenStream) -> Option<Ident> {
    let text = match syn::parse2::<Expr>(tokens.clone()).ok()? {
        Expr::Paren(p) => p.expr.to_token_stream(),
        other => other.to_token_stream(),
    };
    syn::parse2::<Ident>(text).ok()
}
