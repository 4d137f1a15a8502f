//! Lowering of calls: the table's methods, differentiable functions and methods, constructors, the marker `detach`.
//!
//! Input: `syn::ExprCall`, `syn::ExprMethodCall`. Output: an operation. Invariant: a callee is known from the table, or it
//! is a differentiable function with a companion; rustc says so on the user's line where it is neither.

use super::Lower;
use super::arguments::receiver_tokens;
use super::statements::operand_tokens;
use crate::diagnostics::{Message, said};
use crate::ir::{Callee, Op, Operand, Place, Slot, Stmt, Why};
use crate::ops;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Expr;
use syn::spanned::Spanned;

/// Methods whose results carry no gradient, whatever the receiver.
pub(super) const INERT: &[&str] = &[
    "len",
    "is_empty",
    "shape",
    "ndim",
    "numel",
    "nrows",
    "ncols",
    "argmax",
    "argmin",
    "gt",
    "lt",
    "ge",
    "le",
    "eq",
    "ne",
    "is_nan",
    "is_finite",
    "is_infinite",
    "is_sign_negative",
    "is_sign_positive",
    "is_some",
    "is_none",
    "is_ok",
    "is_err",
    "total_cmp",
    "partial_cmp",
    "cmp",
    "is_normal",
    "is_subnormal",
    "capacity",
    "classify",
];

/// Methods that yield the same value.
pub(super) const COPIES: &[&str] = &["clone", "to_owned", "to_vec", "copied", "cloned", "as_ref", "as_slice"];

/// Methods that are flat almost everywhere; the bits of a number are an integer, too.
pub(super) const FLAT: &[&str] =
    &["floor", "ceil", "round", "trunc", "signum", "div_euclid", "round_ties_even", "to_bits", "to_be_bytes", "to_le_bytes", "to_ne_bytes"];

fn is_flat(e: &Expr) -> bool {
    matches!(super::statements::strip(e), Expr::MethodCall(m) if FLAT.contains(&m.method.to_string().as_str()))
}

