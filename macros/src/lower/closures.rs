//! Closures: inlined where they are called.
//!
//! Input: a closure bound by `let` or written in place, or a function's name in its stead, and the items it is called with. Output: its
//! body, lowered in the scope of its definition. Invariant: a closure that captures a value carrying a gradient, or is called with one,
//! is never emitted; it means its body, at each call. A `move` closure's copies are those at its definition.
//!
//!     let f = |v| v * w;  f(x) + f(2.0)        →        t1 = Mul(x, w);  t2 = Mul(const(2.0), w);  t3 = Add(t1, t2)

use super::items::Item;
use super::{Lower, Target, operand_tokens, statements::strip};
use crate::ir::{Op, Operand, Place, Stmt};
use crate::scope::Stack;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::HashSet;
use syn::{Expr, ExprClosure, Pat};

/// What is called by a local name.
#[derive(Clone)]
pub(crate) enum Function {
    /// A closure, and the scopes around its definition.
    Closure(ExprClosure, Stack),
    /// A function by its path, and the scopes in which it means that.
    Named(syn::ExprPath, Stack),
}

/// An iterator bound by `let`: it runs where it is used.
#[derive(Clone)]
pub(crate) struct Lazy {
    pub(crate) expr: Expr,
    pub(crate) scopes: Stack,
}

/// Where `return` leads.
#[derive(Clone)]
pub(crate) struct Returned {
    pub(crate) dst: Ident,
    /// Of an inlined closure: the block that holds its body.
    pub(crate) label: Option<syn::Lifetime>,
}

