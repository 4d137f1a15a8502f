//! Lowering of `return`, `break`, `continue`, and of the loops and functions around them.
//!
//! Input: `syn`'s expressions. Output: a store of the value, if there is one, and an exit. Invariant: the value of a function with
//! `return` is assigned once on each path, just before the body is left.

use super::{Lower, Target, operand_tokens};
use crate::diagnostics::Message;
use crate::ir::{Exit, Head, Operand, Place, Stmt};
use proc_macro2::Ident;
use quote::{ToTokens, quote};
use syn::{Block, Expr};

impl Lower<'_> {
    /// A body that `return` may leave: each value goes to one variable.
    pub(super) fn body_with_returns(&mut self, block: &Block, output: &syn::Type, out: &mut Vec<Stmt>) -> Operand {
        let dst = self.scopes.fresh("returned", proc_macro2::Span::call_site());
        self.returned = Some(super::closures::Returned { dst: dst.clone(), label: None });
        out.push(Stmt::Declare { dst: dst.clone(), mutable: false, ty: Some(output.clone()) });
        let mut body = Vec::new();
        let value = self.block_value(block, &mut body);
        self.assign_to(&dst, value, &mut body);
        out.push(Stmt::Body(body));
        Operand::Place(Place::variable(dst))
    }

    /// `dst = value;`, the first assignment of a declared variable.
    pub(super) fn assign_to(&mut self, dst: &Ident, value: Operand, out: &mut Vec<Stmt>) {
        if matches!(value, Operand::Never) {
            return;
        }
        if self.varied(&value) {
            self.activate(dst);
        }
        let rhs = operand_tokens(&value);
        let primal = quote!(#dst = #rhs;);
        out.push(Stmt::Store { place: Place::variable(dst.clone()), operator: None, value, primal, init: true });
    }

    pub(super) fn exit_return(&mut self, r: &syn::ExprReturn, out: &mut Vec<Stmt>) -> Operand {
        let Some(super::closures::Returned { dst, label }) = self.returned.clone() else {
            return self.refuse(&r.return_token, &Message::ReturnHere {});
        };
        let value = match &r.expr {
            Some(e) => self.value(e, out),
            None => Operand::Const(quote!(())),
        };
        self.assign_to(&dst, value, out);
        let exit = label.map_or(Exit::Return, |l| Exit::Break(Some(l)));
        out.push(Stmt::Exit { exit, number: 0, frames: vec![] });
        Operand::Never
    }

    /// The loop or block that an exit with this label means.
    fn target(&self, label: Option<&syn::Lifetime>) -> Option<&Target> {
        self.targets.iter().rev().find(|t| match label {
            None => !t.block,
            Some(l) => t.label.as_ref() == Some(l),
        })
    }

    pub(super) fn exit_break(&mut self, b: &syn::ExprBreak, out: &mut Vec<Stmt>) -> Operand {
        let target = self.target(b.label.as_ref()).cloned().unwrap_or_default();
        if let Some(e) = &b.expr {
            let value = self.value(e, out);
            // where nothing takes the value, rustc says so
            if let Some(dst) = target.value {
                self.assign_to(&dst, value, out);
            }
        }
        let label = target.leads.map(|(label, _)| label).or_else(|| b.label.clone());
        out.push(Stmt::Exit { exit: Exit::Break(label), number: 0, frames: vec![] });
        Operand::Never
    }

    pub(super) fn exit_continue(&self, c: &syn::ExprContinue, out: &mut Vec<Stmt>) -> Operand {
        let leads = self.target(c.label.as_ref()).and_then(|t| t.leads.clone());
        let label = leads.map(|(_, label)| label).or_else(|| c.label.clone());
        out.push(Stmt::Exit { exit: Exit::Continue(label), number: 0, frames: vec![] });
        Operand::Never
    }

    /// `'a: { … }`: its value, if it has one, is what `break 'a` or its end assigns.
    pub(super) fn labelled_block(&mut self, label: &syn::Lifetime, block: &Block, out: &mut Vec<Stmt>) -> Operand {
        let dst = breaks_with_value(block, Some(label), false).then(|| self.scopes.fresh("t", label.span()));
        if let Some(dst) = &dst {
            out.push(Stmt::Declare { dst: dst.clone(), mutable: false, ty: None });
        }
        self.targets.push(Target { label: Some(label.clone()), value: dst.clone(), block: true, leads: None });
        let mut body = vec![];
        let value = self.block_value(block, &mut body);
        self.targets.pop();
        let result = match dst {
            Some(dst) => {
                self.assign_to(&dst, value, &mut body);
                Operand::Place(Place::variable(dst))
            }
            None if matches!(value, Operand::Never) => Operand::Const(quote!(())),
            None => value,
        };
        out.push(Stmt::Labeled { label: label.clone(), body, tag: None });
        result
    }

    /// `loop`: its value, if it has one, is what `break` assigns.
    pub(super) fn endless_loop(&mut self, l: &syn::ExprLoop, out: &mut Vec<Stmt>) -> Operand {
        let label = l.label.as_ref();
        let dst = breaks_with_value(&l.body, l.label.as_ref().map(|l| &l.name), true).then(|| self.scopes.fresh("t", l.loop_token.span));
        if let Some(dst) = &dst {
            out.push(Stmt::Declare { dst: dst.clone(), mutable: false, ty: None });
        }
        let head = Head {
            tokens: quote::quote_spanned!(l.loop_token.span=> #label loop),
            range: None,
            counter: None,
            moved: vec![],
            gather: None,
            trips: None,
        };
        self.loop_body(head, l.label.as_ref().map(|l| l.name.clone()), dst.clone(), &l.body, vec![], out);
        match dst {
            Some(dst) => Operand::Place(Place::variable(dst)),
            None => Operand::Const(quote!(())),
        }
    }

    /// Whether an expression leaves a block around it.
    pub(super) fn has_exits(e: &impl ToTokens) -> bool {
        crate::fence::has_exits(&e.to_token_stream())
    }
}

/// Whether some `break` of this loop, or labelled block, has a value.
fn breaks_with_value(body: &Block, label: Option<&syn::Lifetime>, is_loop: bool) -> bool {
    struct Search<'l> {
        label: Option<&'l syn::Lifetime>,
        /// How many loops lie between: a `break` without a label means the innermost.
        depth: usize,
        found: bool,
    }
    impl<'a> syn::visit::Visit<'a> for Search<'_> {
        fn visit_expr_break(&mut self, b: &'a syn::ExprBreak) {
            let own = if b.label.is_some() { b.label.as_ref() == self.label } else { self.depth == 0 };
            self.found |= b.expr.is_some() && own;
            syn::visit::visit_expr_break(self, b);
        }
        fn visit_expr(&mut self, e: &'a Expr) {
            let nested = matches!(e, Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_));
            if matches!(e, Expr::Closure(_)) {
                return;
            }
            self.depth += usize::from(nested);
            syn::visit::visit_expr(self, e);
            self.depth -= usize::from(nested);
        }
    }
    let mut search = Search { label, depth: usize::from(!is_loop), found: false };
    syn::visit::Visit::visit_block(&mut search, body);
    search.found
}
