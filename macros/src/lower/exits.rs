//! Lowering of `return`, `break`, `continue`, and of the loops and functions around them.
//!
//! Input: `syn`'s expressions. Output: a store of the value, if there is one, and an exit. Invariant: the value of a function with
//! `return` is assigned once on each path, just before the body is left.

use super::{Lower, operand_tokens};
use crate::ir::{Exit, Head, Operand, Place, Stmt};
use proc_macro2::Ident;
use quote::{ToTokens, quote};
use syn::{Block, Expr};

impl Lower<'_> {
    /// A body that `return` may leave: each value goes to one variable.
    pub(super) fn body_with_returns(&mut self, block: &Block, output: &syn::Type, out: &mut Vec<Stmt>) -> Operand {
        let dst = self.scopes.fresh("returned", proc_macro2::Span::call_site());
        self.returned = Some(dst.clone());
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
        let Some(dst) = self.returned.clone() else {
            return self.unsupported(&r.return_token, "`return` here", "let the result be the value of an `if` … `else`");
        };
        let value = match &r.expr {
            Some(e) => self.value(e, out),
            None => Operand::Const(quote!(())),
        };
        self.assign_to(&dst, value, out);
        out.push(Stmt::Exit { exit: Exit::Return, number: 0, frames: vec![] });
        Operand::Never
    }

    pub(super) fn exit_break(&mut self, b: &syn::ExprBreak, out: &mut Vec<Stmt>) -> Operand {
        if let Some(e) = &b.expr {
            let target = self.loops.iter().rev().find(|(label, _)| b.label.is_none() || *label == b.label);
            let Some((_, Some(dst))) = target.cloned() else {
                return self.unsupported(b, "`break` with a value here", "assign the value to a variable before the `break`");
            };
            let value = self.value(e, out);
            self.assign_to(&dst, value, out);
        }
        out.push(Stmt::Exit { exit: Exit::Break(b.label.clone()), number: 0, frames: vec![] });
        Operand::Never
    }

    pub(super) fn exit_continue(c: &syn::ExprContinue, out: &mut Vec<Stmt>) -> Operand {
        out.push(Stmt::Exit { exit: Exit::Continue(c.label.clone()), number: 0, frames: vec![] });
        Operand::Never
    }

    /// `loop`: its value, if it has one, is what `break` assigns.
    pub(super) fn endless_loop(&mut self, l: &syn::ExprLoop, out: &mut Vec<Stmt>) -> Operand {
        let label = l.label.as_ref();
        let dst = breaks_with_value(&l.body).then(|| self.scopes.fresh("t", l.loop_token.span));
        if let Some(dst) = &dst {
            out.push(Stmt::Declare { dst: dst.clone(), mutable: false, ty: None });
        }
        let head = Head { tokens: quote!(#label loop), range: None, counter: None };
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

/// Whether some `break` of this loop has a value. A nested loop's own does not count, a labelled one does.
fn breaks_with_value(body: &Block) -> bool {
    struct Search {
        depth: usize,
        found: bool,
    }
    impl<'a> syn::visit::Visit<'a> for Search {
        fn visit_expr_break(&mut self, b: &'a syn::ExprBreak) {
            self.found |= b.expr.is_some() && (self.depth == 0 || b.label.is_some());
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
    let mut search = Search { depth: 0, found: false };
    syn::visit::Visit::visit_block(&mut search, body);
    search.found
}
