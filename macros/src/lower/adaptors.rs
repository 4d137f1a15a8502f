//! Adaptors: what `map`, `filter`, `zip` and the like do with each item on its way.
//!
//! Input: an iterator expression, and what is done with each item at its end. Output: loops. Invariant: each adaptor is one arm, which knows
//! nothing of its neighbours: it runs its receiver with a step of its own, and that step calls the next one. Order and number of calls of
//! closures are those of the standard library's iterators.
//!
//!     x.iter().filter(|v| **v > c).map(|v| v * w)  then  s += item     →     for v in x.iter() { if *v > c { t1 = Mul(v, w); s += t1 } }

use super::closures::Function;
use super::items::Item;
use super::sources::{Each, Headed, called, is_source};
use super::{Lower, operand_tokens, statements::strip};
use crate::diagnostics::Message;
use crate::ir::{Arm, Choice, Exit, Op, Operand, Place, Step, Stmt, Variant, Why};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, ExprMethodCall, Pat};

/// An iterator whose items are those of a source, one for one.
enum Rigid {
    Source,
    Map(Box<Rigid>, Function),
    Inspect(Box<Rigid>, Function),
    Copied(Box<Rigid>),
    Numbered(Box<Rigid>),
    Zip(Box<Rigid>, Box<Rigid>),
}

