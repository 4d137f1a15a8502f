//! Rigid iterators: those whose items are a source's, one for one.
//!
//! Input: an iterator expression. Output: its source, and what is done with each item. Invariant: positions, `rev`, `zip` and the like
//! mean the source's, so that a chain of any length over slices is one loop over indices.
//!
//!     x.iter().map(f).rev().zip(y)        →        x.iter().rev().zip(y), and of each (a, b): (f(a), b)

use super::adaptors::is_iterator;
use super::closures::Function;
use super::items::Item;
use super::sources::is_source;
use super::{Lower, statements::strip};
use crate::ir::Stmt;
use quote::{ToTokens, quote};
use syn::{Expr, Pat};

/// An iterator whose items are those of a source, one for one.
#[derive(Clone)]
pub(crate) enum Rigid {
    Source,
    Map(Box<Rigid>, Function),
    Inspect(Box<Rigid>, Function),
    Copied(Box<Rigid>),
    Numbered(Box<Rigid>),
    Zip(Box<Rigid>, Box<Rigid>),
}

impl Lower<'_> {
    /// An iterator as a source and what is done with each of its items, if it is one item for one.
    pub(super) fn rigid(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Option<(Expr, Rigid)> {
        let e = strip(e);
        if let Some(stages) = self.cursor_stages(e) {
            return Some((e.clone(), stages));
        }
        let plain_source = is_source(e) && !self.has_stages(e);
        let inactive = !self.is_active(e) && !super::mentions_mut(&e.to_token_stream());
        if plain_source || inactive || super::branches::is_range(e) || matches!(e, Expr::Reference(_) | Expr::Field(_) | Expr::Index(_)) {
            return Some((e.clone(), Rigid::Source));
        }
        match e {
            Expr::Array(_) | Expr::Repeat(_) | Expr::Macro(_) => Some((e.clone(), Rigid::Source)),
            Expr::Call(c) if !is_iterator(e) && !self.calls_inlined(&c.func) => Some((e.clone(), Rigid::Source)),
            Expr::MethodCall(_) if !self.is_chain(e) => Some((e.clone(), Rigid::Source)),
            Expr::Path(p) => {
                let name = p.path.get_ident().and_then(|i| self.scopes.resolve(i));
                let lazy = name.is_some_and(|n| self.lazy.iter().any(|(l, _)| n == l));
                (!lazy).then(|| (e.clone(), Rigid::Source))
            }
            Expr::MethodCall(m) => {
                let name = m.method.to_string();
                match (name.as_str(), m.args.first()) {
                    ("map" | "inspect", Some(f)) => {
                        let (source, inner) = self.rigid(&m.receiver, out)?;
                        let f = self.function(f, out)?;
                        let inner = Box::new(inner);
                        Some((source, if name == "map" { Rigid::Map(inner, f) } else { Rigid::Inspect(inner, f) }))
                    }
                    ("copied" | "cloned", None) => {
                        let (source, inner) = self.rigid(&m.receiver, out)?;
                        Some((source, Rigid::Copied(Box::new(inner))))
                    }
                    ("into_iter" | "by_ref" | "fuse" | "peekable", None) => self.rigid(&m.receiver, out),
                    ("enumerate", None) => {
                        let (source, inner) = self.rigid(&m.receiver, out)?;
                        Some((syn::parse_quote!(#source.enumerate()), Rigid::Numbered(Box::new(inner))))
                    }
                    ("rev" | "take" | "skip" | "step_by" | "cycle", n) => {
                        if matches!(name.as_str(), "skip" | "step_by") && has_effects(&m.receiver) {
                            return None;
                        }
                        let (source, inner) = self.rigid(&m.receiver, out)?;
                        let (source, method) = (iterator(source), &m.method);
                        Some((syn::parse_quote!(#source.#method(#n)), inner))
                    }
                    ("zip", Some(other)) => {
                        let (a, left) = self.rigid(&m.receiver, out)?;
                        let (b, right) = self.rigid(other, out)?;
                        let a = iterator(a);
                        Some((syn::parse_quote!(#a.zip(#b)), Rigid::Zip(Box::new(left), Box::new(right))))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether a source by its methods has adaptors with closures somewhere inside, or names an iterator.
    fn has_stages(&self, e: &Expr) -> bool {
        match strip(e) {
            Expr::MethodCall(m) => {
                let names_iterator = |e: &Expr| {
                    let Expr::Path(p) = strip(e) else { return false };
                    let name = p.path.get_ident().and_then(|i| self.scopes.resolve(i));
                    name.is_some_and(|n| self.lazy.iter().any(|(l, _)| n == l))
                };
                let own = !is_source(e)
                    && matches!(
                        m.method.to_string().as_str(),
                        "map"
                            | "inspect"
                            | "filter"
                            | "filter_map"
                            | "flat_map"
                            | "chain"
                            | "flatten"
                            | "scan"
                            | "take_while"
                            | "skip_while"
                            | "map_while"
                    );
                own || names_iterator(&m.receiver)
                    || (is_iterator(&m.receiver) && self.has_stages(&m.receiver))
                    || (m.method == "zip"
                        && m.args.iter().any(|a| names_iterator(a) || (is_iterator(a) && (!is_source(a) || self.has_stages(a)))))
            }
            _ => false,
        }
    }

    /// What becomes of a source's item.
    pub(super) fn along(&mut self, rigid: &Rigid, item: Item, out: &mut Vec<Stmt>) -> Item {
        match rigid {
            Rigid::Source => item,
            Rigid::Map(inner, f) => {
                let item = self.along(inner, item, out);
                self.apply(f, vec![item], out)
            }
            Rigid::Inspect(inner, f) => {
                let item = self.along(inner, item, out);
                self.apply(f, vec![item.by_ref()], out);
                item
            }
            Rigid::Copied(inner) => {
                let item = self.along(inner, item, out);
                self.copied(item, out)
            }
            Rigid::Numbered(inner) => match item {
                Item::Tuple(parts) if parts.len() == 2 => {
                    let number = parts[0].clone();
                    Item::Tuple(vec![number, self.along(inner, parts[1].clone(), out)])
                }
                // nothing in it carries a gradient
                other => other,
            },
            Rigid::Zip(left, right) => match item {
                Item::Tuple(parts) if parts.len() == 2 => {
                    let a = self.along(left, parts[0].clone(), out);
                    Item::Tuple(vec![a, self.along(right, parts[1].clone(), out)])
                }
                Item::Inert(t) => {
                    let part = |k: usize| {
                        let k = syn::Index::from(k);
                        Item::Inert(quote!(#t.#k))
                    };
                    let a = self.along(left, part(0), out);
                    Item::Tuple(vec![a, self.along(right, part(1), out)])
                }
                other => other,
            },
        }
    }
}

/// The first closure's pattern, if it is the first to see the source's items; else that of what follows.
pub(super) fn hint_of(rigid: &Rigid, next: Option<&Pat>) -> Option<Pat> {
    match rigid {
        Rigid::Source => next.cloned(),
        Rigid::Copied(inner) => hint_of(inner, next),
        Rigid::Map(inner, f) | Rigid::Inspect(inner, f) => match (&**inner, f) {
            (Rigid::Source | Rigid::Copied(_), Function::Closure(c, _)) => c.inputs.first().cloned(),
            (Rigid::Source | Rigid::Copied(_), Function::Named(..)) => None,
            _ => hint_of(inner, None),
        },
        Rigid::Numbered(inner) => match next {
            Some(Pat::Tuple(t)) if t.elems.len() == 2 => {
                let (number, item) = (&t.elems[0], hint_of(inner, t.elems.get(1)));
                item.map(|item| tuple_pattern(number, &item))
            }
            _ => None,
        },
        Rigid::Zip(left, right) => {
            let part = |k: usize| match next {
                Some(Pat::Tuple(t)) if t.elems.len() == 2 => t.elems.get(k),
                _ => None,
            };
            let wild: Pat = Pat::Wild(syn::PatWild { attrs: vec![], underscore_token: Default::default() });
            let (a, b) = (hint_of(left, part(0)), hint_of(right, part(1)));
            Some(tuple_pattern(&a.unwrap_or_else(|| wild.clone()), &b.unwrap_or(wild)))
        }
    }
}

fn tuple_pattern(a: &Pat, b: &Pat) -> Pat {
    let elems = [a.clone(), b.clone()].into_iter().collect();
    Pat::Tuple(syn::PatTuple { attrs: vec![], paren_token: Default::default(), elems })
}

/// A source that may be a container, as an iterator.
fn iterator(source: Expr) -> Expr {
    if is_source(&source) || matches!(source, Expr::MethodCall(_) | Expr::Call(_)) {
        source
    } else {
        syn::parse_quote!((#source).into_iter())
    }
}

/// Whether calling the closures of an iterator changes anything.
pub(super) fn has_effects(e: &Expr) -> bool {
    struct Search(bool);
    impl<'a> syn::visit::Visit<'a> for Search {
        fn visit_expr(&mut self, e: &'a Expr) {
            self.0 |= match e {
                Expr::Assign(_) | Expr::Macro(_) => true,
                Expr::Binary(b) => super::statements::compound(&b.op).is_some(),
                Expr::MethodCall(m) => m.method == "push" || m.method == "inspect",
                Expr::Reference(r) => r.mutability.is_some(),
                _ => false,
            };
            syn::visit::visit_expr(self, e);
        }
    }
    let mut search = Search(false);
    syn::visit::Visit::visit_expr(&mut search, e);
    search.0
}
