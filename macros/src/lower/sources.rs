//! Sources: iterators that a loop's head runs as they were written, and whose items are elements at an index.
//!
//! Input: `x.iter()`, `a.iter_mut().zip(&b)`, `x.chunks(n).enumerate().skip(1)`, … Output: a loop whose counter `k` says which elements its
//! items are. Invariant: the primal iterates as it was written; only what the body reads and writes gets a place.
//!
//!     for (a, b) in x.iter().zip(y) { s += a * b }      →      for (k, (a, b)) in enumerate(x.iter().zip(y)) { s += x[k] * y[k] }

use super::items::Item;
use super::{Lower, statements::strip};
use crate::diagnostics::Message;
use crate::ir::{Operand, Place, Step, Stmt};
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall, Pat};

/// What a source yields in round `k`.
#[derive(Clone)]
pub(super) enum Lane {
    /// Nothing that carries a gradient; where it can be begun again, and where it is read: the item at this position of that iterator.
    Inert(Option<(TokenStream, TokenStream)>),
    /// The number of `enumerate`.
    Number(TokenStream),
    /// `container[index]`, by reference or by value; `index` speaks of the counter.
    Element {
        container: Place,
        index: TokenStream,
        kind: Kind,
    },
    Tuple(Vec<Lane>),
    /// The same in every round.
    Same(Item),
}

/// How elements are handed out.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Shared,
    Mutable,
    /// Copies; the container stays.
    Copied,
    /// The container is taken apart.
    Moved,
}

/// How many rounds there are.
#[derive(Clone)]
pub(super) enum Count {
    Known(TokenStream),
    Endless,
    Unknown,
}

/// A source, taken apart.
pub(super) struct Source {
    pub(super) tokens: TokenStream,
    pub(super) lane: Lane,
    pub(super) count: Count,
}

