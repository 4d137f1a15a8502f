//! Lowering of what `Option` and `Result` offer: `?`, `unwrap`, `unwrap_or`, `map`, `ok_or`, …
//!
//! Input: a method call, a `?`. Output: a read of the payload, a copy (the tangents of `Option` and `Result` are the same), or the `match`
//! that the method stands for. Invariant: what an absent value would have contributed is nothing.
//!
//!     e?                    match attempt(e) { Ok(v) => v, Err(r) => return failed(r) }
//!     e.map_or(d, |v| b)    match attempt(e) { Ok(v) => b, Err(_) => d }

use super::views::{View, payload};
use super::{Lower, is_pure, statements::strip};
use crate::diagnostics::Message;
use crate::ir::{Op, Operand, Place, Stmt};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall};

/// Whether a value is an `Option` or a `Result`, where tokens tell.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Maybe {
    Option,
    Result,
}

impl Maybe {
    /// By a type's name.
    pub(crate) fn of_type(ty: &syn::Type) -> Option<Maybe> {
        match ty {
            syn::Type::Reference(r) => Maybe::of_type(&r.elem),
            syn::Type::Path(p) => match p.path.segments.last()?.ident.to_string().as_str() {
                "Option" => Some(Maybe::Option),
                "Result" => Some(Maybe::Result),
                _ => None,
            },
            _ => None,
        }
    }

    fn some(self) -> TokenStream {
        match self {
            Maybe::Option => quote!(::core::option::Option::Some),
            Maybe::Result => quote!(::core::result::Result::Ok),
        }
    }

