//! Items: what flows through iterators and into closures, and the patterns that are bound to it.
//!
//! Input: a pattern and an [`Item`]. Output: names for the item's parts, and statements where a part needs a variable of its own.
//! Invariant: a reference to a part of a value stays another name for that part, however many closures hand it on, so that its adjoint
//! adds to the part itself.
//!
//!     |(i, &(a, b))| …   of   (k, &points[k])        →        i = k;  a, b: copies of points[k].0, points[k].1

use super::{Lower, statements::strip};
use crate::diagnostics::Message;
use crate::ir::{Op, Operand, Place, Slot, Step, Stmt, Why};
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

    /// `x.split_at(n)`, `x.split_at_mut(n)`: two references to parts of `x`.
    fn halved(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Item> {
        let mut place = self.container(&m.receiver, out)?;
        let (n, exclusive) = (self.fixed(&m.args[0], out), m.method == "split_at_mut");
        let (len, t) = (self.scopes.fresh("len", m.method.span()), place.again().clone());
        let op = Op::Constant { tokens: quote!(#t.len()), why: Why::Inactive };
        out.push(Stmt::Let { dst: len.clone(), mutable: false, ty: Some(syn::parse_quote!(usize)), op });
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

    /// `p.1` of a variable bound to a tuple of items.
    pub(super) fn part_of(&self, e: &Expr) -> Option<Item> {
        let Expr::Field(f) = strip(e) else { return None };
        let Member::Unnamed(index) = &f.member else { return None };
        let whole = match strip(&f.base) {
            Expr::Path(p) => {
                let name = self.scopes.resolve(p.path.get_ident()?)?;
                self.tuples.iter().rev().find(|(n, _)| name == n).map(|(_, item)| item.clone())?
            }
            inner => self.part_of(inner)?,
        };
        match whole {
            Item::Tuple(parts) => parts.get(index.index as usize).cloned(),
            _ => None,
        }
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
            Operand::Const(tokens) if !pure && !super::is_unit_tokens(&tokens) => {
                let dst = self.scopes.fresh("c", super::span_of(e));
                let op = Op::Constant { tokens, why: Why::Inactive };
                out.push(Stmt::Let { dst: dst.clone(), mutable: false, ty: None, op });
                Item::Inert(dst.to_token_stream())
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
                let pat = self.bind_parts(pat, Some(place), &mut parts);
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
    fn bind_name(&mut self, p: &syn::PatIdent, ty: Option<syn::Type>, item: &Item, out: &mut Vec<Stmt>) {
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
            let parts: Vec<Item> = parts.iter().enumerate().map(|(k, p)| self.part(dst, k, p)).collect();
            let active =
                |p: &Item| matches!(p, Item::Lent { place, .. } | Item::Owned(place) if self.active.contains(&place.base.to_string()));
            if parts.iter().any(active) {
                self.activate(dst);
            }
            self.tuples.push((dst.to_string(), Item::Tuple(parts)));
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

    /// Part `k` of the tuple in a variable.
    fn part(&self, dst: &Ident, k: usize, item: &Item) -> Item {
        let index = syn::Index::from(k);
        let tokens = quote!(#dst.#index);
        match item {
            Item::Lent { place, depth, .. } => {
                let stars = std::iter::repeat_n(quote!(*), *depth);
                let source = Some(place.again().clone());
                let place = Place { tokens: quote!((#(#stars)* #tokens)), source, ..place.clone() };
                Item::Lent { tokens, place, depth: *depth }
            }
            Item::Owned(place) => Item::Owned(Place { tokens, source: Some(place.again().clone()), ..place.clone() }),
            Item::Inert(_) | Item::Tuple(_) | Item::Shared(_) => Item::Inert(tokens),
        }
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
                self.refuse(pat, &Message::Pattern {});
                self.bind_pattern(pat, out)
            }
        }
    }
}

/// Whether a method yields two references to parts of its receiver.
pub(super) fn halves(m: &syn::ExprMethodCall) -> bool {
    matches!(m.method.to_string().as_str(), "split_at" | "split_at_mut") && m.args.len() == 1
}

/// Tokens that are one variable.
fn variable(tokens: &TokenStream) -> Option<Ident> {
    let text = match syn::parse2::<Expr>(tokens.clone()).ok()? {
        Expr::Paren(p) => p.expr.to_token_stream(),
        other => other.to_token_stream(),
    };
    syn::parse2::<Ident>(text).ok()
}