/// What a loop does with each item; the tokens are its position, where that is known.
pub(super) type Each<'e> = &'e mut dyn FnMut(&mut Lower<'_>, Item, Option<&TokenStream>, &mut Vec<Stmt>);

impl Lower<'_> {
    /// Takes a source apart, in terms of the counter `k`. `None` if a gradient is carried in a way that is not understood.
    pub(super) fn source(&mut self, e: &Expr, k: &Ident, out: &mut Vec<Stmt>) -> Option<Source> {
        let e = strip(e);
        let inactive = !self.is_active(e) && !super::mentions_mut(&e.to_token_stream());
        if (inactive && !self.is_in_parts(e)) || super::branches::is_range(e) {
            let held = self.with_held_temporary(e, out);
            return Some(self.inert(&held));
        }
        if self.is_cursor(e) {
            return self.cursor_source(e, out);
        }
        if let Some(Operand::Mut(place)) = self.reborrowed(e) {
            let (place, t) = (self.keyed(place.clone(), out), &place.tokens);
            return Some(Self::elements(quote!((&mut #t)), place, Kind::Mutable));
        }
        match e {
            Expr::Reference(r) => {
                let mut place = self.container(&r.expr, out)?;
                if r.mutability.is_some() {
                    place = self.keyed(place, out);
                }
                let (and, mutability, t) = (&r.and_token, &r.mutability, &place.tokens);
                let kind = if mutability.is_some() { Kind::Mutable } else { Kind::Shared };
                Some(Self::elements(quote!((#and #mutability #t)), place, kind))
            }
            Expr::MethodCall(m) if super::adaptors::is_iterator(e) => self.adapted(m, k, out),
            Expr::Call(c) if called(c, "repeat") && c.args.len() == 1 => {
                let item = self.item(&c.args[0], out);
                Some(Source { tokens: quote!(::core::iter::repeat(())), lane: Lane::Same(item), count: Count::Endless })
            }
            Expr::Call(c) if called(c, "repeat_n") && c.args.len() == 2 => {
                let item = self.item(&c.args[0], out);
                let n = self.fixed(&c.args[1], out);
                Some(Source { tokens: quote!(::core::iter::repeat_n((), #n)), lane: Lane::Same(item), count: Count::Known(n) })
            }
            Expr::Call(c) if called(c, "zip") && c.args.len() == 2 => {
                let (a, b) = (&c.args[0], &c.args[1]);
                self.source(&syn::parse_quote!((#a).into_iter().zip(#b)), k, out)
            }
            _ => {
                let owned = !self.is_alias(e) && !self.is_reference_parameter(e);
                let settled = &self.settled(strip(e), out);
                let place = match self.place(settled, out) {
                    Some(place) => place,
                    None => match self.value(settled, out) {
                        Operand::Place(p) => p,
                        Operand::Ref(p) | Operand::Mut(p) => {
                            let t = &p.tokens;
                            return Some(Self::elements(quote!((&#t)), p, Kind::Shared));
                        }
                        Operand::Const(_) | Operand::Never => return None,
                    },
                };
                let tokens = if owned { place.tokens.clone() } else { self.plain(e) };
                Some(Self::elements(tokens, place, if owned { Kind::Moved } else { Kind::Shared }))
            }
        }
    }

    /// `[a, b].iter()` over a list that has a name: what the loop finds may be kept for longer than the loop.
    fn with_held_temporary(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Expr {
        let mut e = e.clone();
        let mut at = &mut e;
        while let Expr::MethodCall(m) = at {
            let made = matches!(strip(&m.receiver), Expr::Array(_) | Expr::Repeat(_) | Expr::Macro(_) | Expr::Call(_));
            if made && (m.method == "iter" || m.method == "windows" || m.method == "chunks") {
                let list = self.plain(&m.receiver);
                let name = self.held("list", list, m.receiver.span(), out);
                m.receiver = syn::parse_quote!(#name);
                break;
            }
            at = &mut m.receiver;
        }
        e
    }

    fn elements(tokens: TokenStream, container: Place, kind: Kind) -> Source {
        let again = container.again();
        let count = Count::Known(quote!(#again.len()));
        // the counter's name is put in at the end
        Source { tokens, lane: Lane::Element { container, index: quote!(counter), kind }, count }
    }

    /// Whether an iterator yields slices of something: of a constant, too, they are lent to calls, and lent again on the way back.
    pub(super) fn is_in_parts(&self, e: &Expr) -> bool {
        let Expr::MethodCall(m) = strip(e) else { return self.is_alias(e) };
        match m.method.to_string().as_str() {
            "iter" => self.is_alias(&m.receiver),
            "chunks" | "chunks_exact" | "windows" | "rchunks" | "rchunks_exact" => {
                matches!(strip(&m.receiver), Expr::Path(_) | Expr::Field(_) | Expr::Index(_))
            }
            "enumerate" | "rev" | "take" | "skip" | "step_by" => self.is_in_parts(&m.receiver),
            "zip" => self.is_in_parts(&m.receiver) || m.args.iter().any(|a| self.is_in_parts(a)),
            _ => false,
        }
    }

    fn inert(&self, e: &Expr) -> Source {
        let count = match e {
            Expr::Range(r) if r.end.is_none() => Count::Endless,
            Expr::Range(_) if super::is_pure(e) => {
                let t = self.plain(e);
                Count::Known(quote!(::core::iter::ExactSizeIterator::len(&(#t))))
            }
            Expr::Path(_) | Expr::Reference(_) if super::is_pure(e) => {
                let t = self.plain(e);
                Count::Known(quote!((#t).len()))
            }
            Expr::MethodCall(m) if m.args.is_empty() && m.method == "iter" && super::is_pure(&m.receiver) => {
                let t = self.plain(&m.receiver);
                Count::Known(quote!(#t.len()))
            }
            _ => Count::Unknown,
        };
        let t = self.plain(e);
        let tokens = if matches!(e, Expr::Range(_)) { quote!((#t)) } else { t };
        let begun = super::is_pure(e) || matches!(count, Count::Known(_));
        let lane = Lane::Inert(begun.then(|| (tokens.clone(), quote!(counter))));
        Source { tokens, lane, count }
    }

    /// The container behind an expression; a value gets a variable.
    pub(super) fn container(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Option<Place> {
        let e = &self.settled(strip(e), out);
        if let Some(place) = self.place(e, out) {
            return Some(place);
        }
        match self.value(e, out) {
            Operand::Place(p) | Operand::Ref(p) | Operand::Mut(p) => Some(p),
            Operand::Const(_) | Operand::Never => None,
        }
    }

    fn adapted(&mut self, m: &ExprMethodCall, k: &Ident, out: &mut Vec<Stmt>) -> Option<Source> {
        let (name, receiver, dot, method) = (m.method.to_string(), &m.receiver, &m.dot_token, &m.method);
        let again = |s: &Source| {
            let t = &s.tokens;
            quote!(#t #dot #method())
        };
        match (name.as_str(), m.args.first()) {
            ("drain", Some(_)) => {
                let drained = self.changing_method(m, out)?;
                let place = drained.place()?.clone();
                let t = &place.tokens;
                Some(Self::elements(quote!(#t.into_iter()), place, Kind::Moved))
            }
            ("iter" | "iter_mut" | "into_iter", _) if !is_source(receiver) => {
                let owned = !self.is_alias(receiver) && !self.is_reference_parameter(receiver);
                let exclusive = self.reborrowed(receiver).is_some();
                let kind = match name.as_str() {
                    "iter" => Kind::Shared,
                    "iter_mut" => Kind::Mutable,
                    "into_iter" if exclusive => Kind::Mutable,
                    "into_iter" if !owned => Kind::Shared,
                    _ => Kind::Moved,
                };
                let mut place = self.container(receiver, out)?;
                if kind == Kind::Mutable {
                    place = self.keyed(place, out);
                }
                let (t, args) = (&place.tokens, m.args.iter().map(|a| self.plain(a)));
                let tokens = quote!(#t #dot #method(#(#args),*));
                Some(Self::elements(tokens, place, kind))
            }
            ("chunks" | "chunks_exact" | "chunks_mut" | "chunks_exact_mut" | "windows" | "rchunks" | "rchunks_exact", Some(n)) => {
                let mut place = self.container(receiver, out)?;
                if name.ends_with("_mut") {
                    place = self.keyed(place, out);
                }
                self.parts(m, n, place, out)
            }
            ("into_iter" | "iter" | "by_ref" | "fuse", None) => {
                let s = self.source(receiver, k, out)?;
                Some(Source { tokens: again(&s), ..s })
            }
            ("copied" | "cloned", None) => {
                let s = self.source(receiver, k, out)?;
                Some(Source { tokens: again(&s), lane: by_value(s.lane), count: s.count })
            }
            ("enumerate", None) => {
                let s = self.source(receiver, k, out)?;
                Some(Source { tokens: again(&s), lane: Lane::Tuple(vec![Lane::Number(quote!(counter)), s.lane]), count: s.count })
            }
            // what is left would have to be counted from the other end
            ("rev", None) if matches!(strip(receiver), Expr::MethodCall(i) if i.method == "by_ref") => None,
            ("rev", None) => {
                let s = self.source(receiver, k, out)?;
                let Count::Known(count) = &s.count else {
                    self.refuse(m, &Message::Iterator {});
                    return None;
                };
                let last = self.held_number("n", count.clone(), m.method.span(), out);
                let lane = reindexed(s.lane.clone(), &|k| quote!((#last - 1 - #k)));
                Some(Source { tokens: again(&s), lane, count: Count::Known(last.to_token_stream()) })
            }
            ("cycle", None) => {
                let s = self.source(receiver, k, out)?;
                let Count::Known(count) = &s.count else { return None };
                let dst = self.held_number("n", count.clone(), m.method.span(), out);
                let lane = reindexed(s.lane.clone(), &|k| quote!((#k % #dst)));
                // of nothing it yields nothing
                let count = Count::Known(quote!((if #dst == 0 { 0 } else { usize::MAX })));
                Some(Source { tokens: again(&s), lane, count })
            }
            ("zip", Some(other)) => {
                let a = self.source(receiver, k, out)?;
                let b = self.source(other, k, out)?;
                let (left, right) = (&a.tokens, &b.tokens);
                let count = match (a.count, b.count) {
                    (Count::Known(n), Count::Known(m)) => Count::Known(quote!(::core::cmp::Ord::min(#n, #m))),
                    (Count::Endless, n) | (n, Count::Endless) => n,
                    _ => Count::Unknown,
                };
                Some(Source { tokens: quote!(#left #dot #method(#right)), lane: Lane::Tuple(vec![a.lane, b.lane]), count })
            }
            ("take" | "skip" | "step_by", Some(n)) => {
                let s = self.source(receiver, k, out)?;
                let n = self.fixed(n, out);
                let t = &s.tokens;
                let lane = match name.as_str() {
                    "take" => s.lane,
                    "skip" => reindexed(s.lane, &|k| quote!((#k + #n))),
                    _ => reindexed(s.lane, &|k| quote!((#k * #n))),
                };
                let count = match (s.count, name.as_str()) {
                    (Count::Known(c), "take") => Count::Known(quote!(::core::cmp::Ord::min(#c, #n))),
                    (Count::Endless, "take") => Count::Known(n.clone()),
                    (Count::Known(c), "skip") => Count::Known(quote!((#c).saturating_sub(#n))),
                    (Count::Known(c), _) => Count::Known(quote!((#c).div_ceil(#n))),
                    (other, _) => other,
                };
                Some(Source { tokens: quote!(#t #dot #method(#n)), lane, count })
            }
            _ => None,
        }
    }

    /// `chunks`, `windows`: parts of a container.
    fn parts(&mut self, m: &ExprMethodCall, n: &Expr, container: Place, out: &mut Vec<Stmt>) -> Option<Source> {
        let n = self.fixed(n, out);
        let (name, t) = (m.method.to_string(), &container.tokens);
        let mut len = container.again().clone();
        if name.ends_with("_mut") {
            // while parts are lent mutably the container can't be asked
            len = self.held_number("len", quote!(#len.len()), m.method.span(), out).to_token_stream();
        } else {
            len = quote!(#len.len());
        }
        let (index, count) = match name.as_str() {
            "windows" => (quote!(counter..(counter + #n)), quote!((#len + 1).saturating_sub(#n))),
            "rchunks" => {
                let end = quote!((#len - counter * #n));
                (quote!(#end.saturating_sub(#n)..#end), quote!((#len).div_ceil(#n)))
            }
            "rchunks_exact" => (quote!((#len - counter * #n - #n)..(#len - counter * #n)), quote!((#len / #n))),
            "chunks_exact" | "chunks_exact_mut" => (quote!((counter * #n)..(counter * #n + #n)), quote!((#len / #n))),
            _ => (quote!((counter * #n)..(counter * #n + #n).min(#len)), quote!((#len).div_ceil(#n))),
        };
        let (dot, method) = (&m.dot_token, &m.method);
        let tokens = quote!(#t #dot #method(#n));
        let kind = if name.ends_with("_mut") { Kind::Mutable } else { Kind::Shared };
        let lane = Lane::Element { container, index, kind };
        Some(Source { tokens, lane, count: Count::Known(count) })
    }

    fn is_reference_parameter(&self, e: &Expr) -> bool {
        match strip(e) {
            Expr::Path(p) => {
                p.path.get_ident().and_then(|i| self.scopes.resolve(i)).is_some_and(|i| self.references.contains(&i.to_string()))
            }
            _ => false,
        }
    }
}

/// What a loop's head takes from where it stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Headed<'h> {
    pub(super) label: Option<&'h syn::Lifetime>,
    /// The pattern that its items go to first.
    pub(super) hint: Option<&'h Pat>,
    /// It runs an item of another iterator, which may be an `Option`.
    pub(super) inner: bool,
}

/// `container[index]` in round `k`. `keyed`: the container can't be read meanwhile; the index is all there is to keep. So it is where the container is
/// itself such an element.
pub(super) fn element(container: &Place, index: &TokenStream, k: &Ident, keyed: bool) -> Place {
    let index = with_counter(index, &k.to_token_stream());
    let inside = container.path.iter().any(|s| matches!(s, Step::Index { key: Some(_), .. }));
    let key = (keyed || inside).then(|| key_of(&index));
    let tokens = container.again().clone();
    container.then(Step::Index { index: index.clone(), container: tokens, key }, |t| quote!(#t[#index]))
}

/// The elements of what may be an `Option`, read again as those of a slice.
pub(super) fn listed(source: &mut Source) {
    if let Lane::Element { container, .. } = &mut source.lane {
        let again = container.again();
        let list = quote!(::pullback::place::Listed::list(&#again));
        source.count = Count::Known(quote!(#list.len()));
        container.source = Some(list);
    }
}

/// The containers whose elements a source takes by value.
pub(super) fn moved(lane: &Lane) -> Vec<Ident> {
    match lane {
        Lane::Element { container, kind: Kind::Moved, .. } => vec![container.base.clone()],
        Lane::Tuple(lanes) => lanes.iter().flat_map(moved).collect(),
        _ => vec![],
    }
}

fn by_value(lane: Lane) -> Lane {
    match lane {
        Lane::Element { container, index, kind: Kind::Shared } => Lane::Element { container, index, kind: Kind::Copied },
        other => other,
    }
}

/// A lane at other indices.
pub(super) fn reindexed(lane: Lane, at: &dyn Fn(TokenStream) -> TokenStream) -> Lane {
    match lane {
        Lane::Element { container, index, kind } => {
            let index = with_counter(&index, &at(quote!(counter)));
            Lane::Element { container, index, kind }
        }
        Lane::Tuple(lanes) => Lane::Tuple(lanes.into_iter().map(|l| reindexed(l, at)).collect()),
        Lane::Number(index) => Lane::Number(with_counter(&index, &at(quote!(counter)))),
        Lane::Inert(again) => Lane::Inert(again.map(|(t, index)| (t, with_counter(&index, &at(quote!(counter)))))),
        same @ Lane::Same(_) => same,
    }
}

/// An index with this for its counter.
pub(super) fn with_counter(index: &TokenStream, counter: &TokenStream) -> TokenStream {
    index
        .clone()
        .into_iter()
        .flat_map(|tree| match tree {
            TokenTree::Ident(i) if i == "counter" => counter.clone(),
            TokenTree::Group(g) => TokenTree::Group(Group::new(g.delimiter(), with_counter(&g.stream(), counter))).into(),
            other => other.into(),
        })
        .collect()
}

/// The key of an index that speaks of a counter.
fn key_of(index: &TokenStream) -> TokenStream {
    match syn::parse2::<syn::ExprRange>(index.clone()) {
        Ok(r) => {
            let (lo, hi) = (&r.start, &r.end);
            quote!(::pullback::place::Part { start: #lo, end: #hi })
        }
        Err(_) => index.clone(),
    }
}

/// Whether a call is of this function of `std::iter`.
pub(super) fn called(c: &syn::ExprCall, name: &str) -> bool {
    match &*c.func {
        Expr::Path(p) => {
            let segments: Vec<String> = p.path.segments.iter().map(|s| s.ident.to_string()).collect();
            segments.last().is_some_and(|s| s == name) && segments.iter().rev().nth(1).is_some_and(|s| s == "iter")
        }
        _ => false,
    }
}

/// Whether an expression is a source by its methods.
pub(super) fn is_source(e: &Expr) -> bool {
    match strip(e) {
        Expr::MethodCall(m) => match m.method.to_string().as_str() {
            "iter" | "iter_mut" | "into_iter" | "drain" | "chunks" | "chunks_exact" | "chunks_mut" | "chunks_exact_mut" | "windows"
            | "rchunks" | "rchunks_exact" => true,
            "copied" | "cloned" | "enumerate" | "rev" | "zip" | "take" | "skip" | "step_by" | "by_ref" | "fuse" | "cycle" => {
                is_source(&m.receiver)
            }
            _ => false,
        },
        Expr::Call(c) => called(c, "repeat") || called(c, "repeat_n") || called(c, "zip"),
        Expr::Range(_) => true,
        _ => false,
    }
}
