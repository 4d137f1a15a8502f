//! Adaptors: what `map`, `filter`, `zip` and the like do with each item on its way.
//!
//! Input: an iterator expression, and what is done with each item at its end. Output: loops. Invariant: each adaptor is one arm, which knows
//! nothing of its neighbours: it runs its receiver with a step of its own, and that step calls the next one. Order and number of calls of
//! closures are those of the standard library's iterators.
//!
//!     x.iter().filter(|v| **v > c).map(|v| v * w)  then  s += item     →     for v in x.iter() { if *v > c { t1 = Mul(v, w); s += t1 } }

use super::closures::Function;
use super::items::Item;
use super::rigid::hint_of;
use super::sources::{Each, Headed, called, is_source};
use super::states::{continues, exit_statement};
use super::{Lower, statements::strip};
use crate::diagnostics::Message;
use crate::ir::{Arm, Choice, Exit, Op, Operand, Place, Stmt};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall, Pat};

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

    /// `*item`.
    pub(super) fn copied(&mut self, item: Item, out: &mut Vec<Stmt>) -> Item {
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
            ("flatten", None) => {
                self.pipe(receiver, &Headed::default(), out, &mut |s, item, _, body| s.inside(item, receiver.span(), head, body, each))
            }
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
                        s.inside(value, here.span(), head, body, each);
                    }
                    s.leave(caller);
                }
                Function::Named(..) => {
                    let value = s.apply(f, vec![item], body);
                    s.inside(value, receiver.span(), head, body, each);
                }
            }),
            _ => None,
        }
    }

    /// Runs the elements of an item that is itself a container, or an `Option`.
    fn inside(&mut self, item: Item, at: Span, head: &Headed<'_>, out: &mut Vec<Stmt>, each: Each<'_>) {
        let name = self.scopes.fresh("inner", at);
        self.scopes.push();
        let pat = syn::PatIdent { attrs: vec![], by_ref: None, mutability: None, ident: name.clone(), subpat: None };
        self.bind_item(&Pat::Ident(pat), &item, out);
        let head = Headed { inner: true, ..*head };
        let done = self.pipe(&syn::parse_quote!(#name), &head, out, &mut |s, item, _, body| each(s, item, None, body));
        self.scopes.pop();
        if done.is_none() {
            self.refuse(&name, &Message::Iterator {});
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
                    let arm = |body| Arm { body, ..Arm::default() };
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
        // whether its items can be read out of turn
        self.read_lane(&source.lane, &j, &mut vec![])?;
        self.leaving(true, left, out, &mut |s, exit, out| {
            s.pipe(left, head, out, &mut |s, item, at, body| {
                let mut then = vec![];
                let at_right = s.next_number(&j, &mut then);
                let Some(other) = s.read_lane(&source.lane, &at_right, &mut then) else { return };
                let other = s.along(&rigid, other, &mut then);
                each(s, Item::Tuple(vec![item, other]), at, &mut then);
                body.push(Stmt::If { cond: quote!(#j < #count), then, els: exit.iter().map(exit_statement).collect() });
            })
        })
    }

    /// Whether an expression is the name of an iterator.
    pub(super) fn is_lazy(&self, e: &Expr) -> bool {
        let Expr::Path(p) = strip(e) else { return false };
        let name = p.path.get_ident().and_then(|i| self.scopes.resolve(i));
        name.is_some_and(|n| self.lazy.iter().any(|(l, _)| n == l))
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
        Expr::Call(c) => ["once", "repeat", "repeat_n", "from_fn", "repeat_with", "successors", "zip"].iter().any(|n| called(c, n)),
        _ => true,
    }
}

/// Whether an expression is an iterator by its methods.
pub(super) fn is_iterator(e: &Expr) -> bool {
    match strip(e) {
        Expr::MethodCall(m) => match m.method.to_string().as_str() {
            "filter_map" | "flat_map" | "chain" | "scan" | "skip_while" | "take_while" | "map_while" | "peekable" => true,
            "map" | "filter" | "inspect" | "flatten" | "zip" | "take" | "copied" | "cloned" => is_iterator(&m.receiver),
            "enumerate" | "rev" | "skip" | "step_by" | "fuse" | "by_ref" | "cycle" => true,
            "values" | "keys" | "chars" | "bytes" | "lines" | "split_whitespace" => true,
            _ => is_source(e),
        },
        Expr::Call(c) => {
            ["once", "repeat", "repeat_n", "from_fn", "repeat_with", "successors", "zip", "empty"].iter().any(|n| called(c, n))
        }
        Expr::Range(_) => true,
        _ => false,
    }
}