impl Lower<'_> {
    /// `let f = |v| …;`, `let f = g;`. `None` if it is neither.
    pub(super) fn bind_function(&mut self, pat: &syn::PatIdent, e: &Expr, out: &mut Vec<Stmt>) -> Option<()> {
        let function = match self.function(e, out)? {
            named @ Function::Named(..) if pat.mutability.is_some() || matches!(&named, Function::Named(p, _) if is_constructor(p)) => {
                return None;
            }
            function => function,
        };
        let dst = self.scopes.bind(&pat.ident);
        let inlined = self.is_active(e) || self.active.contains(&dst.to_string());
        if inlined {
            self.activate(&dst);
        } else {
            let (value, mutability) = (self.plain(e), &pat.mutability);
            out.push(Stmt::Opaque(quote!(let #mutability #dst = #value;)));
        }
        self.functions.push((dst.to_string(), function));
        Some(())
    }

    /// A closure, a function's path, or the name of one of them.
    pub(super) fn function(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Option<Function> {
        match strip(e) {
            Expr::Closure(c) if c.asyncness.is_none() => {
                let mut scopes = self.scopes.stack();
                if c.capture.is_some() {
                    self.capture(c, &mut scopes, out);
                }
                Some(Function::Closure(c.clone(), scopes))
            }
            // behind a pointer it is the same function
            Expr::Call(c) if is_boxed(c) => self.function(&c.args[0], out),
            Expr::Reference(r) => match strip(&r.expr) {
                Expr::Closure(_) => self.function(&r.expr, out),
                Expr::Path(p) if self.given_function(&r.expr).is_some() => Some(Function::Named(p.clone(), self.scopes.stack())),
                Expr::Path(p) => self.known_function(p.path.get_ident()?),
                _ => None,
            },
            Expr::Path(p) if self.given_function(e).is_some() => Some(Function::Named(p.clone(), self.scopes.stack())),
            Expr::Path(p) => match p.path.get_ident().map(|i| (i, self.scopes.resolve(i))) {
                Some((name, Some(_))) => self.known_function(name),
                // constants are upper-case
                _ if p.path.segments.last().is_some_and(|s| s.ident.to_string().chars().all(|c| !c.is_lowercase())) => None,
                _ => Some(Function::Named(p.clone(), self.scopes.stack())),
            },
            _ => None,
        }
    }

    /// The function that a local name stands for.
    pub(super) fn known_function(&self, name: &Ident) -> Option<Function> {
        self.function_of(&self.scopes.resolve(name)?)
    }

    /// The function that a variable stands for.
    pub(super) fn function_of(&self, unique: &Ident) -> Option<Function> {
        self.functions.iter().rev().find(|(n, _)| unique == n).map(|(_, f)| f.clone())
    }

    /// The copies that a `move` closure takes of variables that may change.
    fn capture(&mut self, c: &ExprClosure, scopes: &mut Stack, out: &mut Vec<Stmt>) {
        let mut bound = HashSet::new();
        c.inputs.iter().for_each(|p| names(&p.to_token_stream(), &mut bound));
        let mut used = HashSet::new();
        names(&c.body.to_token_stream(), &mut used);
        let mut used: Vec<String> = used.difference(&bound).cloned().collect();
        used.sort();
        scopes.push(Default::default());
        for name in used {
            let name = crate::tokens::ident(&name, Span::call_site());
            let Some(unique) = self.scopes.resolve(&name) else { continue };
            if !self.scopes.may_change(&unique) || self.alias_of(&unique).is_some() {
                continue;
            }
            let copy = self.scopes.unique(&name.to_string(), Span::call_site());
            let op = match self.item_of(&unique) {
                Item::Owned(place) => Op::Copy(Operand::Place(place)),
                other => Op::Constant { tokens: other.tokens(), why: crate::ir::Why::Inactive },
            };
            if self.owners.contains(&unique.to_string()) {
                self.owners.insert(copy.to_string());
            }
            self.emit_into(copy.clone(), true, None, op, out);
            if let Some(top) = scopes.last_mut() {
                top.insert(name.to_string(), copy.to_string());
            }
        }
    }

    /// A call of a closure: by its name, or of one written in place.
    pub(super) fn call_closure(&mut self, c: &syn::ExprCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let item = self.called(c, out)?;
        Some(self.operand(item, out))
    }

    /// The value of such a call.
    pub(super) fn called(&mut self, c: &syn::ExprCall, out: &mut Vec<Stmt>) -> Option<Item> {
        let local = match strip(&c.func) {
            Expr::Path(p) => p.path.get_ident().and_then(|i| self.scopes.resolve(i)),
            Expr::Closure(_) => None,
            _ => return None,
        };
        if local.is_none() && matches!(strip(&c.func), Expr::Path(_)) {
            return None;
        }
        let function = self.function(&c.func, out)?;
        if let Some(name) = &local {
            // from the next round on it is not emitted
            self.activate(name);
        }
        let args = c.args.iter().map(|a| self.item(a, out)).collect();
        Some(self.apply(&function, args, out))
    }

    /// The value of a function for these arguments.
    pub(super) fn apply(&mut self, function: &Function, args: Vec<Item>, out: &mut Vec<Stmt>) -> Item {
        match function {
            Function::Closure(c, scopes) => {
                let caller = self.enter(scopes);
                for (pat, item) in c.inputs.iter().zip(&args) {
                    self.bind_item(pat, item, out);
                }
                let value = self.body_of(c, out);
                self.leave(caller);
                value
            }
            Function::Named(path, scopes) => {
                let caller = self.enter(scopes);
                let names: Vec<Ident> = args
                    .iter()
                    .map(|item| {
                        let said = self.scopes.fresh("argument", Span::call_site());
                        let pat = syn::PatIdent { attrs: vec![], by_ref: None, mutability: None, ident: said.clone(), subpat: None };
                        self.bind_item(&Pat::Ident(pat), item, out);
                        said
                    })
                    .collect();
                let item = self.item(&syn::parse_quote!(#path(#(#names),*)), out);
                self.leave(caller);
                item
            }
        }
    }

    /// Enters the scopes of a closure. `leave` returns to the caller's.
    pub(super) fn enter(&mut self, scopes: &Stack) -> (Stack, Vec<Target>, Option<Returned>) {
        let caller = (self.scopes.exchange(scopes.clone()), std::mem::take(&mut self.targets), self.returned.take());
        self.scopes.push();
        caller
    }

    pub(super) fn leave(&mut self, caller: (Stack, Vec<Target>, Option<Returned>)) {
        self.scopes.exchange(caller.0);
        (self.targets, self.returned) = (caller.1, caller.2);
    }

    /// A closure's body. One that `return` leaves is a labelled block.
    pub(super) fn body_of(&mut self, c: &ExprClosure, out: &mut Vec<Stmt>) -> Item {
        if !crate::fence::has_return(&c.body.to_token_stream()) {
            return self.item(&c.body, out);
        }
        let dst = self.scopes.fresh("returned", Span::call_site());
        let label = syn::Lifetime::new(&format!("'{dst}"), Span::call_site());
        let ty = match &c.output {
            syn::ReturnType::Type(_, t) => Some((**t).clone()),
            syn::ReturnType::Default => None,
        };
        out.push(Stmt::Declare { dst: dst.clone(), mutable: false, ty });
        self.returned = Some(Returned { dst: dst.clone(), label: Some(label.clone()) });
        let mut body = vec![];
        let value = self.tail(&c.body, &mut body);
        self.assign_to(&dst, value, &mut body);
        out.push(Stmt::Labeled { label, body, tag: None });
        self.item_from(Operand::Place(Place::variable(dst)))
    }

    /// The tokens of a condition that a function computes.
    pub(super) fn condition(&mut self, function: &Function, args: Vec<Item>, out: &mut Vec<Stmt>) -> TokenStream {
        let item = self.apply(function, args, out);
        operand_tokens(&self.operand(item, out))
    }
}

/// `Box::new(|v| …)`.
pub(super) fn is_boxed(c: &syn::ExprCall) -> bool {
    let Expr::Path(p) = strip(&c.func) else { return false };
    let names: Vec<String> = p.path.segments.iter().rev().take(2).map(|s| s.ident.to_string()).collect();
    let pointer = matches!(&names[..], [new, owner] if new == "new" && ["Box", "Rc", "Arc"].iter().any(|o| owner == o));
    pointer && c.args.len() == 1 && matches!(strip(&c.args[0]), Expr::Closure(_))
}

fn is_constructor(p: &syn::ExprPath) -> bool {
    p.path.segments.last().is_some_and(|s| s.ident.to_string().starts_with(char::is_uppercase))
}

/// All identifiers.
fn names(tokens: &TokenStream, found: &mut HashSet<String>) {
    for tree in tokens.clone() {
        match tree {
            TokenTree::Ident(i) => {
                found.insert(i.to_string());
            }
            TokenTree::Group(g) => names(&g.stream(), found),
            _ => {}
        }
    }
}