    /// The other arm: its pattern and its value, unchanged.
    fn none(self, rest: &Ident) -> (TokenStream, TokenStream) {
        match self {
            Maybe::Option => (quote!(::core::option::Option::None), quote!(::core::option::Option::None)),
            Maybe::Result => (quote!(::core::result::Result::Err(#rest)), quote!(::core::result::Result::Err(#rest))),
        }
    }
}

impl Lower<'_> {
    /// What an expression is, if it is an `Option` or `Result` by its tokens.
    pub(super) fn maybe(&self, e: &Expr) -> Option<Maybe> {
        match strip(e) {
            Expr::Path(p) => {
                let name = p.path.get_ident()?;
                if name == "None" {
                    return Some(Maybe::Option);
                }
                self.maybes.get(&self.scopes.resolve(name)?.to_string()).copied()
            }
            Expr::Reference(r) => self.maybe(&r.expr),
            Expr::Call(c) => match &*c.func {
                Expr::Path(p) => match p.path.segments.last()?.ident.to_string().as_str() {
                    "Some" => Some(Maybe::Option),
                    "Ok" | "Err" => Some(Maybe::Result),
                    _ => self.maybe_by_type(e),
                },
                _ => None,
            },
            Expr::If(i) => {
                let last = i.then_branch.stmts.last();
                let then = last.and_then(|s| if let syn::Stmt::Expr(e, None) = s { self.maybe(e) } else { None });
                then.or_else(|| self.maybe(&i.else_branch.as_ref()?.1))
            }
            Expr::Match(m) => m.arms.iter().find_map(|a| self.maybe(&a.body)),
            Expr::Block(b) => match b.block.stmts.last()? {
                syn::Stmt::Expr(e, None) => self.maybe(e),
                _ => None,
            },
            Expr::MethodCall(m) => match m.method.to_string().as_str() {
                "first" | "last" | "get" | "first_mut" | "last_mut" | "get_mut" | "pop" | "ok" | "next" | "next_back" | "peek" | "nth"
                | "split_first" | "split_last" | "reduce" | "max_by" | "min_by" | "max_by_key" | "min_by_key" | "find" | "find_map" => {
                    Some(Maybe::Option)
                }
                "ok_or" | "ok_or_else" | "map_err" => Some(Maybe::Result),
                "then" | "then_some" if m.args.len() == 1 => Some(Maybe::Option),
                "map" | "and_then" | "filter" | "or" | "or_else" | "xor" | "as_ref" | "as_mut" | "copied" | "cloned" | "take" | "clone"
                | "zip" => self.maybe(&m.receiver),
                _ => self.maybe_by_type(e),
            },
            _ => None,
        }
    }

    /// What a function or method of the crate's returns.
    fn maybe_by_type(&self, e: &Expr) -> Option<Maybe> {
        match self.type_of(e)?.as_str() {
            "Option" => Some(Maybe::Option),
            "Result" => Some(Maybe::Result),
            _ => None,
        }
    }

    /// `e?`.
    pub(super) fn attempt(&mut self, t: &syn::ExprTry, out: &mut Vec<Stmt>) -> Operand {
        if self.returned.is_none() {
            return self.refuse(&t.question_token, &Message::Question {});
        }
        let (e, [some, rest]) = (&t.expr, self.unsaid(["some", "rest"]));
        let question = t.question_token.span();
        let failed = quote::quote_spanned!(question=> return ::pullback::place::failed(#rest));
        self.rewritten(&quote!(match ::pullback::place::attempt(#e) { Ok(#some) => #some, Err(#rest) => #failed }), t, out)
    }

    /// A method of `Option` or `Result`. `None`: it is none of them.
    pub(super) fn optional(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        const COPIES: &[(&str, usize)] = &[("ok", 0), ("ok_or", 1), ("ok_or_else", 1), ("map_err", 1)];
        let (name, args) = (m.method.to_string(), m.args.len());
        if COPIES.contains(&(name.as_str(), args)) {
            return Some(self.passed_on(m, out));
        }
        match (name.as_str(), args) {
            ("unwrap", 0) | ("expect", 1) => return Some(self.unwrapped(m, out)),
            ("then" | "then_some", 1) => return self.chosen(m, out),
            ("take", 0) | ("replace", 1) => return None,
            ("unwrap_or" | "unwrap_or_else", 1) | ("map_or" | "map_or_else", 2) | ("unwrap_or_default", 0) => {}
            _ => return self.combined(m, out),
        }
        let (e, first, second, [v]) = (&m.receiver, m.args.first(), m.args.iter().nth(1), self.unsaid(["some"]));
        let some = match second {
            Some(f) => self.applied(f, &quote!(#v))?,
            None => quote!(#v),
        };
        let tried =
            |rest: TokenStream, other: TokenStream| quote!(match ::pullback::place::attempt(#e) { Ok(#v) => #some, Err(#rest) => #other });
        let tokens = match first {
            None => tried(quote!(_), quote!(::core::default::Default::default())),
            Some(f) if name.ends_with("_else") => {
                let (error, other) = self.fallback(f)?;
                tried(error, other)
            }
            Some(default) if is_pure(default) => tried(quote!(_), quote!(#default)),
            Some(default) => {
                // the default is evaluated whether it is needed or not
                let [whole, other] = self.unsaid(["whole", "default"]);
                let inner = quote!(match ::pullback::place::attempt(#whole) { Ok(#v) => #some, Err(_) => #other });
                quote!({ let #whole = #e; let #other = #default; #inner })
            }
        };
        Some(self.rewritten(&tokens, m, out))
    }

    /// `condition.then(|| e)`, `condition.then_some(e)`.
    fn chosen(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let (condition, none, [holds, value]) = (&m.receiver, quote!(::core::option::Option::None), self.unsaid(["holds", "value"]));
        let tokens = match strip(&m.args[0]) {
            Expr::Closure(c) if m.method == "then" && c.inputs.is_empty() => {
                self.check_closure(c);
                let body = &c.body;
                quote!(if #condition { ::core::option::Option::Some(#body) } else { #none })
            }
            e if m.method == "then_some" => quote!({
                let #holds = #condition;
                let #value = #e;
                if #holds { ::core::option::Option::Some(#value) } else { #none }
            }),
            _ => return None,
        };
        Some(self.rewritten(&tokens, m, out))
    }

    /// Methods whose result is an `Option` or `Result` again.
    fn combined(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let name = m.method.to_string();
        if !matches!(
            (name.as_str(), m.args.len()),
            ("map" | "and_then" | "filter" | "or" | "or_else" | "xor" | "zip" | "is_some_and" | "is_none_or", 1)
        ) {
            return None;
        }
        let kind = self.maybe(&m.receiver)?;
        let (e, arg, [v, other, rest]) = (&m.receiver, &m.args[0], self.unsaid(["some", "other", "rest"]));
        let (some, (none, none_value)) = (kind.some(), kind.none(&rest));
        let tokens = match name.as_str() {
            "map" => {
                let body = self.applied(arg, &quote!(#v))?;
                quote!(match #e { #some(#v) => #some(#body), #none => #none_value })
            }
            "and_then" => {
                let body = self.applied(arg, &quote!(#v))?;
                quote!(match #e { #some(#v) => #body, #none => #none_value })
            }
            "is_some_and" | "is_none_or" => {
                let (body, otherwise) = (self.applied(arg, &quote!(#v))?, name == "is_none_or");
                quote!(match #e { #some(#v) => #body, #none => #otherwise })
            }
            "filter" => {
                let Expr::Closure(c) = arg else { return None };
                let (pat, body) = (c.inputs.first()?, &c.body);
                let bind = if let syn::Pat::Reference(r) = pat {
                    let pat = &r.pat;
                    quote!(let #pat = #v;)
                } else {
                    quote!(let #pat = &#v;)
                };
                quote!(match #e { #some(#v) => { if { #bind #body } { #some(#v) } else { #none_value } }, #none => #none_value })
            }
            "xor" => quote!(match (#e, #arg) {
                (#some(#v), ::core::option::Option::None) => #some(#v),
                (::core::option::Option::None, #some(#v)) => #some(#v),
                _ => ::core::option::Option::None,
            }),
            "or" => quote!({ let #other = #e; let #rest = #arg; match #other { #some(#v) => #some(#v), #none => #rest } }),
            "or_else" => {
                let (pat, body) = self.fallback(arg)?;
                let none = if kind == Maybe::Option { none } else { quote!(::core::result::Result::Err(#pat)) };
                quote!(match #e { #some(#v) => #some(#v), #none => #body })
            }
            _ => quote!(match (#e, #arg) { (#some(#v), #some(#other)) => #some((#v, #other)), _ => ::core::option::Option::None }),
        };
        Some(self.rewritten(&tokens, m, out))
    }

    /// The body of a closure, or a function called by its name, with an argument.
    fn applied(&self, f: &Expr, argument: &TokenStream) -> Option<TokenStream> {
        match strip(f) {
            Expr::Closure(c) if c.inputs.len() == 1 => {
                let (pat, body) = (&c.inputs[0], &c.body);
                self.check_closure(c);
                Some(quote!({ let #pat = #argument; #body }))
            }
            Expr::Path(p) => Some(quote!(#p(#argument))),
            _ => None,
        }
    }

    /// What runs where there is no value: the pattern of the error, and the body.
    fn fallback(&self, f: &Expr) -> Option<(TokenStream, TokenStream)> {
        match strip(f) {
            Expr::Closure(c) => {
                self.check_closure(c);
                let body = &c.body;
                Some((c.inputs.first().map_or(quote!(_), ToTokens::to_token_stream), quote!(#body)))
            }
            Expr::Path(p) => Some((quote!(_), quote!(#p()))),
            _ => None,
        }
    }

    /// The body of a closure becomes part of the function: it must not leave it.
    fn check_closure(&self, c: &syn::ExprClosure) {
        for (exit, at) in crate::fence::leaving(&c.body.to_token_stream()) {
            let message = if exit == "?" { Message::Question {} } else { Message::ReturnHere {} };
            self.refuse(&Ident::new("exit", at), &message);
        }
    }

    /// `unwrap`, `expect`: the payload.
    fn unwrapped(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Operand {
        if let Some(value) = self.unwrapped_conversion(m, out) {
            return value;
        }
        let (receiver, view) = self.view(&m.receiver, out);
        let (dot, method, args) = (&m.dot_token, &m.method, self.plain(&m.args));
        let tokens = quote!(#receiver #dot #method(#args));
        let copy = |place: Place| Op::Copy(Operand::Place(Place { tokens: tokens.clone(), source: None, ..place }));
        match view {
            View::Inert | View::Tuple(_) => Operand::Const(tokens),
            View::Value(p) | View::Owned(p) | View::Lent(p, _) => self.emit(copy(payload(&p)), m.span(), out),
            View::Some(inside) => match *inside {
                View::Lent(p, depth) => {
                    let stars = std::iter::repeat_n(quote!(*), depth);
                    let source = Some(p.again().clone());
                    Operand::Ref(Place { tokens: quote!((#(#stars)* #tokens)), source, ..p })
                }
                View::Value(p) | View::Owned(p) => self.emit(copy(p), m.span(), out),
                _ => self.refuse(&m.method, &Message::Expression {}),
            },
        }
    }

    /// Methods that keep the payload: its cotangent is passed on.
    fn passed_on(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Operand {
        let x = self.receiver(&m.receiver, out);
        let mut args = Vec::new();
        for arg in &m.args {
            let closure = matches!(arg, Expr::Closure(_));
            let value = if closure { self.opaque(arg) } else { self.value(arg, out) };
            if value.place().is_some() {
                self.refuse(arg, &Message::ActiveError {});
            }
            args.push(super::operand_tokens(&value));
        }
        let (t, dot, method) = (super::operand_tokens(&x), &m.dot_token, &m.method);
        let tokens = quote!(#t #dot #method(#(#args),*));
        let Some(place) = x.place() else { return Operand::Const(tokens) };
        let op = Op::Copy(Operand::Place(Place { tokens, source: None, ..place.clone() }));
        self.emit(op, m.span(), out)
    }
}
