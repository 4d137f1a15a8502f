//! Functions as arguments: closures, functions by their names, parameters that are functions themselves.
//!
//! Input: an argument. Output: the place of what it captures, whose tokens are the argument as it was written, and the closure's body as a function of its own.
//! Invariant: what a closure captures is read where the closure is called; its cotangents are those of a tuple of references, which is built at the call.
//!
//!     integrate(|v| v * k, a)        →        captured = (&k,);  t = call integrate(captured: |v| { t1 = Mul(v, k) }, a)

use super::Lower;
use super::closures::Function;
use super::items::Item;
use super::statements::{operand_tokens, strip};
use crate::diagnostics::Message;
use crate::ir::{Func, Lambda, Op, Operand, Param, Place, Slot, Stmt};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use std::collections::{HashMap, HashSet};
use syn::{Expr, Pat};

impl Lower<'_> {
    /// An argument that is a function. `None`: it is none.
    pub(super) fn function_argument(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Option<Operand> {
        let (target, by_ref) = match strip(e) {
            Expr::Reference(r) if r.mutability.is_none() => (strip(&r.expr), true),
            other => (other, false),
        };
        let and = by_ref.then(|| quote!(&));
        if let Some(name) = self.given_function(target) {
            let (kind, split, push) = (named(&name, "captures"), named(&name, "split"), named(&name, "push"));
            let lambda = Lambda {
                func: None,
                is_named: false,
                constant: None,
                inputs: vec![],
                kind: quote!(#kind),
                split: quote!(*#split),
                push: quote!(*#push),
            };
            self.lambdas.push(Some(lambda));
            return Some(Operand::Place(Place { tokens: quote!(#and #name), ..Place::variable(name) }));
        }
        if let Some(name) = self.constant_function(target) {
            let (kind, nothing) = (quote!(::pullback::call::captures(&())), TokenStream::new);
            let span = name.span();
            self.lambdas.push(Some(Lambda {
                func: None,
                is_named: false,
                constant: Some(syn::parse_quote_spanned!(span=> #name)),
                inputs: vec![],
                kind,
                split: nothing(),
                push: nothing(),
            }));
            return Some(Operand::Const(quote_spanned!(span=> #and #name)));
        }
        match target {
            Expr::Closure(_) => {}
            // `None`, `Mode::Up`, `f64::EPSILON`: values
            Expr::Path(p) if p.path.segments.last().is_some_and(|s| s.ident.to_string().starts_with(char::is_uppercase)) => {
                if !self.is_function(p) {
                    return None;
                }
            }
            Expr::Path(_) => {}
            _ => return None,
        }
        let function = self.function(target, out)?;
        let (lambda, captures, tokens) = self.lambda(&function, out)?;
        self.lambdas.push(Some(lambda));
        let tokens = quote!(#and #tokens);
        Some(match captures {
            Some(captures) => Operand::Place(Place { tokens, ..Place::variable(captures) }),
            None => Operand::Const(tokens),
        })
    }

    /// The parameter that is a function behind a name.
    pub(super) fn given_function(&self, e: &Expr) -> Option<Ident> {
        let Expr::Path(p) = strip(e) else { return None };
        let name = self.scopes.resolve(p.path.get_ident()?)?;
        self.given.contains_key(&name.to_string()).then_some(name)
    }

    /// The parameter that is a function without gradient behind a name.
    fn constant_function(&self, e: &Expr) -> Option<Ident> {
        let Expr::Path(p) = e else { return None };
        let name = self.scopes.resolve(p.path.get_ident()?)?;
        self.sig.params.iter().any(|p| p.constant_function.is_some() && p.name == name).then_some(name)
    }

    /// A call of such a parameter.
    pub(super) fn call_of_given(&mut self, c: &syn::ExprCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let name = self.given_function(&c.func)?;
        let signed = self.given.get(&name.to_string())?.clone();
        let (args, functions) = self.arguments(&c.args, out);
        let tokens: Vec<TokenStream> = args.iter().map(operand_tokens).collect();
        let primal = quote!(#name(#(#tokens),*));
        let callee = crate::ir::Callee::Function(Operand::Place(Place::variable(name)), signed.lent());
        let plain = matches!(&signed.output, syn::Type::Path(p) if p.path.get_ident().is_some());
        let (ty, dst) = (plain.then_some(signed.output), self.scopes.fresh("t", syn::spanned::Spanned::span(c)));
        Some(self.emit_into(dst, false, ty, Op::Call { callee, args, functions, primal }, out))
    }

    /// A closure's body as a function, the variable that holds what it captures, and the closure as it is written.
    fn lambda(&mut self, function: &Function, out: &mut Vec<Stmt>) -> Option<(Lambda, Option<Ident>, TokenStream)> {
        let (params, inputs, body, result, tokens) = match function {
            Function::Closure(c, scopes) => {
                let tokens = self.spelled(c, scopes);
                let caller = self.enter(scopes);
                let (mut params, mut inputs, mut body) = (vec![], vec![], vec![]);
                for pat in &c.inputs {
                    let (param, input) = self.lambda_parameter(pat, &mut body);
                    params.push(param);
                    inputs.push(input);
                }
                let value = self.body_of(c, &mut body);
                let result = self.operand(value, &mut body);
                self.leave(caller);
                (params, inputs, body, result, tokens)
            }
            Function::Named(path, scopes) => {
                let said = self.scopes.fresh("argument", Span::call_site());
                let caller = self.enter(scopes);
                let (mut body, pat) = (vec![], syn::parse_quote!(#said));
                let (param, input) = self.lambda_parameter(&pat, &mut body);
                let value = self.value(&syn::parse_quote!(#path(#said)), &mut body);
                self.leave(caller);
                (vec![param], vec![input], body, value, path.to_token_stream())
            }
        };
        let mut params: Vec<Param> = params;
        let mut own: HashSet<String> = params.iter().map(|p| p.name.to_string()).collect();
        let (captured, written) = free(&body, &result, &mut own);
        if let Some(name) = written.into_iter().find(|n| self.active.contains(n)) {
            if let Function::Closure(c, _) = function {
                self.refuse(c, &Message::ChangedInside { name });
            }
            return None;
        }
        for p in params.iter_mut().filter(|p| p.shared.is_none() && !p.is_variable && crate::ir::writes(&body, &p.name.to_string())) {
            // a parameter that is no variable is written through
            p.exclusive = Some(syn::parse_quote!(_));
        }
        let captured: Vec<Ident> = captured.into_iter().filter(|n| self.active.contains(&n.to_string())).collect();
        let captures = (!captured.is_empty()).then(|| self.captured(&captured, out));
        let kind = match &captures {
            Some(name) => quote!(::pullback::call::captures(&#name)),
            None => quote!(::pullback::call::captures(&())),
        };
        let all = params.into_iter().chain(captured.into_iter().map(|n| parameter(&n, None, true))).collect();
        let func = Func { params: all, body, result, locals: HashSet::new(), lent: HashMap::new(), is_closure: true };
        let is_named = matches!(function, Function::Named(..));
        let lambda = Lambda { func: Some(func), is_named, constant: None, inputs, kind, split: quote!(), push: quote!() };
        Some((lambda, captures, tokens))
    }

    /// A closure as the primal hands it on: what it calls that is not emitted is defined in it.
    fn spelled(&mut self, c: &syn::ExprClosure, scopes: &crate::scope::Stack) -> TokenStream {
        let caller = self.enter(scopes);
        let tokens = self.scopes.rename(c.to_token_stream());
        self.leave(caller);
        let mentioned = |name: &str| crate::tokens::mentions(&tokens, name);
        let inlined: Vec<(String, Function)> =
            self.functions.iter().filter(|(n, _)| self.active.contains(n) && mentioned(n)).cloned().collect();
        if inlined.is_empty() {
            return tokens;
        }
        let mut definitions = TokenStream::new();
        for (name, function) in inlined {
            let name = crate::tokens::ident(&name, Span::call_site());
            let value = match &function {
                Function::Closure(c, scopes) => self.spelled(c, scopes),
                Function::Named(p, _) => p.to_token_stream(),
            };
            definitions.extend(quote!(let #name = #value;));
        }
        match syn::parse2::<syn::ExprClosure>(tokens.clone()) {
            Ok(mut c) => {
                let body = &c.body;
                c.body = syn::parse_quote!({ #definitions #body });
                c.output = syn::ReturnType::Default;
                c.to_token_stream()
            }
            Err(_) => tokens,
        }
    }

    /// A closure's parameter: a variable, and what takes a pattern apart.
    fn lambda_parameter(&mut self, pat: &Pat, body: &mut Vec<Stmt>) -> (Param, TokenStream) {
        let (inner, ty) = match pat {
            Pat::Type(t) => (&*t.pat, Some(&*t.ty)),
            other => (other, None),
        };
        let (name, mutable) = match inner {
            Pat::Ident(p) if p.by_ref.is_none() && p.subpat.is_none() => (self.scopes.bind(&p.ident), p.mutability.is_some()),
            _ => (self.scopes.fresh("argument", Span::call_site()), false),
        };
        let mut param = parameter(&name, ty, mutable || ty.is_none());
        param.is_variable = mutable;
        if param.active {
            self.activate(&name);
        }
        if param.exclusive.is_some() {
            self.exclusive.insert(name.to_string());
        }
        if param.shared.is_none() {
            self.owners.insert(name.to_string());
        } else {
            self.references.insert(name.to_string());
        }
        if !matches!(inner, Pat::Ident(_)) {
            let item = if param.active { Item::Owned(Place::variable(name.clone())) } else { Item::Inert(name.to_token_stream()) };
            self.bind_item(inner, &item, body);
        }
        let (mutability, ty) = (mutable.then(|| quote!(mut)), ty.map(|t| quote!(: #t)));
        (param, quote!(#mutability #name #ty))
    }

    /// `captured = (&k, &w);`.
    fn captured(&mut self, names: &[Ident], out: &mut Vec<Stmt>) -> Ident {
        let (mut fields, mut tokens) = (vec![], vec![]);
        for (k, name) in names.iter().enumerate() {
            let mut place = Place::variable(name.clone());
            if self.given.contains_key(&name.to_string()) {
                place.tokens = named(name, "captures").to_token_stream();
            }
            let t = &place.tokens;
            tokens.push(quote!(&#t));
            fields.push((Slot::Field(syn::Member::from(k)), Operand::Ref(place)));
        }
        let dst = self.scopes.fresh("captured", Span::call_site());
        self.emit_into(dst.clone(), false, None, Op::Build { variant: None, fields, primal: quote!((#(#tokens,)*)) }, out);
        dst
    }
}

fn named(name: &Ident, what: &str) -> Ident {
    crate::tokens::ident(&format!("{name}_{what}"), Span::call_site())
}

/// A parameter of a closure's body.
fn parameter(name: &Ident, ty: Option<&syn::Type>, mutable: bool) -> Param {
    let (shared, exclusive) = match ty {
        Some(syn::Type::Reference(r)) if r.mutability.is_none() => (Some((*r.elem).clone()), None),
        Some(syn::Type::Reference(r)) => (None, Some((*r.elem).clone())),
        _ => (None, None),
    };
    let active = !ty.is_some_and(crate::signature::is_inert);
    let ty = ty.cloned().unwrap_or_else(|| syn::parse_quote!(_));
    Param {
        name: name.clone(),
        said: name.clone(),
        ty,
        active,
        shared,
        exclusive,
        mutable,
        is_variable: false,
        function: None,
        constant_function: None,
    }
}

/// The variables that statements read, or write, and do not bind.
fn free(body: &[Stmt], result: &Operand, own: &mut HashSet<String>) -> (Vec<Ident>, Vec<String>) {
    let (mut read, mut written): (Vec<Ident>, Vec<Ident>) = (vec![], vec![]);
    crate::ir::walk(body, &mut |s| {
        let (dst, reads): (Option<&Ident>, Vec<&Place>) = match s {
            Stmt::Let { dst, op, .. } => (Some(dst), op.reads().into_iter().filter_map(Operand::place).collect()),
            Stmt::Declare { dst, .. } => (Some(dst), vec![]),
            Stmt::Bound { dst, place, .. } => (Some(dst), vec![place]),
            Stmt::Store { value, .. } => (None, value.place().into_iter().collect()),
            Stmt::Change(c) => (c.dst.as_ref(), c.value.as_ref().and_then(Operand::place).into_iter().collect()),
            _ => (None, vec![]),
        };
        own.extend(dst.map(ToString::to_string));
        written.extend(s.writes().into_iter().map(|p| p.base.clone()));
        read.extend(reads.into_iter().map(|p| p.base.clone()));
    });
    read.extend(result.place().map(|p| p.base.clone()));
    read.extend(written.iter().cloned());
    let mut found: Vec<Ident> = vec![];
    for name in read {
        if !own.contains(&name.to_string()) && !found.contains(&name) {
            found.push(name);
        }
    }
    (found, written.into_iter().map(|n| n.to_string()).filter(|n| !own.contains(n)).collect())
}
