//! Consumers: what ends an iterator chain, `sum`, `fold`, `collect` and the like.
//!
//! Input: a method call on an iterator. Output: a state before the loops, what each item does to it, and the result. Invariant: the state's
//! sequence of values is that of the standard library's consumer, to the bit.
//!
//!     x.iter().map(|v| v * w).sum()        →        acc = -0.0;  for v in x.iter() { t1 = Mul(v, w); acc += t1 }

use super::closures::Function;
use super::items::Item;
use super::sources::{Each, Headed};
use super::{Lower, operand_tokens};
use crate::diagnostics::Message;
use crate::ir::{Arm, Choice, Exit, Op, Operand, Place, Slot, Step, Stmt, Variant, Why};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Expr, ExprMethodCall, Type};

/// What is done with each item of an iterator that may be left by an exit.
type Until<'e> = &'e mut dyn FnMut(&mut Lower<'_>, Item, &Exit, &mut Vec<Stmt>);

/// What is collected into that is no other name of `Vec`'s.
const OTHERS: &[&str] = &["String", "Rc", "Arc", "OsString", "PathBuf", "DVector", "DMatrix", "Tensor"];

/// Iterator methods of the standard library that end in a value and are not differentiated. Another name may be a slip of the pen.
const LIBRARYS: &[&str] = &[
    "cmp",
    "partial_cmp",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "is_sorted",
    "is_sorted_by",
    "is_sorted_by_key",
    "max",
    "min",
    "rposition",
    "try_find",
    "is_partitioned",
    "size_hint",
    "next_back",
    "nth_back",
    "rfind",
    "try_rfold",
    "next_chunk",
];

impl Lower<'_> {
    /// The value of a chain that this method ends.
    pub(super) fn consume(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Operand {
        let ty = m.turbofish.as_ref().and_then(|t| match t.args.first() {
            Some(syn::GenericArgument::Type(t)) => Some(t.clone()),
            _ => None,
        });
        let (name, source) = (m.method.to_string(), &*m.receiver);
        let result = match (name.as_str(), m.args.len()) {
            ("sum", 0) => self.sum(source, ty, "Add", out),
            ("product", 0) => self.sum(source, ty, "Mul", out),
            ("fold", 2) => self.fold(m, out),
            ("for_each", 1) => self.for_each(m, out),
            ("collect", 0) => self.collect(source, ty, out),
            ("unzip", 0) => self.unzip(source, out),
            ("count" | "last" | "next", 0) | ("nth", 1) => self.picked(m, out),
            ("rfold", 2) => return self.rfold(m, out),
            ("max_by_key" | "min_by_key", 1) => return self.extreme_by_key(m, out),
            ("try_fold", 2) | ("try_for_each", 1) => return self.try_fold(m, out),
            ("any" | "all" | "position" | "find" | "find_map" | "reduce" | "max_by" | "min_by" | "partition", 1) => self.judged(m, out),
            _ if LIBRARYS.contains(&name.as_str()) => return self.refuse(&m.method, &Message::Consumer { name }),
            _ => return self.refuse_late(&m.method, &Message::Consumer { name }),
        };
        result.unwrap_or_else(|| self.refuse(source, &Message::Iterator {}))
    }

    pub(super) fn run_all(&mut self, source: &Expr, out: &mut Vec<Stmt>, each: Each<'_>) -> Option<()> {
        self.pipe(source, &Headed::default(), out, each)
    }

    /// Runs an iterator until `exit`.
    pub(super) fn run_until(&mut self, source: &Expr, out: &mut Vec<Stmt>, each: Until<'_>) -> Option<()> {
        self.leaving(true, source, out, &mut |s, exit, out| {
            let exit = exit.unwrap_or(Exit::Break(None));
            s.pipe(source, &Headed::default(), out, &mut |s, item, _, body| each(s, item, &exit, body))
        })
    }

    /// `sum`, `product`.
    fn sum(&mut self, source: &Expr, ty: Option<Type>, operator: &str, out: &mut Vec<Stmt>) -> Option<Operand> {
        let acc = self.scopes.fresh("acc", Span::call_site());
        let (method, neutral, sign) =
            if operator == "Add" { ("sum", quote!(-0.0), quote!(+=)) } else { ("product", quote!(1.0), quote!(*=)) };
        let float = |t: &Type| matches!(t.to_token_stream().to_string().as_str(), "f64" | "f32");
        let start = match &ty {
            Some(t) if !float(t) => {
                let method = format_ident!("{}", method);
                quote!(::core::iter::empty::<#t>().#method::<#t>())
            }
            _ => neutral,
        };
        self.emit_into(acc.clone(), true, ty, Op::Constant { tokens: start, why: Why::Inactive }, out);
        self.run_all(source, out, &mut |s, item, _, body| {
            let value = s.operand(item, body);
            s.update(&acc, operator, &sign, value, body);
        })?;
        Some(Operand::Place(Place::variable(acc)))
    }

    /// `acc += value;` and its like.
    fn update(&mut self, acc: &Ident, operator: &str, sign: &TokenStream, value: Operand, out: &mut Vec<Stmt>) {
        if self.varied(&value) {
            self.activate(acc);
        }
        let rhs = operand_tokens(&value);
        let (place, operator) = (Place::variable(acc.clone()), Some(operator.to_owned()));
        out.push(Stmt::Store { place, operator, value, primal: quote!(#acc #sign #rhs;), init: false });
    }

    fn fold(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let ty = self.type_of(&m.args[0]);
        let acc = self.state("acc", &m.args[0], out);
        self.named.extend(ty.map(|ty| (acc.to_string(), ty)));
        let f = self.function(&m.args[1], out)?;
        self.run_all(&m.receiver, out, &mut |s, item, _, body| {
            let start = body.len();
            let old = if s.active.contains(&acc.to_string()) {
                Item::Owned(Place::variable(acc.clone()))
            } else {
                Item::Inert(acc.to_token_stream())
            };
            let value = s.apply(&f, vec![old, item], body);
            let value = s.operand(value, body);
            s.fold_step(&acc, value, start, body);
        })?;
        Some(Operand::Place(Place::variable(acc)))
    }

    /// `acc = value;`, where `acc + e` is added in place.
    fn fold_step(&mut self, acc: &Ident, value: Operand, start: usize, out: &mut Vec<Stmt>) {
        let last = out.len().checked_sub(1).filter(|k| *k >= start);
        if let Some(Stmt::Let { dst, op: Op::Rule { name, operands, .. }, .. }) = last.and_then(|k| out.get(k))
            && value.place().is_some_and(|p| p.base == *dst && p.path.is_empty())
            && matches!(&operands[0], Operand::Place(p) if p.base == *acc && p.path.is_empty())
            && matches!(name.as_str(), "Add" | "Sub")
        {
            let (operator, e) = (name.clone(), operands[1].clone());
            if e.place().is_none_or(|p| p.base != *acc) {
                out.pop();
                let sign = if operator == "Add" { quote!(+=) } else { quote!(-=) };
                return self.update(acc, &operator, &sign, e, out);
            }
        }
        self.set(acc, value, out);
    }

    fn for_each(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let f = self.function(&m.args[0], out)?;
        let hint = match &f {
            Function::Closure(c, _) => c.inputs.first().cloned(),
            Function::Named(..) => None,
        };
        let head = Headed { hint: hint.as_ref(), ..Headed::default() };
        self.pipe(&m.receiver, &head, out, &mut |s, item, _, body| {
            s.apply(&f, vec![item], body);
        })?;
        Some(Operand::Const(quote!(())))
    }

    /// An empty `Vec`.
    pub(super) fn vector(&mut self, ty: Option<Type>, out: &mut Vec<Stmt>) -> Ident {
        let acc = self.scopes.fresh("acc", Span::call_site());
        let op = Op::Constant { tokens: quote!(::std::vec::Vec::new()), why: Why::Inactive };
        self.owners.insert(acc.to_string());
        self.emit_into(acc.clone(), true, ty, op, out);
        acc
    }

    /// `acc.push(item)`: the assignment of an element that was not there, at its position where that is known.
    fn pushed(&mut self, acc: &Ident, item: Item, at: Option<&TokenStream>, out: &mut Vec<Stmt>) {
        self.added(acc, item, at, &|e| quote!(#acc.push(#e);), out);
    }

    /// The same for consumers that extend their result, by references too.
    pub(super) fn extended(&mut self, acc: &Ident, item: Item, at: Option<&TokenStream>, out: &mut Vec<Stmt>) {
        self.added(acc, item, at, &|e| quote!(::core::iter::Extend::extend(&mut #acc, ::core::option::Option::Some(#e));), out);
    }

    fn added(
        &mut self,
        acc: &Ident,
        item: Item,
        at: Option<&TokenStream>,
        primal: &dyn Fn(TokenStream) -> TokenStream,
        out: &mut Vec<Stmt>,
    ) {
        let value = self.operand(item, out);
        if self.varied(&value) {
            self.activate(acc);
        }
        let index = at.cloned().unwrap_or_else(|| self.held_number("at", quote!(#acc.len()), Span::call_site(), out).to_token_stream());
        let e = operand_tokens(&value);
        let step = Step::Index { index: index.clone(), container: acc.to_token_stream(), key: Some(index.clone()) };
        let place = Place::variable(acc.clone()).then(step, |t| quote!(#t[#index]));
        out.push(Stmt::Store { place, operator: None, value, primal: primal(e), init: true });
    }

    /// `collect` into a list.
    fn collect(&mut self, source: &Expr, ty: Option<Type>, out: &mut Vec<Stmt>) -> Option<Operand> {
        let kind = ty.as_ref().and_then(|t| match t {
            Type::Path(p) => p.path.segments.last().map(|s| s.ident.to_string()),
            _ => None,
        });
        match kind.as_deref() {
            None | Some("Vec") => {
                let acc = self.vector(ty.filter(|_| kind.is_some()), out);
                self.run_all(source, out, &mut |s, item, at, body| s.pushed(&acc, item, at, body))?;
                Some(Operand::Place(Place::variable(acc)))
            }
            Some("Box") => {
                let acc = self.vector(None, out);
                self.run_all(source, out, &mut |s, item, at, body| s.pushed(&acc, item, at, body))?;
                Some(self.converted(&Operand::Place(Place::variable(acc.clone())), quote!(#acc.into_boxed_slice()), Span::call_site(), out))
            }
            Some("Result") => self.collect_all(source, ty, &quote!(Ok), out),
            Some("Option") => self.collect_all(source, ty, &quote!(Some), out),
            Some(other) if !crate::fence::TANGENTLESS.contains(&other) && !OTHERS.contains(&other) => {
                // another name of `Vec`'s, perhaps: rustc knows
                let acc = self.vector(None, out);
                self.run_all(source, out, &mut |s, item, at, body| s.pushed(&acc, item, at, body))?;
                let span = super::span_of(source);
                let tokens = quote_spanned!(span=> ::pullback::gate::collected::<#ty, _>(#acc));
                let place = Place::variable(acc).then(Step::Deref, Clone::clone).then(Step::Deref, |_| tokens.clone());
                Some(self.emit(Op::Copy(Operand::Place(Place { source: None, ..place })), span, out))
            }
            Some(other) => Some(self.refuse(source, &Message::Collection { ty: other.to_string() })),
        }
    }

    /// `collect` into a `Result<Vec<_>, E>` or an `Option<Vec<_>>`: the first failure is the result.
    fn collect_all(&mut self, source: &Expr, ty: Option<Type>, success: &TokenStream, out: &mut Vec<Stmt>) -> Option<Operand> {
        let (dst, label) = (self.scopes.fresh("collected", Span::call_site()), self.label("end"));
        out.push(Stmt::Declare { dst: dst.clone(), mutable: false, ty });
        let mut body = vec![];
        let acc = self.vector(None, &mut body);
        let done = self.run_all(source, &mut body, &mut |s, item, _, body| {
            let (item, good, bad) =
                (s.operand(item, body), s.scopes.fresh("good", Span::call_site()), s.scopes.fresh("bad", Span::call_site()));
            let mut arms = vec![];
            let mut then = vec![];
            let inside = |place: &Place| {
                let payload = if success.to_string() == "Ok" { "ok" } else { "some" };
                place.then(Step::Variant(Variant::Payload(payload)), Clone::clone)
            };
            let value = match item.place() {
                Some(place) => {
                    then.push(Stmt::Bound { dst: good.clone(), place: inside(place), owned: false });
                    if s.active.contains(&place.base.to_string()) {
                        s.activate(&good);
                    }
                    s.item_of(&good)
                }
                None => Item::Inert(good.to_token_stream()),
            };
            s.pushed(&acc, value, None, &mut then);
            arms.push(Arm { pattern: quote!(#success(#good)), body: then, ..Arm::default() });
            let (pattern, failure) = if success.to_string() == "Ok" {
                (quote!(::core::result::Result::Err(#bad)), quote!(::core::result::Result::Err(#bad)))
            } else {
                (quote!(::core::option::Option::None), quote!(::core::option::Option::None))
            };
            let mut els = vec![];
            s.assign_to(&dst, Operand::Const(failure), &mut els);
            els.push(super::states::exit_statement(&Exit::Break(Some(label.clone()))));
            arms.push(Arm { pattern, body: els, ..Arm::default() });
            body.push(Stmt::Match { head: Choice::Match(operand_tokens(&item)), arms });
        });
        let value = Operand::Place(Place::variable(acc.clone()));
        let variant = Variant::Payload(if success.to_string() == "Ok" { "ok" } else { "some" });
        let fields = vec![(Slot::Field(syn::Member::from(0)), value)];
        let whole = self.emit(Op::Build { variant: Some(variant), fields, primal: quote!(#success(#acc)) }, Span::call_site(), &mut body);
        self.assign_to(&dst, whole, &mut body);
        out.push(Stmt::Labeled { label, body, tag: None });
        done?;
        Some(Operand::Place(Place::variable(dst)))
    }

    fn unzip(&mut self, source: &Expr, out: &mut Vec<Stmt>) -> Option<Operand> {
        let (a, b) = (self.vector(None, out), self.vector(None, out));
        self.run_all(source, out, &mut |s, item, at, body| {
            let (left, right) = s.halves(item, body);
            s.extended(&a, left, at, body);
            s.extended(&b, right, at, body);
        })?;
        Some(self.pair(a, b, out))
    }

    /// The two parts of an item.
    fn halves(&mut self, item: Item, out: &mut Vec<Stmt>) -> (Item, Item) {
        if let Item::Tuple(parts) = &item
            && let [left, right] = &parts[..]
        {
            return (left.clone(), right.clone());
        }
        match self.operand(item, out) {
            Operand::Place(p) | Operand::Ref(p) => {
                let half = |k: usize| {
                    let member = syn::Member::from(k);
                    Item::Owned(p.then(Step::Field(member.clone()), |t| quote!(#t.#member)))
                };
                (half(0), half(1))
            }
            other => {
                let (t, name) = (operand_tokens(&other), self.scopes.fresh("pair", Span::call_site()));
                out.push(Stmt::Opaque(quote!(let #name = #t;)));
                (Item::Inert(quote!(#name.0)), Item::Inert(quote!(#name.1)))
            }
        }
    }

    pub(super) fn pair(&mut self, a: Ident, b: Ident, out: &mut Vec<Stmt>) -> Operand {
        let items = [a, b].into_iter().map(|v| self.item_of(&v)).collect();
        self.operand(Item::Tuple(items), out)
    }

    /// `count`, `last`, `next`, `nth`.
    fn picked(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        if m.method == "count" {
            let n = self.counter("n", out);
            self.run_all(&m.receiver, out, &mut |_, _, _, body| body.push(Stmt::Opaque(quote!(#n += 1;))))?;
            return Some(Operand::Const(n.to_token_stream()));
        }
        let found = self.nothing(out);
        if m.method == "last" {
            self.run_all(&m.receiver, out, &mut |s, item, _, body| s.set_some(&found, item, body))?;
            return Some(Operand::Place(Place::variable(found)));
        }
        let n = m.args.first().map(|n| self.named(n, out));
        let seen = n.as_ref().map(|_| self.counter("seen", out));
        self.run_until(&m.receiver, out, &mut |s, item, exit, body| {
            let mut then = vec![];
            s.set_some(&found, item, &mut then);
            then.push(super::states::exit_statement(exit));
            match (&n, &seen) {
                (Some(n), Some(seen)) => {
                    let at = s.next_number(seen, body);
                    body.push(Stmt::If { cond: quote!(#at == #n), then, els: vec![] });
                }
                _ => body.extend(then),
            }
        })?;
        Some(Operand::Place(Place::variable(found)))
    }

    /// `let mut found = None;`.
    pub(super) fn nothing(&mut self, out: &mut Vec<Stmt>) -> Ident {
        let found = self.scopes.fresh("found", Span::call_site());
        let op = Op::Constant { tokens: quote!(::core::option::Option::None), why: Why::Inactive };
        self.emit_into(found.clone(), true, None, op, out);
        found
    }

    /// `found = Some(item);`.
    pub(super) fn set_some(&mut self, found: &Ident, item: Item, out: &mut Vec<Stmt>) {
        let value = self.operand(item, out);
        let t = operand_tokens(&value);
        let primal = quote!(::core::option::Option::Some(#t));
        let whole = match value {
            Operand::Const(_) => Operand::Const(primal),
            value => {
                let fields = vec![(Slot::Field(syn::Member::from(0)), value)];
                self.emit(Op::Build { variant: Some(Variant::Payload("some")), fields, primal }, Span::call_site(), out)
            }
        };
        self.set(found, whole, out);
    }

    /// An expression with the type it is asked for, where an iterator's `collect` or `sum` would have to guess. A tensor's `sum` knows.
    pub(super) fn with_type(&self, e: &Expr, ty: Option<&Type>) -> Expr {
        let mut e = e.clone();
        if let (Expr::MethodCall(m), Some(ty)) = (&mut e, ty)
            && m.turbofish.is_none()
            && (m.method == "collect" || ((m.method == "sum" || m.method == "product") && self.is_chain(&m.receiver)))
        {
            m.turbofish = Some(syn::parse_quote!(::<#ty>));
        }
        e
    }
}