impl Lower<'_> {
    pub(crate) fn method(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Operand {
        let name = m.method.to_string();
        let whole = Expr::MethodCall(m.clone());
        if name == "detach" && m.args.is_empty() {
            // what is flat may be said to be constant here, too
            let x = if is_flat(&m.receiver) { self.opaque(&m.receiver) } else { self.receiver(&m.receiver, out) };
            let t = operand_tokens(&x);
            let (dot, method) = (&m.dot_token, &m.method);
            let tokens = quote!(#t #dot #method());
            return self.emit(Op::Constant { tokens, why: Why::Detach }, m.span(), out);
        }
        if let Some(owner) = self.type_of(&m.receiver)
            && crate::fence::TANGENTLESS.contains(&owner.as_str())
            && m.args.iter().any(|a| self.is_active(a))
        {
            // one message for each container
            let first = self.tangentless.insert(quote!(#m).into_iter().next().map(|t| t.to_string()).unwrap_or_default());
            return if first { self.refuse(&m.receiver, &Message::NoTangent { ty: owner }) } else { Operand::Const(quote!(())) };
        }
        if let Some(value) = self.own_method(m, out).or_else(|| self.of_constant_field(m)) {
            return value;
        }
        if let Some(value) = self.asked(m, out).or_else(|| self.lent_value(m, out)) {
            return value;
        }
        if let Some(value) = self.chain(m, out).or_else(|| self.conversion(m, out)).or_else(|| self.concat(m, out)) {
            return value;
        }
        if let Some(value) = self.map_of(m, out) {
            return value;
        }
        if name == "push" && m.args.len() == 1 {
            return self.push(m, out);
        }
        if let Some(value) = self.changing_method(m, out) {
            return value;
        }
        if let Some(value) = self.optional(m, out) {
            return value;
        }
        if name == "contains" && matches!(super::statements::strip(&m.receiver), Expr::Range(_)) {
            return self.opaque(&whole);
        }
        if INERT.contains(&name.as_str()) {
            return self.counted(m, &whole, out);
        }
        if FLAT.contains(&name.as_str()) {
            return self.refuse(&m.method, &Message::Flat { method: name, call: said(m) });
        }
        if matches!(name.as_str(), "as_deref" | "as_deref_mut") && m.args.is_empty() {
            return self.refuse(&m.method, &Message::LentOption { method: name });
        }
        if let Some(value) = self.list_of_tensor(m, out) {
            return value;
        }
        if COPIES.contains(&name.as_str()) && m.args.is_empty() {
            return self.copy(m, out);
        }
        if let Some(value) = self.scalar_method(m, out) {
            return value;
        }
        if let Some(value) = self.boxed(m, out).or_else(|| self.line_of_matrix(m, out)) {
            return value;
        }
        match ops::find(&name, m.args.len()) {
            Some(row) => self.table_method(m, row, out),
            None => self.user_method(m, out),
        }
    }

    /// A count, a comparison: rustc checks that a method of this name is one for this type.
    fn counted(&mut self, m: &syn::ExprMethodCall, whole: &Expr, out: &mut Vec<Stmt>) -> Operand {
        let value = self.opaque(whole);
        if !self.is_sequence(&m.receiver) {
            let (inert, tokens) = (format_ident!("inert", span = m.method.span()), operand_tokens(&value));
            self.held("inert", quote!(|| ::pullback::call::#inert(#tokens)), m.method.span(), out);
        }
        value
    }

    /// Whether an expression is a parameter that is a slice, an array or a `Vec` by its tokens.
    fn is_sequence(&self, e: &Expr) -> bool {
        let Expr::Path(p) = super::statements::strip(e) else { return false };
        let name = p.path.get_ident().and_then(|i| self.scopes.resolve(i));
        name.is_some_and(|n| self.sequences.contains(&n.to_string()))
    }

    fn copy(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Operand {
        let x = self.receiver(&m.receiver, out);
        let (t, dot, method) = (operand_tokens(&x), &m.dot_token, &m.method);
        let Some(place) = x.place() else { return Operand::Const(quote!(#t #dot #method())) };
        let op = Op::Copy(Operand::Place(Place { tokens: quote!(#t #dot #method()), ..place.clone() }));
        self.emit(op, m.span(), out)
    }

    /// `v.push(e)`: the assignment of an element that was not there.
    fn push(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Operand {
        let value = self.value(&m.args[0], out);
        let Some(place) = self.place(&m.receiver, out) else {
            return self.refuse(&m.receiver, &Message::PushHere {});
        };
        if !self.owners.contains(&place.base.to_string()) {
            return self.refuse(&m.receiver, &Message::PushThroughReference {});
        }
        let (v, dot, method, e) = (&place.tokens, &m.dot_token, &m.method, operand_tokens(&value));
        let primal = quote!(#v #dot #method(#e););
        self.appended(&place, value, primal, m.method.span(), out);
        Operand::Const(quote!(()))
    }

    /// A value becomes the last element of a place.
    pub(super) fn appended(&mut self, place: &Place, value: Operand, primal: TokenStream, span: proc_macro2::Span, out: &mut Vec<Stmt>) {
        if self.varied(&value) {
            self.activate(&place.base);
        }
        let v = &place.tokens;
        let at = self.held_number("at", quote!(#v.len()), span, out);
        let (index, container) = (quote!(#at), v.clone());
        let element = place.then(crate::ir::Step::Index { index: index.clone(), container, key: None }, |t| quote!(#t[#index]));
        out.push(Stmt::Store { place: element, operator: None, value, primal, init: true });
    }

    fn table_method(&mut self, m: &syn::ExprMethodCall, row: &'static ops::Row, out: &mut Vec<Stmt>) -> Operand {
        let all = std::iter::once(&*m.receiver).chain(m.args.iter().take(row.operands.saturating_sub(1)));
        let looked_at: *const Expr = &*m.receiver;
        let each =
            |l: &mut Self, e: &Expr, out: &mut Vec<Stmt>| if std::ptr::eq(e, looked_at) { l.receiver(e, out) } else { l.value(e, out) };
        let operands = self.each_in_turn(all, each, out);
        let mut args: Vec<TokenStream> = operands.iter().skip(1).map(operand_tokens).collect();
        let mut params = Vec::new();
        for arg in m.args.iter().skip(row.operands.saturating_sub(1)) {
            let tokens = self.named(arg, out);
            args.push(tokens.clone());
            params.push(tokens);
        }
        let receiver = operand_tokens(&operands[0]);
        let (dot, method, turbofish) = (&m.dot_token, &m.method, &m.turbofish);
        let arguments = in_parens(m.paren_token, &args);
        let primal = quote!(#receiver #dot #method #turbofish #arguments);
        self.rule(row, operands, params, primal, m.span(), out)
    }

    pub(super) fn user_method(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Operand {
        if let Some(receiver) = self.dyn_receiver(&m.receiver) {
            return self.refuse(&m.method, &Message::DynCall { method: m.method.to_string(), receiver });
        }
        let receiver = self.lent_receiver(&m.receiver, out);
        let (args, functions) = self.arguments(&m.args, out);
        let (r, a) = (receiver_tokens(&receiver), in_parens(m.paren_token, &args.iter().map(operand_tokens).collect::<Vec<_>>()));
        let (dot, method, turbofish) = (&m.dot_token, &m.method, &m.turbofish);
        let primal = quote!(#r #dot #method #turbofish #a);
        if functions.is_empty() && args.iter().chain([&receiver]).all(|o| matches!(o, Operand::Const(_))) {
            return self.emit(Op::Constant { tokens: primal, why: Why::Inactive }, m.span(), out);
        }
        self.emit(Op::Call { callee: Callee::Method(receiver, m.method.clone()), args, functions, primal }, m.span(), out)
    }

    pub(crate) fn call(&mut self, c: &syn::ExprCall, out: &mut Vec<Stmt>) -> Operand {
        if let Some(Expr::Closure(boxed)) = c.args.first()
            && super::closures::is_boxed(c)
        {
            return self.refuse(boxed, &Message::Closure {});
        }
        if let Some(value) = self.call_of_given(c, out) {
            return value;
        }
        if let Some(value) = self.call_closure(c, out).or_else(|| self.array_from_fn(c, out)) {
            return value;
        }
        let Expr::Path(func) = super::statements::strip(&c.func) else {
            return self.refuse(&c.func, &Message::CallOfExpression {});
        };
        let last = func.path.segments.last().expect("a path has a segment");
        let name = last.ident.to_string();
        if func.path.get_ident().is_some_and(|i| self.scopes.resolve(i).is_some()) {
            return self.refuse(&c.func, &Message::FunctionValue {});
        }
        if name == "Err" {
            return self.error(c, func, out);
        }
        if let Some(value) = self.operator_by_name(c, out).or_else(|| self.prelude(c, func)).or_else(|| self.method_by_path(c, func, out)) {
            return value;
        }
        if name.starts_with(char::is_uppercase) && !self.is_function(func) {
            let path = &func.path;
            let slots = c.args.iter().enumerate().map(|(k, e)| (Slot::Field(syn::Member::Unnamed(k.into())), e)).collect();
            return self.build(
                crate::ir::Variant::of(path),
                slots,
                c.span(),
                |parts| super::callable::constructed(path, quote!(#path(#(#parts),*))),
                out,
            );
        }
        if super::folds::is_written(c, "by_key") {
            return self.opaque(&Expr::Call(c.clone()));
        }
        if super::folds::is_written(c, "success") {
            let slots = vec![(Slot::Field(syn::Member::Unnamed(0.into())), &c.args[0])];
            let some = Some(crate::ir::Variant::Payload("some"));
            return self.build(some, slots, c.span(), |parts| quote!(#func(#(#parts),*)), out);
        }
        if let Some(value) = self.gathered_from(c, &func.path, out).or_else(|| self.converting_call(c, out)) {
            return value;
        }
        if let Some(value) = self.memory(c, &func.path, out) {
            return value;
        }
        let owner = super::callable::owner(func);
        let is_type = owner.as_ref().is_some_and(|o| self.is_of_table(o));
        if name == "new"
            && let Some(slots) = owner.as_deref().and_then(|o| entries(o, c.args.len()))
        {
            let path = &func.path;
            let slots = slots.into_iter().zip(&c.args).collect();
            return self.build(None, slots, c.span(), |parts| quote!(#path(#(#parts),*)), out);
        }
        if let Some(value) = owner.as_deref().and_then(|o| self.pointer(o, c, &func.path, out)) {
            return value;
        }
        if let Some(value) = owner.as_deref().and_then(|o| self.matrix(o, c, &name, out)) {
            return value;
        }
        if owner.as_deref() == Some("Tensor")
            && let Some(value) = self.tensor(c, &name, out)
        {
            return value;
        }
        if is_type && let Some(value) = self.scalar_function(c, &func.path, out) {
            return value;
        }
        if is_type && let Some(row) = c.args.len().checked_sub(1).and_then(|n| ops::find(&name, n)) {
            return self.table_function(c, row, out);
        }
        if func.path.get_ident().is_some_and(|i| self.plain_functions.contains(&i.to_string())) {
            return self.refuse(&c.func, &Message::NoDerivative { callee: name });
        }
        let (args, functions) = self.arguments(&c.args, out);
        let (f, a) = (self.plain(&c.func), in_parens(c.paren_token, &args.iter().map(operand_tokens).collect::<Vec<_>>()));
        let primal = quote!(#f #a);
        if functions.is_empty() && args.iter().all(|o| matches!(o, Operand::Const(_))) {
            return self.emit(Op::Constant { tokens: primal, why: Why::Inactive }, c.span(), out);
        }
        self.emit(Op::Call { callee: Callee::Path(func.clone()), args, functions, primal }, c.span(), out)
    }

    /// `f64::sin(x)`, `Tensor::concat(&[&a, &b], 0)`: the same rows as for methods.
    fn table_function(&mut self, c: &syn::ExprCall, row: &'static ops::Row, out: &mut Vec<Stmt>) -> Operand {
        let listed = listed(c, row.name);
        let c = listed.as_ref().unwrap_or(c);
        let operands = self.sequence(c.args.iter().take(row.operands), out);
        let mut args: Vec<TokenStream> = operands.iter().map(operand_tokens).collect();
        let mut params = Vec::new();
        for arg in c.args.iter().skip(row.operands) {
            let tokens = self.named(arg, out);
            args.push(tokens.clone());
            params.push(tokens);
        }
        let (f, arguments) = (&c.func, in_parens(c.paren_token, &args));
        self.rule(row, operands, params, quote!(#f #arguments), c.span(), out)
    }
}

/// Arguments in the parentheses that the user wrote: by them rustc knows the line at which a function that is `#[track_caller]` was called.
fn in_parens(parens: syn::token::Paren, args: &[TokenStream]) -> TokenStream {
    let mut tokens = TokenStream::new();
    parens.surround(&mut tokens, |inside| inside.extend(quote!(#(#args),*)));
    tokens
}

/// `concat(&[&a, &b], axis)`: its list by value, so that it can be kept.
fn listed(c: &syn::ExprCall, name: &str) -> Option<syn::ExprCall> {
    let Some(Expr::Reference(list)) = c.args.first().filter(|_| name == "concat" || name == "stack") else { return None };
    let Expr::Array(array) = &*list.expr else { return None };
    let parts: Vec<TokenStream> = array
        .elems
        .iter()
        .map(|e| {
            let part = if let Expr::Reference(r) = e { &r.expr } else { e };
            quote!((#part).clone())
        })
        .collect();
    let mut call = c.clone();
    call.args[0] = syn::parse_quote!(&[#(#parts),*]);
    Some(call)
}

/// Where the arguments of `Vector3::new`, `Matrix2::new` go: rows first.
fn entries(owner: &str, args: usize) -> Option<Vec<Slot>> {
    let digits: Vec<usize> = owner.chars().filter_map(|c| c.to_digit(10)).map(|d| d as usize).collect();
    // up to the first digit: the name's own `x` is not that of `2x3`
    let kind = owner.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
    let (rows, columns) = match (kind, &digits[..]) {
        ("Vector", [n]) => (*n, 1),
        ("RowVector", [n]) => (1, *n),
        ("Matrix", [n]) => (*n, *n),
        ("Matrix", [n, m]) => (*n, *m),
        _ => return None,
    };
    (rows * columns == args).then(|| (0..args).map(|k| Slot::Entry(k / columns, k % columns)).collect())
}
