//! Cursors: iterators that are advanced by hand.
//!
//! Input: `let mut it = x.iter().map(f);`, then `it.next()`, `it.by_ref().take(2)`, `for v in it`. Output: two numbers, the positions between which items are left,
//! and reads of elements. Invariant: the numbers move as the iterator would; an item is the element at its position, so that its adjoint adds to that element.
//!
//!     let mut it = x.iter();  it.next()        →        lo = 0; hi = x.len();  has = lo < hi; at = lo; if has { lo += 1; }  has.then(&x[at])

use super::rigid::Rigid;
use super::sources::{Count, Kind, Lane, Source, element, with_counter};
use super::views::{View, slice};
use super::{Lower, statements::strip};
use crate::diagnostics::Message;
use crate::ir::{Op, Operand, Place, Stmt, Why};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, ExprMethodCall};

/// An iterator that is advanced by hand.
#[derive(Clone)]
pub(crate) struct Cursor {
    lane: Lane,
    rigid: Rigid,
    lo: Ident,
    hi: Ident,
    /// Of `chunks_exact`: the sequence, and the length of its parts.
    chunks: Option<(Place, TokenStream)>,
}

impl Lower<'_> {
    /// `let mut it = …;`. `None`: positions do not tell its items.
    pub(super) fn bind_cursor(&mut self, pat: &syn::PatIdent, e: &Expr, out: &mut Vec<Stmt>) -> Option<()> {
        let cursor = self.cursor(e, false, out)?;
        let dst = self.scopes.bind(&pat.ident);
        self.activate(&dst);
        self.cursors.push((dst.to_string(), cursor));
        Some(())
    }

    /// An iterator's cursor, at its start. `once`: nothing but one item is taken.
    fn cursor(&mut self, e: &Expr, once: bool, out: &mut Vec<Stmt>) -> Option<Cursor> {
        if let Some(old) = cloned(e).and_then(|of| self.cursor_of(of)) {
            let (lo, hi) = (self.number("lo", &old.lo, out), self.number("hi", &old.hi, out));
            return Some(Cursor { lo, hi, ..old });
        }
        let chunks = match strip(e) {
            Expr::MethodCall(m) if m.method == "chunks_exact" && m.args.len() == 1 => {
                Some((self.container(&m.receiver, out)?, self.fixed(&m.args[0], out)))
            }
            _ => None,
        };
        let (source, rigid) = self.rigid(e, out)?;
        let k = self.scopes.fresh("k", Span::call_site());
        let source = self.source(&source, &k, out)?;
        let Count::Known(count) = source.count else { return None };
        if has_mutable(&source.lane) && !once {
            return None;
        }
        self.look(&source.lane, &k)?;
        let (lo, hi) = (self.counter("lo", out), self.number("hi", &count, out));
        Some(Cursor { lane: source.lane, rigid, lo, hi, chunks })
    }

    /// A number that changes.
    fn number(&mut self, stem: &str, value: &impl ToTokens, out: &mut Vec<Stmt>) -> Ident {
        let dst = self.scopes.fresh(stem, Span::call_site());
        let op = Op::Constant { tokens: value.to_token_stream(), why: Why::Inactive };
        out.push(Stmt::Let { dst: dst.clone(), mutable: true, ty: Some(syn::parse_quote!(usize)), op });
        dst
    }

    /// The cursor that a name, or `name.by_ref()`, stands for.
    pub(super) fn cursor_of(&self, e: &Expr) -> Option<Cursor> {
        match strip(e) {
            Expr::Path(p) => {
                let name = self.scopes.resolve(p.path.get_ident()?)?;
                self.cursors.iter().rev().find(|(n, _)| name == n).map(|(_, c)| c.clone())
            }
            Expr::Reference(r) => self.cursor_of(&r.expr),
            Expr::MethodCall(m) if matches!(m.method.to_string().as_str(), "by_ref" | "into_iter" | "iter" | "fuse" | "peekable") => {
                self.cursor_of(&m.receiver)
            }
            _ => None,
        }
    }

    /// What is done with the items of a cursor.
    pub(super) fn cursor_stages(&self, e: &Expr) -> Option<Rigid> {
        Some(self.cursor_of(cloned(e).unwrap_or(e))?.rigid)
    }

    /// What a cursor has left, as the source of a loop, which moves it.
    pub(super) fn cursor_source(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Option<Source> {
        let Cursor { lane, lo, hi, .. } = match self.cursor_of(e) {
            Some(cursor) => cursor,
            None => self.cursor(e, false, out)?,
        };
        let [from, to] = [("from", &lo), ("to", &hi)].map(|(stem, n)| self.held_number(stem, n.to_token_stream(), Span::call_site(), out));
        let at = self.scopes.fresh("at", Span::call_site());
        let (item, _) = self.look(&lane, &at)?;
        let tokens = quote!((#from..#to).map(|#at| { #lo = #at + 1; #item }));
        let lane = super::sources::reindexed(lane, &|k| quote!((#from + #k)));
        Some(Source { tokens, lane, count: Count::Known(quote!((#to - #from))) })
    }

    /// The item of a lane at a position: its tokens, and what is known of it.
    fn look(&mut self, lane: &Lane, at: &Ident) -> Option<(TokenStream, View)> {
        Some(match lane {
            Lane::Tuple(lanes) => {
                let parts: Vec<(TokenStream, View)> = lanes.iter().map(|l| self.look(l, at)).collect::<Option<_>>()?;
                let (tokens, views): (Vec<TokenStream>, Vec<View>) = parts.into_iter().unzip();
                (quote!((#(#tokens,)*)), View::Tuple(views))
            }
            Lane::Element { container, index, kind } => {
                let place = element(container, index, at, matches!(kind, Kind::Mutable | Kind::Moved));
                let t = place.tokens.clone();
                match kind {
                    Kind::Shared => (quote!(&#t), View::Lent(place, 1)),
                    Kind::Mutable => (quote!(&mut #t), View::Lent(place, 1)),
                    Kind::Copied | Kind::Moved => (quote!(::core::clone::Clone::clone(&#t)), View::Owned(place)),
                }
            }
            Lane::Number(index) => (with_counter(index, &at.to_token_stream()), View::Inert),
            Lane::Inert(again) => {
                let (t, index) = again.as_ref()?;
                let index = with_counter(index, &at.to_token_stream());
                let item = quote!(::core::iter::Iterator::nth(&mut ::core::iter::IntoIterator::into_iter(#t), #index));
                (quote!(#item.expect("an item")), View::Inert)
            }
            Lane::Same(item) => {
                let t = item.tokens();
                (quote!(::core::clone::Clone::clone(&#t)), View::of(item))
            }
        })
    }

    /// `it.next()`, `it.next_back()`, `it.peek()`, `it.nth(n)`; `last` of what is not advanced any more.
    pub(super) fn advanced(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<(TokenStream, View)> {
        let name = m.method.to_string();
        if !matches!((name.as_str(), m.args.len()), ("next" | "next_back" | "peek" | "last", 0) | ("nth" | "nth_back", 1)) {
            return None;
        }
        let cursor = match self.cursor_of(&m.receiver) {
            Some(cursor) => cursor,
            None if self.is_chain(&m.receiver) && self.is_active(&m.receiver) && self.is_plain(&m.receiver) => {
                self.cursor(&m.receiver, true, out)?
            }
            None => return None,
        };
        let n = m.args.first().map(|n| self.fixed(n, out));
        let (has, at) = self.advance(&cursor, &name, n.as_ref(), out);
        let (item, view) = self.look(&cursor.lane, &at)?;
        let (item, view) = match (&cursor.rigid, name.as_str()) {
            (Rigid::Source, "peek") => {
                let peeked = self.scopes.fresh("peeked", m.method.span());
                out.push(Stmt::Opaque(
                    quote!(let #peeked = if #has { ::core::option::Option::Some(#item) } else { ::core::option::Option::None };),
                ));
                return Some((quote!(#peeked.as_ref()), View::Some(Box::new(view.by_ref()))));
            }
            (Rigid::Source, _) => (item, view),
            (Rigid::Copied(inner), _) if matches!(**inner, Rigid::Source) && matches!(view, View::Lent(_, 1)) => {
                let View::Lent(place, _) = view else { return None };
                let item = quote!(::core::clone::Clone::clone(#item));
                if name == "peek" { (quote!(&#item), View::Lent(place, 1)) } else { (item, View::Owned(place)) }
            }
            _ => return self.computed(&cursor, &has, &at, name == "peek", out),
        };
        let tokens = quote!((if #has { ::core::option::Option::Some(#item) } else { ::core::option::Option::None }));
        Some((tokens, View::Some(Box::new(view))))
    }

    /// Moves a cursor: whether there is an item, and its position.
    fn advance(&mut self, cursor: &Cursor, name: &str, n: Option<&TokenStream>, out: &mut Vec<Stmt>) -> (Ident, Ident) {
        let (has, at, lo, hi) =
            (self.scopes.fresh("has", Span::call_site()), self.scopes.fresh("at", Span::call_site()), &cursor.lo, &cursor.hi);
        let (position, there, moved) = match (name, n) {
            ("next_back" | "last", _) => (quote!(#hi.wrapping_sub(1)), quote!(#lo < #hi), quote!(if #has { #hi -= 1; })),
            ("nth_back", Some(n)) => {
                (quote!(#hi.wrapping_sub(#n).wrapping_sub(1)), quote!(#n < #hi - #lo), quote!(#hi = if #has { #at } else { #lo };))
            }
            ("nth", Some(n)) => (quote!((#lo + #n)), quote!(#n < #hi - #lo), quote!(#lo = if #has { #at + 1 } else { #hi };)),
            ("peek", _) => (quote!(#lo), quote!(#lo < #hi), quote!()),
            _ => (quote!(#lo), quote!(#lo < #hi), quote!(if #has { #lo += 1; })),
        };
        let mut constant = |dst: &Ident, tokens: TokenStream, ty: syn::Type| {
            out.push(Stmt::Let { dst: dst.clone(), mutable: false, ty: Some(ty), op: Op::Constant { tokens, why: Why::Inactive } });
        };
        constant(&has, there, syn::parse_quote!(bool));
        constant(&at, position, syn::parse_quote!(usize));
        if !moved.is_empty() {
            out.push(Stmt::Opaque(moved));
        }
        (has, at)
    }

    /// An item that closures compute.
    fn computed(&mut self, cursor: &Cursor, has: &Ident, at: &Ident, peek: bool, out: &mut Vec<Stmt>) -> Option<(TokenStream, View)> {
        let (found, mut body) = (self.nothing(out), vec![]);
        let item = self.read_lane(&cursor.lane, at, &mut body)?;
        let item = self.along(&cursor.rigid, item, &mut body);
        self.set_some(&found, item, &mut body);
        out.push(Stmt::If { cond: has.to_token_stream(), then: body, els: vec![] });
        let place = Place::variable(found.clone());
        self.maybes.insert(found.to_string(), super::options::Maybe::Option);
        Some(if peek { (quote!(#found.as_ref()), View::Lent(place, 1)) } else { (found.to_token_stream(), View::Value(place)) })
    }

    /// Whether closures along an iterator leave everything as it is.
    fn is_plain(&self, e: &Expr) -> bool {
        !super::rigid::has_effects(e)
    }

    /// `it.len()`, `it.as_slice()`, `c.remainder()` of a cursor. `None`: none of them.
    pub(super) fn asked(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let name = m.method.to_string();
        if name == "remainder"
            && let Some((container, n)) = self.chunks_of(&m.receiver, out)
        {
            let len = self.length(&container, out);
            let rest = slice(&container, &quote!((#len - #len % #n)), &len);
            return Some(Operand::Ref(rest));
        }
        let cursor = self.cursor_of(&m.receiver)?;
        let (lo, hi) = (&cursor.lo, &cursor.hi);
        match name.as_str() {
            "len" => Some(Operand::Const(quote!((#hi - #lo)))),
            "is_empty" => Some(Operand::Const(quote!((#lo == #hi)))),
            "size_hint" => Some(Operand::Const(quote!((#hi - #lo, ::core::option::Option::Some(#hi - #lo))))),
            "as_slice" => match &cursor.lane {
                Lane::Element { container, index, kind: Kind::Shared | Kind::Moved } if index.to_string() == "counter" => {
                    let (from, to) = (self.number("from", lo, out), self.number("to", hi, out));
                    Some(Operand::Ref(slice(container, &from.to_token_stream(), &to.to_token_stream())))
                }
                _ => Some(self.refuse(&m.method, &Message::IteratorByHand {})),
            },
            _ => None,
        }
    }

    /// The sequence and the length of parts behind `x.chunks_exact(n)`.
    fn chunks_of(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Option<(Place, TokenStream)> {
        if let Some(cursor) = self.cursor_of(e) {
            return cursor.chunks;
        }
        match strip(e) {
            Expr::MethodCall(m) if m.method == "chunks_exact" && m.args.len() == 1 => {
                Some((self.container(&m.receiver, out)?, self.fixed(&m.args[0], out)))
            }
            _ => None,
        }
    }

    /// Whether an expression names a cursor.
    pub(super) fn is_cursor(&self, e: &Expr) -> bool {
        self.cursor_of(cloned(e).unwrap_or(e)).is_some()
    }
}

/// What a `clone()` is of.
fn cloned(e: &Expr) -> Option<&Expr> {
    match strip(e) {
        Expr::MethodCall(m) if m.method == "clone" && m.args.is_empty() => Some(&m.receiver),
        _ => None,
    }
}

/// Whether some items are `&mut`.
fn has_mutable(lane: &Lane) -> bool {
    match lane {
        Lane::Element { kind, .. } => *kind == Kind::Mutable,
        Lane::Tuple(lanes) => lanes.iter().any(has_mutable),
        Lane::Inert(_) | Lane::Number(_) | Lane::Same(_) => false,
    }
}
