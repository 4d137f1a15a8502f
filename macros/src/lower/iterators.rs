//! Lowering of loops over elements, and of iterator chains.
//!
//! Input: `for pat in iter`, `iter.map(…).sum()`. Output: a loop with a counter `k`; a pattern's variables are other names for the elements
//! `x[k]` they come from. Invariant: the primal iterates as it was written; only what the body reads and writes gets a place.
//!
//!     for (a, b) in x.iter().zip(y) { s += a * b }      →      for (k, (a, b)) in enumerate(x.iter().zip(y)) { s += x[k] * y[k] }

use super::{Lower, statements::strip};
use crate::ir::{Head, Op, Operand, Place, Step, Stmt, Why};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Expr, ExprMethodCall, Pat};

/// What an iterator yields, as far as places are concerned.
#[derive(Clone)]
pub(super) enum Item {
    /// Nothing that carries a gradient.
    Inert,
    /// `x[index]`, by reference or by value; `index` speaks of the counter.
    Element {
        place: Place,
        index: TokenStream,
        owned: bool,
        mutable: bool,
    },
    Tuple(Vec<Item>),
}

impl Lower<'_> {
    /// What an iterator expression yields; `None` if a gradient is carried in a way that is not understood.
    fn items(&mut self, e: &Expr, k: &Ident, out: &mut Vec<Stmt>) -> Option<Item> {
        if !self.is_active(e) && !self.borrows_mutably(e) {
            return Some(Item::Inert);
        }
        let at = |index: TokenStream, owned: bool, mutable: bool, place: Place| Some(Item::Element { place, index, owned, mutable });
        let whole = quote!(#k);
        match strip(e) {
            Expr::Reference(r) => {
                let place = self.place(&r.expr, out)?;
                at(whole, false, r.mutability.is_some(), place)
            }
            Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => {
                let owned = !self.is_alias(e) && !self.is_reference_parameter(e);
                let place = self.place(strip(e), out)?;
                at(whole, owned, false, place)
            }
            Expr::MethodCall(m) => self.adapted(m, k, out),
            _ => None,
        }
    }

    fn adapted(&mut self, m: &ExprMethodCall, k: &Ident, out: &mut Vec<Stmt>) -> Option<Item> {
        let arg = m.args.first();
        match (m.method.to_string().as_str(), arg) {
            ("iter" | "iter_mut" | "into_iter", None) => {
                if matches!(strip(&m.receiver), Expr::MethodCall(_) | Expr::Reference(_)) {
                    return self.items(&m.receiver, k, out);
                }
                let owned = m.method == "into_iter" && !self.is_alias(&m.receiver) && !self.is_reference_parameter(&m.receiver);
                let place = self.place(strip(&m.receiver), out)?;
                Some(Item::Element { place, index: quote!(#k), owned, mutable: m.method == "iter_mut" })
            }
            ("copied" | "cloned", None) => match self.items(&m.receiver, k, out)? {
                Item::Element { place, index, .. } => Some(Item::Element { place, index, owned: true, mutable: false }),
                other => Some(other),
            },
            ("by_ref" | "fuse", None) => self.items(&m.receiver, k, out),
            ("enumerate", None) => Some(Item::Tuple(vec![Item::Inert, self.items(&m.receiver, k, out)?])),
            ("zip", Some(other)) => Some(Item::Tuple(vec![self.items(&m.receiver, k, out)?, self.items(other, k, out)?])),
            ("take", Some(_)) => self.items(&m.receiver, k, out),
            ("skip", Some(n)) => self.shifted(m, n, k, out, |k, n| quote!((#k + #n))),
            ("step_by", Some(n)) => self.shifted(m, n, k, out, |k, n| quote!((#k * #n))),
            ("rev", None) => {
                let item = self.items(&m.receiver, k, out)?;
                self.reversed(item, &m.receiver, k)
            }
            ("chunks" | "chunks_exact" | "chunks_mut" | "chunks_exact_mut", Some(n)) => {
                self.part(m, n, out, |k, n, len| quote!((#k * #n)..(#k * #n + #n).min(#len)), k)
            }
            ("windows", Some(n)) => self.part(m, n, out, |k, n, _| quote!(#k..(#k + #n)), k),
            _ => None,
        }
    }

    /// `skip`, `step_by`: the elements at another index.
    fn shifted(
        &mut self,
        m: &ExprMethodCall,
        n: &Expr,
        k: &Ident,
        out: &mut Vec<Stmt>,
        index: impl Fn(&TokenStream, &TokenStream) -> TokenStream,
    ) -> Option<Item> {
        let n = self.pure(n)?;
        Some(reindexed(self.items(&m.receiver, k, out)?, &|i| index(i, &n)))
    }

    /// `rev`, of a whole container.
    fn reversed(&mut self, item: Item, receiver: &Expr, k: &Ident) -> Option<Item> {
        match item {
            Item::Element { place, owned, index, mutable } if *k == index.to_string() => {
                let container = place.again().clone();
                Some(Item::Element { place, index: quote!((#container.len() - 1 - #k)), owned, mutable })
            }
            Item::Inert => Some(Item::Inert),
            _ => {
                self.unsupported(receiver, "`rev` of this iterator", "loop over indices in reverse: `for i in (0..n).rev()`");
                Some(Item::Inert)
            }
        }
    }

    /// `chunks`, `windows`: parts of a container.
    fn part(
        &mut self,
        m: &ExprMethodCall,
        n: &Expr,
        out: &mut Vec<Stmt>,
        range: impl Fn(&Ident, &TokenStream, &TokenStream) -> TokenStream,
        k: &Ident,
    ) -> Option<Item> {
        let n = self.pure(n)?;
        let place = self.place(strip(&m.receiver), out)?;
        let (container, mutable) = (place.again(), m.method.to_string().ends_with("_mut"));
        let mut len = quote!(#container.len());
        if mutable {
            // while parts are lent mutably the container can't be asked
            let dst = self.scopes.fresh("len", m.method.span());
            let op = Op::Constant { tokens: len, why: Why::Inactive };
            out.push(Stmt::Let { dst: dst.clone(), mutable: false, ty: Some(syn::parse_quote!(usize)), op });
            len = quote!(#dst);
        }
        let index = range(k, &n, &len);
        Some(Item::Element { place, index, owned: false, mutable })
    }

    fn pure(&mut self, e: &Expr) -> Option<TokenStream> {
        super::is_pure(e).then(|| self.plain(e))
    }

    fn is_reference_parameter(&self, e: &Expr) -> bool {
        match strip(e) {
            Expr::Path(p) => {
                p.path.get_ident().and_then(|i| self.scopes.resolve(i)).is_some_and(|i| self.references.contains(&i.to_string()))
            }
            _ => false,
        }
    }

    /// `v.iter_mut()`, `&mut v`: what is written through the elements is written to `v`.
    fn borrows_mutably(&self, e: &Expr) -> bool {
        super::mentions_mut(&e.to_token_stream())
    }

    /// Binds a pattern's variables to the elements they stand for. Returns the pattern.
    fn bind_items(&mut self, pat: &Pat, item: &Item, body: &mut Vec<Stmt>) -> TokenStream {
        match (pat, item) {
            (_, Item::Inert) | (Pat::Wild(_), _) => self.bind_pattern(pat, body),
            (Pat::Tuple(t), Item::Tuple(items)) if t.elems.len() == items.len() => {
                let parts: Vec<TokenStream> = t.elems.iter().zip(items).map(|(p, i)| self.bind_items(p, i, body)).collect();
                quote!((#(#parts),*))
            }
            (Pat::Paren(p), _) => self.bind_items(&p.pat, item, body),
            (Pat::Reference(r), Item::Element { place, index, owned: false, .. }) => {
                let inner = Item::Element { place: place.clone(), index: index.clone(), owned: true, mutable: false };
                let inner = self.bind_items(&r.pat, &inner, body);
                quote!(&#inner)
            }
            (Pat::Ident(p), Item::Element { place, index, owned, mutable }) if p.by_ref.is_none() && p.subpat.is_none() => {
                let container = place.again().clone();
                // while elements are lent mutably the container can't be read: the index is all there is to keep
                let key = mutable.then(|| key_of(index));
                let element = place.then(Step::Index { index: index.clone(), container, key }, |t| quote!(#t[#index]));
                if *owned {
                    self.bind_owned(p, element, body)
                } else {
                    let name = self.scopes.bind(&p.ident);
                    if self.active.contains(&element.base.to_string()) {
                        self.activate(&name);
                    }
                    if *mutable {
                        self.exclusive.insert(name.to_string());
                    }
                    let source = Some(element.again().clone());
                    self.aliases.push((name.to_string(), 1, Place { source, ..element }));
                    name.to_token_stream()
                }
            }
            _ => {
                self.unsupported(pat, "this pattern over elements that carry a gradient", "bind the element to a name first");
                self.bind_pattern(pat, body)
            }
        }
    }

    /// An element by value: a copy with a cotangent of its own.
    fn bind_owned(&mut self, p: &syn::PatIdent, element: Place, body: &mut Vec<Stmt>) -> TokenStream {
        let moved = self.scopes.fresh("e", p.ident.span());
        let dst = self.scopes.bind(&p.ident);
        let source = element.again().clone();
        let copy = Place { tokens: moved.to_token_stream(), source: Some(source), ..element };
        if self.active.contains(&copy.base.to_string()) {
            self.copied_from.push((copy.base.to_string(), p.ident.span()));
            self.emit_into(dst, p.mutability.is_some(), None, crate::ir::Op::Copy(Operand::Place(copy)), body);
        } else {
            let mutability = p.mutability.is_some();
            let op = crate::ir::Op::Constant { tokens: moved.to_token_stream(), why: crate::ir::Why::Inactive };
            self.emit_into(dst, mutability, None, op, body);
        }
        moved.to_token_stream()
    }

    /// `for pat in iter` over elements.
    pub(super) fn element_loop(&mut self, f: &syn::ExprForLoop, out: &mut Vec<Stmt>) {
        let k = self.scopes.fresh("k", f.for_token.span);
        let Some(item) = self.items(&f.expr, &k, out) else {
            self.unsupported(&f.expr, "this iterator over a value that carries a gradient", "loop over its indices: `for i in 0..x.len()`");
            return;
        };
        let iter = self.plain(&f.expr);
        let aliases = self.aliases.len();
        self.scopes.push();
        let copies = self.copied_from.len();
        let mut body = Vec::new();
        let pat = self.bind_items(&f.pat, &item, &mut body);
        let label = f.label.as_ref();
        let tokens = quote!(#label for (#k, #pat) in ::core::iter::Iterator::enumerate(::core::iter::IntoIterator::into_iter(#iter)));
        let head = Head { tokens, range: None, counter: Some(k) };
        self.targets.push(super::Target { label: f.label.as_ref().map(|l| l.name.clone()), ..Default::default() });
        self.block_value(&f.body, &mut body);
        self.targets.pop();
        self.check_copies(copies, &body);
        self.scopes.pop();
        self.aliases.truncate(aliases);
        out.push(Stmt::Loop { head, body, tag: None });
    }

    /// Elements by value are those the container had when the loop began: the body must not change them.
    fn check_copies(&mut self, from: usize, body: &[Stmt]) {
        for (name, span) in self.copied_from.split_off(from) {
            let mut changed = false;
            crate::ir::walk(body, &mut |s| changed |= s.writes().into_iter().any(|p| p.base == name));
            if changed {
                let problem = format!("a loop over the elements of `{name}` by value that changes `{name}` is not differentiated");
                self.sink.report(span, &problem, "loop over a copy of it, bound to another name");
            }
        }
    }

    /// `iter.map(|a| …).filter(|b| …).sum()` and its like: a loop, written out.
    pub(super) fn chain(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let stages = Stages::of(m)?;
        let (acc, e) = (self.scopes.fresh("acc", m.method.span()), self.scopes.fresh("item", m.method.span()));
        let sum = |operator: TokenStream, start: TokenStream| (quote!(let mut #acc = #start;), quote!(#acc #operator #e;), quote!(#acc));
        let ty = m.turbofish.as_ref().and_then(|t| t.args.first());
        let start = |name: &str, value: TokenStream| match ty {
            Some(t) => {
                let name = format_ident!("{}", name);
                quote!(::core::iter::empty::<#t>().#name::<#t>())
            }
            None => value,
        };
        let (before, step, after) = match (m.method.to_string().as_str(), m.args.len()) {
            ("sum", 0) => sum(quote!(+=), start("sum", quote!(-0.0))),
            ("product", 0) => sum(quote!(*=), start("product", quote!(1.0))),
            ("for_each", 1) => {
                let Expr::Closure(c) = &m.args[0] else { return None };
                let (pat, body) = (c.inputs.first()?, &c.body);
                (quote!(), quote!(let #pat = #e; #body;), quote!(()))
            }
            ("fold", 2) => {
                let (init, Expr::Closure(c)) = (&m.args[0], &m.args[1]) else { return None };
                let (a, pat, body) = (c.inputs.first()?, c.inputs.iter().nth(1)?, &c.body);
                (quote!(let mut #acc = #init;), quote!(let #a = #acc; let #pat = #e; #acc = #body;), quote!(#acc))
            }
            ("collect", 0) => (quote!(let mut #acc = ::std::vec::Vec::new();), quote!(#acc.push(#e);), quote!(#acc)),
            _ => return None,
        };
        if m.method == "collect" && ty.is_some_and(|t| !t.to_token_stream().to_string().starts_with("Vec")) {
            return None;
        }
        let body = stages.around(&e, step);
        let (pat, source) = (&stages.pattern(&e), &stages.source);
        let block: syn::Block = syn::parse2(quote!({ #before for #pat in #source { #body } #after })).ok()?;
        Some(self.block_value(&block, out))
    }
}

/// An iterator chain, taken apart: a source of elements and what is done with each.
struct Stages {
    source: Expr,
    stages: Vec<(String, syn::ExprClosure)>,
}

impl Stages {
    fn of(m: &ExprMethodCall) -> Option<Stages> {
        let (mut stages, mut source) = (vec![], (*m.receiver).clone());
        while let Expr::MethodCall(inner) = strip(&source) {
            let name = inner.method.to_string();
            if !matches!(name.as_str(), "map" | "filter" | "inspect" | "take_while") {
                break;
            }
            let closure = match inner.args.first()? {
                Expr::Closure(c) => c.clone(),
                Expr::Path(p) => syn::parse_quote!(|argument| #p(argument)),
                _ => return None,
            };
            stages.push((name, closure));
            source = (*inner.receiver).clone();
        }
        stages.reverse();
        is_iterator(&source).then_some(Stages { source, stages })
    }

    /// The pattern of the loop: the first closure's, where it takes the item as it comes.
    fn pattern(&self, e: &Ident) -> TokenStream {
        match self.stages.first() {
            Some((name, c)) if name == "map" => {
                let pat = &c.inputs[0];
                quote!(#pat)
            }
            _ => quote!(#e),
        }
    }

    /// The body of the loop.
    fn around(&self, e: &Ident, step: TokenStream) -> TokenStream {
        let mut out = TokenStream::new();
        for (k, (name, c)) in self.stages.iter().enumerate() {
            let (pat, body) = (&c.inputs[0], &c.body);
            out.extend(match name.as_str() {
                "map" if k == 0 => quote!(let #e = #body;),
                "map" => quote!(let #pat = #e; let #e = #body;),
                "filter" => {
                    let bind = if let Pat::Reference(r) = pat {
                        let pat = &r.pat;
                        quote!(let #pat = #e;)
                    } else {
                        quote!(let #pat = &#e;)
                    };
                    quote!(#bind if !(#body) { continue; })
                }
                "take_while" => quote!(let #pat = &#e; if !(#body) { break; }),
                _ => quote!(let #pat = &#e; #body;),
            });
        }
        out.extend(step);
        out
    }
}

/// Whether an expression is an iterator by its last method, or a range.
fn is_iterator(e: &Expr) -> bool {
    const ITERATORS: &[&str] = &[
        "iter",
        "iter_mut",
        "into_iter",
        "copied",
        "cloned",
        "enumerate",
        "zip",
        "take",
        "skip",
        "step_by",
        "rev",
        "chunks",
        "chunks_exact",
        "windows",
        "by_ref",
        "fuse",
        "chunks_mut",
        "chunks_exact_mut",
    ];
    match strip(e) {
        Expr::MethodCall(m) => ITERATORS.iter().any(|i| m.method == i),
        Expr::Range(_) => true,
        _ => false,
    }
}

fn reindexed(item: Item, index: &dyn Fn(&TokenStream) -> TokenStream) -> Item {
    match item {
        Item::Element { place, index: i, owned, mutable } => Item::Element { place, index: index(&i), owned, mutable },
        Item::Tuple(items) => Item::Tuple(items.into_iter().map(|i| reindexed(i, index)).collect()),
        Item::Inert => Item::Inert,
    }
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