/// What is run with the exit that ends it, if there is one.
type Run<'r> = &'r mut dyn FnMut(&mut Lower<'_>, Option<Exit>, &mut Vec<Stmt>) -> Option<()>;

impl Lower<'_> {
    /// Runs an iterator: `each` is what becomes of its items. `None` if the iterator is not understood.
    pub(super) fn pipe(&mut self, e: &Expr, head: &Headed<'_>, out: &mut Vec<Stmt>, each: Each<'_>) -> Option<()> {
        let e = strip(e);
        if let Some((source, rigid)) = self.rigid(e, out) {
            let hint = hint_of(&rigid, head.hint);
            let head = Headed { hint: hint.as_ref(), ..*head };
            return self.loop_over(&source, &head, out, &mut |s, item, at, body| {
                let item = s.along(&rigid, item, body);
                each(s, item, at, body);
            });
        }
        match e {
            Expr::MethodCall(m) => self.adaptor(m, head, out, each),
            Expr::Call(c) => self.generator(c, head, out, each),
            Expr::Path(p) => {
                let name = self.scopes.resolve(p.path.get_ident()?)?;
                let (_, lazy) = self.lazy.iter().rev().find(|(n, _)| name == n).cloned()?;
                let caller = self.enter(&lazy.scopes);
                let done = self.pipe(&lazy.expr, head, out, each);
                self.leave(caller);
                done
            }
            Expr::Block(b) if b.label.is_none() => {
                let (syn::Stmt::Expr(tail, None), before) = b.block.stmts.split_last()? else { return None };
                self.scopes.push();
                before.iter().for_each(|s| self.statement(s, out));
                let done = self.pipe(tail, head, out, each);
                self.scopes.pop();
                done
            }
            _ => None,
        }
    }

    /// An iterator as a source and what is done with each of its items, if it is one item for one.
    fn rigid(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Option<(Expr, Rigid)> {
        let e = strip(e);
        let plain_source = is_source(e) && !self.has_stages(e);
        let inactive = !self.is_active(e) && !super::mentions_mut(&e.to_token_stream());
        if plain_source || inactive || super::statements::is_range(e) || matches!(e, Expr::Reference(_) | Expr::Field(_) | Expr::Index(_)) {
            return Some((e.clone(), Rigid::Source));
        }
        match e {
            Expr::Array(_) | Expr::Repeat(_) | Expr::Macro(_) => Some((e.clone(), Rigid::Source)),
            Expr::Call(c) if !is_iterator(e) && !self.calls_inlined(&c.func) => Some((e.clone(), Rigid::Source)),
            Expr::MethodCall(_) if !is_iterator(e) => Some((e.clone(), Rigid::Source)),
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
                    ("rev" | "take" | "skip" | "step_by", n) => {
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
    fn along(&mut self, rigid: &Rigid, item: Item, out: &mut Vec<Stmt>) -> Item {
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

    /// `*item`.
    fn copied(&mut self, item: Item, out: &mut Vec<Stmt>) -> Item {
        match item {
            Item::Lent { place, depth: 1, .. } => {
                let op =
                    Op::Copy(Operand::Place(Place { tokens: cloned(&place.tokens), source: Some(place.again().clone()), ..place.clone() }));
                let value = self.emit(op, Span::call_site(), out);
                self.item_from(value)
            }
            Item::Inert(t) => Item::Inert(quote!(::core::clone::Clone::clone(#t))),
            Item::Shared(item) => *item,
            other => other,
        }
    }

    fn adaptor(&mut self, m: &ExprMethodCall, head: &Headed<'_>, out: &mut Vec<Stmt>, each: Each<'_>) -> Option<()> {
        let (receiver, name) = (&m.receiver, m.method.to_string());
        match (name.as_str(), m.args.first()) {
            ("by_ref" | "fuse" | "peekable" | "into_iter", None) => self.pipe(receiver, head, out, each),
            ("copied" | "cloned", None) => self.pipe(receiver, head, out, &mut |s, item, at, body| {
                let item = s.copied(item, body);
                each(s, item, at, body);
            }),
            ("enumerate", None) => {
                let n = self.counter("n", out);
                self.pipe(receiver, head, out, &mut |s, item, _, body| {
                    let at = s.next_number(&n, body);
                    each(s, Item::Tuple(vec![Item::Inert(at.to_token_stream()), item]), Some(&at.to_token_stream()), body);
                })
            }
            ("rev", None) => {
                let reversed = reversed(receiver)?;
                self.pipe(&reversed, head, out, each)
            }
            ("chain", Some(other)) => {
                self.pipe(receiver, head, out, &mut |s, item, _, body| each(s, item, None, body))?;
                self.pipe(other, head, out, &mut |s, item, _, body| each(s, item, None, body))
            }
            ("flatten", None) => self.pipe(receiver, &Headed::default(), out, &mut |s, item, _, body| s.inside(item, head, body, each)),
            ("zip", Some(other)) => self.zip(receiver, other, head, out, each),
            ("take" | "skip" | "step_by", Some(n)) => {
                let n = self.fixed(n, out);
                match name.as_str() {
                    "take" => self.take(receiver, &n, head, out, each),
                    _ => self.skip(receiver, &n, name == "skip", head, out, each),
                }
            }
            ("scan", Some(_)) if m.args.len() == 2 => self.scan(m, head, out, each),
            (_, Some(f)) if m.args.len() == 1 => {
                let f = self.function(f, out)?;
                self.closure_adaptor(&name, receiver, &f, head, out, each)
            }
            _ => None,
        }
    }

    /// Adaptors whose one argument is a function.
    fn closure_adaptor(
        &mut self,
        name: &str,
        receiver: &Expr,
        f: &Function,
        head: &Headed<'_>,
        out: &mut Vec<Stmt>,
        each: Each<'_>,
    ) -> Option<()> {
        match name {
            "map" => self.pipe(receiver, head, out, &mut |s, item, at, body| {
                let item = s.apply(f, vec![item], body);
                each(s, item, at, body);
            }),
            "inspect" => self.pipe(receiver, head, out, &mut |s, item, at, body| {
                s.apply(f, vec![item.by_ref()], body);
                each(s, item, at, body);
            }),
            "filter" => self.pipe(receiver, head, out, &mut |s, item, _, body| {
                let cond = s.condition(f, vec![item.by_ref()], body);
                let mut then = vec![];
                each(s, item, None, &mut then);
                body.push(Stmt::If { cond, then, els: vec![] });
            }),
            "filter_map" | "map_while" => self.leaving(name == "map_while", receiver, out, &mut |s, exit, out| {
                s.pipe(receiver, head, out, &mut |s, item, at, body| {
                    let value = s.apply(f, vec![item], body);
                    let at = at.filter(|_| exit.is_some());
                    s.if_some(value, body, &mut |s, item, body| each(s, item, at, body), exit.clone());
                })
            }),
            "take_while" => self.leaving(true, receiver, out, &mut |s, exit, out| {
                s.pipe(receiver, head, out, &mut |s, item, at, body| {
                    let cond = s.condition(f, vec![item.by_ref()], body);
                    let mut then = vec![];
                    each(s, item, at, &mut then);
                    body.push(Stmt::If { cond, then, els: exit.iter().map(exit_statement).collect() });
                })
            }),
            "skip_while" => {
                let begun = self.flag(out);
                self.pipe(receiver, head, out, &mut |s, item, _, body| {
                    let mut test = vec![];
                    let cond = s.condition(f, vec![item.by_ref()], &mut test);
                    test.push(Stmt::Opaque(quote!(if !#cond { #begun = true; })));
                    body.push(Stmt::If { cond: quote!(!#begun), then: test, els: vec![] });
                    let mut then = vec![];
                    each(s, item, None, &mut then);
                    body.push(Stmt::If { cond: begun.to_token_stream(), then, els: vec![] });
                })
            }
            "flat_map" => self.pipe(receiver, &Headed::default(), out, &mut |s, item, _, body| match f {
                Function::Closure(c, scopes) => {
                    let caller = s.enter(scopes);
                    if let Some(pat) = c.inputs.first() {
                        s.bind_item(pat, &item, body);
                    }
                    let (here, mut done) = (c.body.clone(), None);
                    if is_iterator(&here) || matches!(&*here, Expr::Block(_)) || s.is_lazy(&here) {
                        done = s.pipe(&here, head, body, &mut |s, item, _, body| each(s, item, None, body));
                    }
                    if done.is_none() {
                        let value = s.item(&here, body);
                        s.inside(value, head, body, each);
                    }
                    s.leave(caller);
                }
                Function::Named(_) => {
                    let value = s.apply(f, vec![item], body);
                    s.inside(value, head, body, each);
                }
            }),
            _ => None,
        }
    }

    /// Runs the elements of an item that is itself a container, or an `Option`.
    fn inside(&mut self, item: Item, head: &Headed<'_>, out: &mut Vec<Stmt>, each: Each<'_>) {
        let name = self.scopes.fresh("inner", Span::call_site());
        self.scopes.push();
        let pat = syn::PatIdent { attrs: vec![], by_ref: None, mutability: None, ident: name.clone(), subpat: None };
        self.bind_item(&Pat::Ident(pat), &item, out);
        let done = self.pipe(&syn::parse_quote!(#name), head, out, &mut |s, item, _, body| each(s, item, None, body));
        self.scopes.pop();
        if done.is_none() {
            self.refuse(&name, &Message::Flatten {});
        }
    }

    /// An adaptor that may end the iteration: `exit` leads out of all loops of its receiver.
    pub(super) fn leaving(&mut self, ends: bool, receiver: &Expr, out: &mut Vec<Stmt>, run: Run<'_>) -> Option<()> {
        if !ends {
            return run(self, None, out);
        }
        if is_single(receiver) {
            return run(self, Some(Exit::Break(None)), out);
        }
        let label = self.label("end");
        let mut body = vec![];
        let done = run(self, Some(Exit::Break(Some(label.clone()))), &mut body);
        out.push(Stmt::Labeled { label, body, tag: None });
        done
    }

    fn take(&mut self, receiver: &Expr, n: &TokenStream, head: &Headed<'_>, out: &mut Vec<Stmt>, each: Each<'_>) -> Option<()> {
        let taken = self.counter("taken", out);
        let mut body = vec![];
        let done = self.leaving(true, receiver, &mut body, &mut |s, exit, out| {
            s.pipe(receiver, head, out, &mut |s, item, at, body| {
                let start = body.len();
                body.push(Stmt::Opaque(quote!(#taken += 1;)));
                each(s, item, at, body);
                if continues(body) {
                    let then = exit.iter().map(exit_statement).collect();
                    body.insert(start, Stmt::If { cond: quote!(#taken >= #n), then, els: vec![] });
                }
                let then = exit.iter().map(exit_statement).collect();
                body.push(Stmt::If { cond: quote!(#taken >= #n), then, els: vec![] });
            })
        });
        // nothing is asked of the receiver if nothing is taken
        out.push(Stmt::If { cond: quote!(#n > 0), then: body, els: vec![] });
        done
    }

    /// `skip(n)`; `step_by(n)`.
    fn skip(
        &mut self,
        receiver: &Expr,
        n: &TokenStream,
        skips: bool,
        head: &Headed<'_>,
        out: &mut Vec<Stmt>,
        each: Each<'_>,
    ) -> Option<()> {
        let seen = self.counter("seen", out);
        self.pipe(receiver, head, out, &mut |s, item, _, body| {
            let at = s.next_number(&seen, body);
            let mut then = vec![];
            each(s, item, None, &mut then);
            let cond = if skips { quote!(#at >= #n) } else { quote!(#at % #n == 0) };
            body.push(Stmt::If { cond, then, els: vec![] });
        })
    }

    /// `scan(state, |state, item| …)`.
    fn scan(&mut self, m: &ExprMethodCall, head: &Headed<'_>, out: &mut Vec<Stmt>, each: Each<'_>) -> Option<()> {
        let state = self.state("state", &m.args[0], out);
        let f = self.function(&m.args[1], out)?;
        let place = Place::variable(state.clone());
        let lent = Item::Lent { tokens: quote!((&mut #state)), place: Place { tokens: quote!(#state), ..place }, depth: 1 };
        self.leaving(true, &m.receiver, out, &mut |s, exit, out| {
            s.pipe(&m.receiver, head, out, &mut |s, item, at, body| {
                // the closure's first parameter is another name for the state
                let lent = match &lent {
                    Item::Lent { place, .. } => s.mutable_name(place, &state, body),
                    other => other.clone(),
                };
                let value = s.apply(&f, vec![lent, item], body);
                s.if_some(value, body, &mut |s, item, body| each(s, item, at, body), exit.clone());
            })
        })
    }

    /// A variable that is a mutable reference to a place.
    fn mutable_name(&mut self, place: &Place, state: &Ident, out: &mut Vec<Stmt>) -> Item {
        let name = self.scopes.fresh("lent", Span::call_site());
        out.push(Stmt::Opaque(quote!(let #name = &mut #state;)));
        self.owners.insert(state.to_string());
        self.lend(&name, place, 1);
        self.item_of(&name)
    }

    /// `zip` where an item of the left side is not an item of a source: the right side is asked for one each time.
    fn zip(&mut self, left: &Expr, right: &Expr, head: &Headed<'_>, out: &mut Vec<Stmt>, each: Each<'_>) -> Option<()> {
        if !self.is_active(right) {
            let (it, t) = (self.scopes.fresh("it", Span::call_site()), self.plain(right));
            out.push(Stmt::Opaque(quote!(let mut #it = ::core::iter::IntoIterator::into_iter(#t);)));
            return self.leaving(true, left, out, &mut |s, exit, out| {
                s.pipe(left, head, out, &mut |s, item, at, body| {
                    let (next, value) = (s.scopes.fresh("next", Span::call_site()), s.scopes.fresh("c", Span::call_site()));
                    body.push(Stmt::Opaque(quote!(let #next = ::core::iter::Iterator::next(&mut #it);)));
                    let mut then = vec![];
                    each(s, Item::Tuple(vec![item, Item::Inert(value.to_token_stream())]), at, &mut then);
                    let arm = |body| Arm { pattern: quote!(), body };
                    let els = exit.iter().map(exit_statement).collect();
                    let head = Choice::IfLet(quote!(let ::core::option::Option::Some(#value) = #next));
                    body.push(Stmt::Match { head, arms: vec![arm(then), arm(els)] });
                })
            });
        }
        let (source, rigid) = self.rigid(right, out)?;
        let j = self.counter("j", out);
        let source = self.source(&source, &j, out)?;
        let super::sources::Count::Known(count) = source.count else { return None };
        self.leaving(true, left, out, &mut |s, exit, out| {
            s.pipe(left, head, out, &mut |s, item, at, body| {
                let mut then = vec![];
                let at_right = s.next_number(&j, &mut then);
                let other = s.read_lane(&source.lane, &at_right, &mut then);
                let other = s.along(&rigid, other, &mut then);
                each(s, Item::Tuple(vec![item, other]), at, &mut then);
                body.push(Stmt::If { cond: quote!(#j < #count), then, els: exit.iter().map(exit_statement).collect() });
            })
        })
    }

    /// `once`, `from_fn`, `successors`, `repeat_with`, calls of closures that yield iterators.
    fn generator(&mut self, c: &syn::ExprCall, head: &Headed<'_>, out: &mut Vec<Stmt>, each: Each<'_>) -> Option<()> {
        if called(c, "once") && c.args.len() == 1 {
            let item = self.item(&c.args[0], out);
            // one round, so that an exit has a loop to leave
            let (label, mut body) = (head.label.map(|l| quote!(#l:)), vec![]);
            each(self, item, Some(&quote!(0)), &mut body);
            let head = crate::ir::Head { tokens: quote!(#label for _ in 0..1), range: None, counter: None, moved: vec![], gather: None };
            out.push(Stmt::Loop { head, body, tag: None });
            return Some(());
        }
        if called(c, "from_fn") || called(c, "repeat_with") {
            let f = self.function(c.args.first()?, out)?;
            let ends = called(c, "from_fn");
            return self.endless(head, out, &mut |s, body| {
                let value = s.apply(&f, vec![], body);
                if ends {
                    s.if_some(value, body, &mut |s, item, body| each(s, item, None, body), Some(Exit::Break(None)));
                } else {
                    each(s, value, None, body);
                }
            });
        }
        if called(c, "successors") && c.args.len() == 2 {
            let next = self.state("next", &c.args[0], out);
            let f = self.function(&c.args[1], out)?;
            let current = Item::Owned(Place::variable(next.clone()));
            return self.endless(head, out, &mut |s, body| {
                let value = s.emit(Op::Copy(Operand::Place(Place::variable(next.clone()))), Span::call_site(), body);
                let value = s.item_from(value);
                let (current, next) = (&current, &next);
                let _ = current;
                s.if_some(
                    value,
                    body,
                    &mut |s, item, body| {
                        let value = s.apply(&f, vec![item.by_ref()], body);
                        let value = s.operand(value, body);
                        s.set(next, value, body);
                        each(s, item, None, body);
                    },
                    Some(Exit::Break(None)),
                );
            });
        }
        let function = self.function(&c.func, out)?;
        let Function::Closure(closure, scopes) = function else { return None };
        let args: Vec<Item> = c.args.iter().map(|a| self.item(a, out)).collect();
        let caller = self.enter(&scopes);
        closure.inputs.iter().zip(&args).for_each(|(p, i)| self.bind_item(p, i, out));
        let done = self.pipe(&closure.body, head, out, each);
        self.leave(caller);
        done
    }

    /// `loop { … }`.
    fn endless(&mut self, head: &Headed<'_>, out: &mut Vec<Stmt>, round: &mut dyn FnMut(&mut Lower<'_>, &mut Vec<Stmt>)) -> Option<()> {
        let (label, mut body) = (head.label.map(|l| quote!(#l:)), vec![]);
        round(self, &mut body);
        let head = crate::ir::Head { tokens: quote!(#label loop), range: None, counter: None, moved: vec![], gather: None };
        out.push(Stmt::Loop { head, body, tag: None });
        Some(())
    }

    /// `if let Some(item) = value { … } else { exit }`.
    pub(super) fn if_some(
        &mut self,
        value: Item,
        out: &mut Vec<Stmt>,
        then: &mut dyn FnMut(&mut Lower<'_>, Item, &mut Vec<Stmt>),
        exit: Option<Exit>,
    ) {
        let value = self.operand(value, out);
        let (tokens, name) = (operand_tokens(&value), self.scopes.fresh("some", Span::call_site()));
        let mut body = vec![];
        let item = match value.place() {
            Some(place) => {
                let inside = place.then(Step::Variant(Variant::Payload("some")), Clone::clone);
                body.push(Stmt::Bound { dst: name.clone(), place: inside });
                if self.active.contains(&place.base.to_string()) {
                    self.activate(&name);
                }
                self.item_of(&name)
            }
            None => Item::Inert(name.to_token_stream()),
        };
        then(self, item, &mut body);
        let arm = |body| Arm { pattern: quote!(), body };
        let els = exit.iter().map(exit_statement).collect();
        let head = Choice::IfLet(quote!(let ::core::option::Option::Some(#name) = #tokens));
        out.push(Stmt::Match { head, arms: vec![arm(body), arm(els)] });
    }

    /// A counter from 0.
    pub(super) fn counter(&mut self, stem: &str, out: &mut Vec<Stmt>) -> Ident {
        let name = self.scopes.fresh(stem, Span::call_site());
        let op = Op::Constant { tokens: quote!(0), why: Why::Inactive };
        out.push(Stmt::Let { dst: name.clone(), mutable: true, ty: Some(syn::parse_quote!(usize)), op });
        name
    }

    /// The counter's value, which goes up by one.
    pub(super) fn next_number(&mut self, counter: &Ident, out: &mut Vec<Stmt>) -> Ident {
        let at = self.scopes.fresh("i", Span::call_site());
        let op = Op::Constant { tokens: counter.to_token_stream(), why: Why::Inactive };
        out.push(Stmt::Let { dst: at.clone(), mutable: false, ty: Some(syn::parse_quote!(usize)), op });
        out.push(Stmt::Opaque(quote!(#counter += 1;)));
        at
    }

    pub(super) fn flag(&mut self, out: &mut Vec<Stmt>) -> Ident {
        let name = self.scopes.fresh("flag", Span::call_site());
        out.push(Stmt::Opaque(quote!(let mut #name = false;)));
        name
    }

    /// A variable that changes from round to round, with its first value.
    pub(super) fn state(&mut self, stem: &str, first: &Expr, out: &mut Vec<Stmt>) -> Ident {
        let value = self.value(first, out);
        let name = self.scopes.fresh(stem, Span::call_site());
        self.owners.insert(name.to_string());
        let op = match value {
            Operand::Const(tokens) => Op::Constant { tokens, why: Why::Inactive },
            other => Op::Copy(other),
        };
        self.emit_into(name.clone(), true, None, op, out);
        name
    }

    /// `state = value;`.
    pub(super) fn set(&mut self, state: &Ident, value: Operand, out: &mut Vec<Stmt>) {
        if self.varied(&value) {
            self.activate(state);
        }
        let rhs = operand_tokens(&value);
        out.push(Stmt::Store { place: Place::variable(state.clone()), operator: None, value, primal: quote!(#state = #rhs;), init: false });
    }

    pub(super) fn label(&mut self, stem: &str) -> syn::Lifetime {
        let name = self.scopes.fresh(stem, Span::call_site());
        syn::Lifetime::new(&format!("'{name}"), Span::call_site())
    }

    /// Whether an expression is the name of an iterator.
    pub(super) fn is_lazy(&self, e: &Expr) -> bool {
        let Expr::Path(p) = strip(e) else { return false };
        let name = p.path.get_ident().and_then(|i| self.scopes.resolve(i));
        name.is_some_and(|n| self.lazy.iter().any(|(l, _)| n == l))
    }
}

/// Whether some statement goes on with the next item.
fn continues(body: &[Stmt]) -> bool {
    let mut found = false;
    crate::ir::walk(body, &mut |s| found |= matches!(s, Stmt::Exit { exit: Exit::Continue(_), .. }));
    found
}

pub(super) fn exit_statement(exit: &Exit) -> Stmt {
    Stmt::Exit { exit: exit.clone(), number: 0, frames: vec![] }
}

/// The first closure's pattern, if it is the first to see the source's items; else that of what follows.
fn hint_of(rigid: &Rigid, next: Option<&Pat>) -> Option<Pat> {
    match rigid {
        Rigid::Source => next.cloned(),
        Rigid::Copied(inner) => hint_of(inner, next),
        Rigid::Map(inner, f) | Rigid::Inspect(inner, f) => match (&**inner, f) {
            (Rigid::Source | Rigid::Copied(_), Function::Closure(c, _)) => c.inputs.first().cloned(),
            (Rigid::Source | Rigid::Copied(_), Function::Named(_)) => None,
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

fn cloned(tokens: &TokenStream) -> TokenStream {
    quote!(::core::clone::Clone::clone(&#tokens))
}

/// The same items from the end, for adaptors that keep the order.
fn reversed(e: &Expr) -> Option<Expr> {
    let Expr::MethodCall(m) = strip(e) else { return None };
    let (receiver, method, args) = (&m.receiver, &m.method, &m.args);
    match method.to_string().as_str() {
        "map" | "filter" | "filter_map" | "inspect" | "copied" | "cloned" | "fuse" | "by_ref" => {
            Some(syn::parse_quote!(#receiver.rev().#method(#args)))
        }
        "chain" => {
            let other = args.first()?;
            let other: Expr = if is_iterator(other) { other.clone() } else { syn::parse_quote!((#other).into_iter()) };
            Some(syn::parse_quote!(#other.rev().chain(#receiver.rev())))
        }
        "rev" => Some((**receiver).clone()),
        _ => None,
    }
}

/// Whether an iterator becomes one loop, which `break` leaves.
pub(super) fn is_single(e: &Expr) -> bool {
    match strip(e) {
        Expr::MethodCall(m) => {
            !matches!(m.method.to_string().as_str(), "chain" | "flatten" | "flat_map" | "take")
                && (!is_iterator(&m.receiver) || is_single(&m.receiver))
        }
        Expr::Path(_) | Expr::Block(_) => false,
        Expr::Call(c) => ["once", "repeat", "from_fn", "repeat_with", "successors", "zip"].iter().any(|n| called(c, n)),
        _ => true,
    }
}

/// Whether calling the closures of an iterator changes anything.
fn has_effects(e: &Expr) -> bool {
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

/// Whether an expression is an iterator by its methods.
pub(super) fn is_iterator(e: &Expr) -> bool {
    match strip(e) {
        Expr::MethodCall(m) => match m.method.to_string().as_str() {
            "filter_map" | "flat_map" | "chain" | "scan" | "skip_while" | "take_while" | "map_while" | "peekable" => true,
            "map" | "filter" | "inspect" | "flatten" | "zip" | "take" | "copied" | "cloned" => is_iterator(&m.receiver),
            "enumerate" | "rev" | "skip" | "step_by" | "fuse" | "by_ref" => true,
            "values" | "keys" | "chars" | "bytes" | "lines" | "split_whitespace" => true,
            _ => is_source(e),
        },
        Expr::Call(c) => ["once", "repeat", "from_fn", "repeat_with", "successors", "zip", "empty"].iter().any(|n| called(c, n)),
        Expr::Range(_) => true,
        _ => false,
    }
}
