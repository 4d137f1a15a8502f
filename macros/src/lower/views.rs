//! Views: what is known of a value that a pattern is about to take apart.
//!
//! Input: an expression. Output: its tokens, and where its parts come from. Invariant: a variable bound to a part by reference is another
//! name for a place; one bound by value, or in a way that tokens don't tell, has a cotangent of its own.
//!
//!     x.get_mut(i)                  Some(Lent(x[i]))
//!     (&a, b)                       Tuple(Lent(a), Value(b))
//!     x.split_at_mut(k)             Tuple(Lent(x[..k]), Lent(x[k..]))

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
    /// A reference to a place.
    Lent(Place),
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
            View::Lent(p) => View::Lent(part(p)),
            _ => View::Inert,
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
                    return (quote!(& #mutability #tokens), View::Lent(place));
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
            Expr::Call(c) if is_attempt(c) => {
                let (mut tokens, mut view) = self.view(&c.args[0], out);
                if let View::Lent(p) = &view
                    && matches!(strip(&c.args[0]), Expr::Path(_) | Expr::Field(_) | Expr::Index(_))
                {
                    // the method looks through the reference
                    (tokens, view) = (quote!((*#tokens)), View::Value(p.clone()));
                }
                return (quote!(::pullback::place::attempt(#tokens)), View::Some(Box::new(view.payload())));
            }
            Expr::Path(_) | Expr::Field(_) | Expr::Index(_) | Expr::Unary(_) => {
                if let Some(place) = self.place(e, out) {
                    let reference = self.is_alias(e) || self.is_reference(e);
                    return if reference { (self.plain(e), View::Lent(place)) } else { (place.tokens.clone(), View::Value(place)) };
                }
            }
            _ => {}
        }
        let value = self.value(e, out);
        let view = match &value {
            Operand::Place(p) => View::Value(p.clone()),
            Operand::Ref(p) | Operand::Mut(p) => View::Lent(p.clone()),
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
            ("copied", 0),
            ("cloned", 0),
            ("unwrap", 0),
            ("expect", 1),
        ];
        let name = m.method.to_string();
        let stem = name.strip_suffix("_mut").unwrap_or(&name);
        let known = if name == "as_mut" { "as_mut" } else { stem };
        LENDING.iter().find(|(n, args)| *n == known && *args == m.args.len())?;
        if matches!(known, "copied" | "cloned" | "unwrap" | "expect") {
            let Expr::MethodCall(inner) = strip(&m.receiver) else { return None };
            let (tokens, view) = self.lent_part(inner, out)?;
            let (dot, method, args) = (&m.dot_token, &m.method, self.plain(&m.args));
            let View::Some(inside) = view else { return None };
            let view = match (known, *inside) {
                ("unwrap" | "expect", inside) => inside,
                (_, View::Lent(p)) => View::Some(Box::new(View::Value(p))),
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
        if stem != name || name == "as_mut" {
            self.settle(&mut place, out);
        }
        let (t, dot, method) = (&place.tokens, &m.dot_token, &m.method);
        let receiver = quote!(#t #dot #method);
        let arg = m.args.first().map(|a| self.index(a, out));
        let tokens = quote!(#receiver(#arg));
        let some = |view: View| View::Some(Box::new(view));
        let (zero, one) = (quote!(0_usize), quote!(1_usize));
        let view = match known {
            "first" => some(View::Lent(element(&place, zero.clone(), zero))),
            "get" => some(View::Lent(self.at(&place, arg?, out))),
            "as_ref" | "as_mut" | "as_deref" => View::Lent(place),
            _ => {
                let n = self.length(&place, out);
                let last = quote!(#n.wrapping_sub(1));
                match known {
                    "last" => some(View::Lent(element(&place, last.clone(), last))),
                    "split_first" => some(lent_pair(element(&place, zero.clone(), zero), slice(&place, &one, &n))),
                    "split_last" => some(lent_pair(element(&place, last.clone(), last.clone()), slice(&place, &zero, &last))),
                    _ => lent_pair(slice(&place, &zero, &arg.clone()?), slice(&place, &arg?, &n)),
                }
            }
        };
        Some((tokens, view))
    }

    /// `*x.last_mut().unwrap()`: the place behind what a method lends.
    pub(super) fn place_behind(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Place> {
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
                View::Lent(p) => p,
                _ => return None,
            },
            View::Lent(p) => payload(&p),
            _ => return None,
        };
        Some(Place { tokens: quote!((*#tokens #dot #method(#args))), source: None, ..place })
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
    View::Tuple(vec![View::Lent(a), View::Lent(b)])
}

/// A call that desugaring has written.
fn is_attempt(c: &syn::ExprCall) -> bool {
    matches!(&*c.func, Expr::Path(p) if p.path.segments.len() == 3 && p.path.segments[2].ident == "attempt")
}
