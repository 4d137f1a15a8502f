//! Views: what is known of a value that a pattern is about to take apart.
//!
//! Input: an expression. Output: its tokens, and where its parts come from. Invariant: a variable bound to a part by reference is another
//! name for a place; one bound by value, or in a way that tokens don't tell, has a cotangent of its own.
//!
//!     x.get_mut(i)                  Some(Lent(x[i]))
//!     (&a, b)                       Tuple(Lent(a), Value(b))
//!     x.split_at_mut(k)             Tuple(Lent(x[..k]), Lent(x[k..]))

use super::folds::is_written;
use super::items::Item;
use super::{Lower, operand_tokens, statements::strip};
use crate::ir::{Op, Operand, Place, Step, Stmt, Variant, Why};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, ExprMethodCall};

/// Where the parts of a value come from.
#[derive(Clone)]
pub(super) enum View {
    /// No part carries a gradient.
    Inert,
    /// A place by value, or a shared reference for all we know.
    Value(Place),
    /// A place by value.
    Owned(Place),
    /// So many references to a place.
    Lent(Place, usize),
    /// A tuple, entry by entry.
    Tuple(Vec<View>),
    /// An `Option` (`Some`, or what [`attempt`](fn@attempt) makes `Ok`) of this.
    Some(Box<View>),
}

impl View {
    /// A part of a place, by value or by reference as the whole is.
    pub(super) fn part(&self, part: impl FnOnce(&Place) -> Place) -> View {
        match self {
            View::Value(p) => View::Value(part(p)),
            View::Owned(p) => View::Owned(part(p)),
            View::Lent(p, _) => View::Lent(part(p), 1),
            View::Inert | View::Tuple(_) | View::Some(_) => View::Inert,
        }
    }

    /// The variants that what is viewed is certainly inside of.
    pub(super) fn variants(&self) -> usize {
        match self {
            // of an option's value nothing is known before it is there
            View::Inert | View::Some(_) => 0,
            View::Value(p) | View::Owned(p) | View::Lent(p, _) => super::patterns::variants(p),
            View::Tuple(parts) => parts.iter().map(View::variants).min().unwrap_or(0),
        }
    }

    /// What flows through iterators, as a pattern sees it.
    pub(super) fn of(item: &Item) -> View {
        match item {
            Item::Inert(_) => View::Inert,
            Item::Owned(p) => View::Value(p.clone()),
            Item::Lent { place, depth, .. } => View::Lent(place.clone(), *depth),
            Item::Tuple(parts) => View::Tuple(parts.iter().map(View::of).collect()),
            Item::Shared(inside) => match &**inside {
                Item::Tuple(parts) => View::Tuple(parts.iter().map(|p| View::of(&p.by_ref())).collect()),
                inside => View::of(&inside.by_ref()),
            },
        }
    }

    /// The same, as it flows under a name. `None`: an `Option`.
    pub(super) fn item(&self, name: &TokenStream) -> Option<Item> {
        Some(match self {
            View::Inert => Item::Inert(name.clone()),
            View::Value(p) | View::Owned(p) => Item::part_at(name.clone(), &Item::Owned(p.clone())),
            View::Lent(p, depth) => Item::part_at(name.clone(), &Item::Lent { tokens: name.clone(), place: p.clone(), depth: *depth }),
            View::Tuple(views) => {
                let part = |(k, v): (usize, &View)| {
                    let k = syn::Index::from(k);
                    v.item(&quote!(#name.#k))
                };
                Item::Tuple(views.iter().enumerate().map(part).collect::<Option<_>>()?)
            }
            View::Some(_) => return None,
        })
    }

    /// A reference to it.
    pub(super) fn by_ref(self) -> View {
        match self {
            View::Value(p) | View::Owned(p) => View::Lent(p, 1),
            View::Lent(p, depth) => View::Lent(p, depth + 1),
            View::Tuple(parts) => View::Tuple(parts.into_iter().map(View::by_ref).collect()),
            other => other,
        }
    }

    /// What `Some` or `Ok` holds.
    pub(super) fn payload(&self) -> View {
        match self {
            View::Some(inside) => (**inside).clone(),
            other => other.part(payload),
        }
    }
}

/// The place of what `Some` or `Ok` holds.
pub(super) fn payload(place: &Place) -> Place {
    place.then(Step::Variant(Variant::Payload("some")), Clone::clone)
}

/// The element of a sequence at an index, which is its own key.
pub(super) fn element(place: &Place, index: TokenStream, key: TokenStream) -> Place {
    let container = place.tokens.clone();
    place.then(Step::Index { index: index.clone(), container, key: Some(key) }, |t| quote!(#t[#index]))
}

/// The elements of a sequence between two indices.
pub(super) fn slice(place: &Place, start: &TokenStream, end: &TokenStream) -> Place {
    element(place, quote!(#start..#end), quote!(::pullback::place::Part { start: #start, end: #end }))
}

impl Lower<'_> {
    /// An expression as a pattern sees it.
    pub(super) fn view(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> (TokenStream, View) {
        let e = strip(e);
        if !self.is_active(e) && !super::mentions_mut(&e.to_token_stream()) && !Self::has_exits(e) {
            return (self.plain(e), View::Inert);
        }
        match e {
            Expr::Reference(r) => {
                if let Some(mut place) = self.place(&r.expr, out) {
                    if r.mutability.is_some() {
                        self.settle(&mut place, out);
                    }
                    let tokens = if self.is_alias(&r.expr) { self.plain(&r.expr) } else { place.tokens.clone() };
                    let mutability = &r.mutability;
                    let depth = self.distance(&r.expr).unwrap_or(0) + 1;
                    return (quote!(& #mutability #tokens), View::Lent(place, depth));
                }
            }
            Expr::Tuple(t) => {
                let (tokens, views): (Vec<TokenStream>, Vec<View>) = t.elems.iter().map(|e| self.view(e, out)).unzip();
                return (quote!((#(#tokens,)*)), View::Tuple(views));
            }
            Expr::MethodCall(m) => {
                if let Some(view) = self.lent_part(m, out) {
                    return view;
                }
            }
            Expr::Call(c) if is_written(c, "attempt") || is_written(c, "tried") => {
                let f = &c.func;
                let (mut tokens, mut view) = self.view(&c.args[0], out);
                if let View::Lent(p, 1) = &view
                    && matches!(strip(&c.args[0]), Expr::Path(_) | Expr::Field(_) | Expr::Index(_))
                {
                    // the method looks through the reference
                    (tokens, view) = (quote!((*#tokens)), View::Value(p.clone()));
                }
                return (quote!(#f(#tokens)), View::Some(Box::new(view.payload())));
            }
            Expr::Path(_) | Expr::Field(_) | Expr::Index(_) | Expr::Unary(_) => {
                let tuple = if let Expr::Path(p) = e { self.tuple_of(p) } else { self.part_of(e) };
                if let Some(item @ (Item::Tuple(_) | Item::Shared(_))) = tuple {
                    return (self.plain(e), View::of(&item));
                }
                if let Some(place) = self.place(e, out) {
                    let depth = self.distance(e).filter(|d| *d > 0).or_else(|| self.is_reference(e).then_some(1));
                    return if let Some(depth) = depth {
                        (self.plain(e), View::Lent(place, depth))
                    } else {
                        // a part of a reference's target is no reference itself
                        let part = !matches!(e, Expr::Path(_)) && !place.path.is_empty();
                        (place.tokens.clone(), if part { View::Owned(place) } else { View::Value(place) })
                    };
                }
            }
            _ => {}
        }
        let value = self.value(e, out);
        let view = match &value {
            Operand::Place(p) => View::Value(p.clone()),
            Operand::Ref(p) | Operand::Mut(p) => View::Lent(p.clone(), 1),
            Operand::Const(_) | Operand::Never => View::Inert,
        };
        (operand_tokens(&value), view)
    }

    /// Methods that lend parts of their receiver.
    pub(super) fn lent_part(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<(TokenStream, View)> {
        const LENDING: &[(&str, usize)] = &[
            ("first", 0),
            ("last", 0),
            ("get", 1),
            ("split_first", 0),
            ("split_last", 0),
            ("split_at", 1),
            ("as_ref", 0),
            ("as_mut", 0),
            ("as_deref", 0),
            ("as_slice", 0),
            ("as_mut_slice", 0),
            ("copied", 0),
            ("cloned", 0),
            ("unwrap", 0),
            ("expect", 1),
        ];
        if let Some(item) = self.found_part(m, out).or_else(|| self.advanced(m, out)) {
            return Some(item);
        }
        let name = m.method.to_string();
        let stem = name.strip_suffix("_mut").unwrap_or(&name);
        let known = if name == "as_mut" { "as_mut" } else { stem };
        LENDING.iter().find(|(n, args)| *n == known && *args == m.args.len())?;
        if matches!(known, "copied" | "cloned" | "unwrap" | "expect") {
            let Expr::MethodCall(inner) = strip(&m.receiver) else { return None };
            let (tokens, view) = self.lent_part(inner, out)?;
            let (dot, method, args) = (&m.dot_token, &m.method, self.plain(&m.args));
            let inside = match view {
                View::Some(inside) => inside,
                View::Lent(p, 1) if inner.method == "as_ref" || inner.method == "as_mut" => Box::new(View::Lent(payload(&p), 1)),
                _ => return None,
            };
            let view = match (known, *inside) {
                ("unwrap" | "expect", inside) => inside,
                (_, View::Lent(p, 1)) => View::Some(Box::new(View::Owned(p))),
                (_, View::Lent(p, depth)) => View::Some(Box::new(View::Lent(p, depth - 1))),
                _ => return None,
            };
            return Some((quote!(#tokens #dot #method(#args)), view));
        }
        let mut place = match self.place(strip(&m.receiver), out) {
            Some(place) => place,
            None if super::adaptors::is_iterator(&m.receiver) => return None,
            None => match self.value(&m.receiver, out) {
                Operand::Place(p) | Operand::Ref(p) | Operand::Mut(p) => p,
                Operand::Const(_) | Operand::Never => return None,
            },
        };
        if stem != name || name.starts_with("as_mut") {
            self.settle(&mut place, out);
        }
        let (t, dot, method) = (&place.tokens, &m.dot_token, &m.method);
        let receiver = quote!(#t #dot #method);
        let arg = m.args.first().map(|a| self.index(a, out));
        let tokens = quote!(#receiver(#arg));
        let some = |view: View| View::Some(Box::new(view));
        let (zero, one) = (quote!(0_usize), quote!(1_usize));
        let view = match known {
            "first" => some(View::Lent(element(&place, zero.clone(), zero), 1)),
            "get" => some(View::Lent(self.at(&place, arg?, out), 1)),
            "as_ref" | "as_mut" | "as_deref" | "as_slice" | "as_mut_slice" => View::Lent(place, 1),
            _ => {
                let n = self.length(&place, out);
                let last = quote!(#n.wrapping_sub(1));
                match known {
                    "last" => some(View::Lent(element(&place, last.clone(), last), 1)),
                    "split_first" => some(lent_pair(element(&place, zero.clone(), zero), slice(&place, &one, &n))),
                    "split_last" => some(lent_pair(element(&place, last.clone(), last.clone()), slice(&place, &zero, &last))),
                    _ => lent_pair(slice(&place, &zero, &arg.clone()?), slice(&place, &arg?, &n)),
                }
            }
        };
        Some((tokens, view))
    }

    /// Whether a call yields an `Option`, or a tuple, of references to parts of something.
    pub(super) fn lends(&self, e: &Expr) -> bool {
        let Expr::MethodCall(m) = strip(e) else { return false };
        match (m.method.to_string().as_str(), m.args.len()) {
            ("first" | "split_first" | "split_last", 0) | ("get", 1) => true,
            ("last", 0) => !self.is_chain(&m.receiver) || self.is_active(&m.receiver),
            ("next" | "next_back" | "peek", 0) | ("nth" | "nth_back", 1) => self.is_chain(&m.receiver),
            ("copied" | "cloned", 0) => self.lends(&m.receiver),
            _ => false,
        }
    }

    /// The value of such a call.
    pub(super) fn lent_value(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let call = Expr::MethodCall(m.clone());
        if !self.lends(&call) {
            return None;
        }
        let (tokens, view) = self.lent_part(m, out)?;
        let View::Some(inside) = view else { return Some(self.viewed(tokens, &view, out)) };
        let (dst, some) = (self.scopes.fresh("t", m.method.span()), self.scopes.fresh("some", m.method.span()));
        out.push(Stmt::Declare { dst: dst.clone(), mutable: false, ty: None });
        let (mut then, mut els) = (vec![], vec![]);
        let item = inside.item(&some.to_token_stream())?;
        let value = self.operand(item, &mut then);
        let t = operand_tokens(&value);
        let primal = quote!(::core::option::Option::Some(#t));
        let value = match value {
            Operand::Const(_) => Operand::Const(primal),
            value => {
                let fields = vec![(crate::ir::Slot::Field(syn::Member::from(0)), value)];
                self.emit(Op::Build { variant: Some(Variant::Payload("some")), fields, primal }, m.method.span(), &mut then)
            }
        };
        self.assign_to(&dst, value, &mut then);
        self.assign_to(&dst, Operand::Const(quote!(::core::option::Option::None)), &mut els);
        let arm = |body| crate::ir::Arm { body, ..Default::default() };
        let head = crate::ir::Choice::IfLet(quote!(let ::core::option::Option::Some(#some) = #tokens));
        out.push(Stmt::Match { head, arms: vec![arm(then), arm(els)] });
        self.maybes.insert(dst.to_string(), super::options::Maybe::Option);
        Some(Operand::Place(Place::variable(dst)))
    }

    /// A view as a value.
    fn viewed(&mut self, tokens: TokenStream, view: &View, out: &mut Vec<Stmt>) -> Operand {
        match view.item(&tokens) {
            Some(item) => self.operand(item, out),
            None => Operand::Const(tokens),
        }
    }

    /// `*x.last_mut().unwrap()`: the place behind what a method lends.
    pub(super) fn place_behind(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Place> {
        if m.method.to_string().starts_with("get_or_insert") {
            let (tokens, View::Lent(place, 1)) = self.found_part(m, out)? else { return None };
            let source = Some(place.again().clone());
            return Some(Place { tokens: quote!((*#tokens)), source, ..place });
        }
        if m.method != "unwrap" && m.method != "expect" {
            return None;
        }
        let inner = match strip(&m.receiver) {
            Expr::MethodCall(inner) => self.lent_part(inner, out)?,
            _ => return None,
        };
        let (dot, method, args) = (&m.dot_token, &m.method, self.plain(&m.args));
        let tokens = inner.0;
        let place = match inner.1 {
            View::Some(inside) => match *inside {
                View::Lent(p, 1) => p,
                _ => return None,
            },
            View::Lent(p, _) => payload(&p),
            _ => return None,
        };
        let source = Some(place.again().clone());
        Some(Place { tokens: quote!((*#tokens #dot #method(#args))), source, ..place })
    }

    /// The part at any index.
    fn at(&mut self, place: &Place, index: TokenStream, out: &mut Vec<Stmt>) -> Place {
        let container = place.tokens.clone();
        let mut part = place.then(Step::Index { index: index.clone(), container, key: None }, |t| quote!(#t[#index]));
        self.settle(&mut part, out);
        part
    }

    /// Whether an expression is a parameter, or variable, that is a reference.
    pub(super) fn is_reference(&self, e: &Expr) -> bool {
        let Expr::Path(p) = strip(e) else { return false };
        p.path.get_ident().and_then(|i| self.scopes.resolve(i)).is_some_and(|i| self.references.contains(&i.to_string()))
    }

    /// A sequence's length, in a variable.
    pub(super) fn length(&mut self, place: &Place, out: &mut Vec<Stmt>) -> TokenStream {
        let n = self.scopes.fresh("n", proc_macro2::Span::call_site());
        let container = &place.tokens;
        let op = Op::Constant { tokens: quote!(#container.len()), why: Why::Inactive };
        out.push(Stmt::Let { dst: n.clone(), mutable: false, ty: Some(syn::parse_quote!(usize)), op });
        n.to_token_stream()
    }

    /// While a place is lent mutably its containers can't be read: the keys of its indices are made before.
    pub(super) fn settle(&mut self, place: &mut Place, out: &mut Vec<Stmt>) {
        *place = self.keyed(place.clone(), out);
    }
}

fn lent_pair(a: Place, b: Place) -> View {
    View::Tuple(vec![View::Lent(a, 1), View::Lent(b, 1)])
}
