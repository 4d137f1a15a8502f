//! Iterators in the places where a program has them: `for` loops, chains, variables.
//!
//! Input: `for pat in iter { … }`, `iter.sum()`, `let it = iter;`. Output: loops. Invariant: the body of a loop that has become several, or
//! that stands inside a closure's, is lowered in its own scope.

use super::adaptors::is_iterator;
use super::closures::Lazy;
use super::sources::Headed;
use super::statements::{discard, strip};
use super::{Lower, Target};
use crate::diagnostics::Message;
use crate::ir::{Op, Operand, Stmt, Why};
use quote::ToTokens;
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprMethodCall};

/// What makes an iterator of an iterator.
const ADAPTORS: &[&str] = &["map", "filter", "inspect", "flatten", "zip", "take", "copied", "cloned"];

impl Lower<'_> {
    /// `for pat in iter` over elements.
    pub(super) fn element_loop(&mut self, f: &syn::ExprForLoop, out: &mut Vec<Stmt>) {
        let own = f.label.as_ref().map(|l| l.name.clone());
        let single = self.is_one_loop(&f.expr);
        let leads = (!single).then(|| (self.label("end"), own.clone().unwrap_or_else(|| self.label("round"))));
        let label = leads.as_ref().map(|(_, round)| round.clone()).or_else(|| own.clone());
        let (scopes, mut targets, returned) = (self.scopes.stack(), self.targets.clone(), self.returned.clone());
        targets.push(Target { label: own, value: None, block: false, leads: leads.clone() });
        let mut loops = vec![];
        let head = Headed { label: label.as_ref(), hint: Some(&f.pat), inner: false };
        let done = self.pipe(&f.expr, &head, &mut loops, &mut |s, item, _, body| {
            let inner = s.enter(&scopes);
            (s.targets, s.returned) = (targets.clone(), returned.clone());
            s.bind_item(&f.pat, &item, body);
            let value = s.block_value(&f.body, body);
            discard(&value, body);
            s.leave(inner);
        });
        if done.is_none() {
            self.refuse(&f.expr, &Message::Iterator {});
        }
        match leads {
            Some((label, _)) => out.push(Stmt::Labeled { label, body: loops, tag: None }),
            None => out.extend(loops),
        }
    }

    /// Whether an iterator becomes one loop for certain.
    fn is_one_loop(&self, e: &Expr) -> bool {
        super::adaptors::is_single(e) || (matches!(strip(e), Expr::Path(_)) && !self.is_lazy(e))
    }

    /// Whether an expression is an iterator over values that carry a gradient.
    pub(super) fn is_chain(&self, e: &Expr) -> bool {
        let adapted = |m: &ExprMethodCall| ADAPTORS.iter().any(|a| m.method == a) && self.is_chain(&m.receiver);
        !self.is_own_call(e)
            && (is_iterator(e) || self.is_lazy(e) || self.is_cursor(e) || matches!(strip(e), Expr::MethodCall(m) if adapted(m)))
    }

    /// `let it = x.iter().map(…);`: run where it is used. Its arguments are evaluated here.
    pub(super) fn bind_iterator(&mut self, pat: &syn::PatIdent, e: &Expr, out: &mut Vec<Stmt>) -> Option<()> {
        // a range by itself is a value
        if !self.is_chain(e) || !self.is_active(e) || matches!(strip(e), Expr::Range(_)) {
            return None;
        }
        let exact = matches!(strip(e), Expr::MethodCall(m) if m.method == "chunks_exact");
        if (pat.mutability.is_some() || exact) && self.bind_cursor(pat, e, out).is_some() {
            return Some(());
        }
        if pat.mutability.is_some() {
            self.refuse(pat, &Message::IteratorByHand {});
            return Some(());
        }
        let mut expr = e.clone();
        Frozen(self, out).visit_expr_mut(&mut expr);
        let scopes = self.scopes.stack();
        let dst = self.scopes.bind(&pat.ident);
        self.activate(&dst);
        self.lazy.push((dst.to_string(), Lazy { expr, scopes }));
        Some(())
    }

    /// The value of a method call that ends an iterator chain.
    pub(super) fn chain(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        const READING: &[&str] = &["any", "all", "position", "count", "rposition", "eq", "lt", "le", "gt", "ge", "ne", "is_sorted"];
        if !self.is_chain(&m.receiver) {
            return None;
        }
        if READING.iter().any(|r| m.method == r) && !self.calls_inlined(m) {
            return Some(self.opaque(&Expr::MethodCall(m.clone())));
        }
        Some(self.consume(m, out))
    }

    /// Whether an expression is the name of a closure or iterator that is not emitted.
    pub(super) fn is_inlined(&self, e: &Expr) -> bool {
        let Expr::Path(p) = strip(e) else { return false };
        p.path.get_ident().is_some() && self.calls_inlined(p)
    }

    /// Whether an expression names a closure or iterator that is not emitted.
    pub(super) fn calls_inlined(&self, e: &impl ToTokens) -> bool {
        let lazy = self.lazy.iter().map(|(n, _)| n).chain(self.cursors.iter().map(|(n, _)| n));
        let names = self.functions.iter().map(|(n, _)| n).chain(lazy);
        let inlined = names.filter(|n| self.active.contains(*n)).cloned().collect();
        self.scopes.mentions(e.to_token_stream(), &inlined)
    }
}

/// Evaluates the numbers among an iterator's arguments.
struct Frozen<'l, 's, 'o>(&'l mut Lower<'s>, &'o mut Vec<Stmt>);

impl VisitMut for Frozen<'_, '_, '_> {
    fn visit_expr_method_call_mut(&mut self, m: &mut ExprMethodCall) {
        self.visit_expr_mut(&mut m.receiver);
        if matches!(m.method.to_string().as_str(), "take" | "skip" | "step_by" | "chunks" | "windows" | "chunks_exact") {
            m.args.iter_mut().for_each(|n| self.freeze(n));
        }
    }
    fn visit_expr_range_mut(&mut self, r: &mut syn::ExprRange) {
        r.start.iter_mut().chain(&mut r.end).for_each(|e| self.freeze(e));
    }
    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
}

impl Frozen<'_, '_, '_> {
    fn freeze(&mut self, e: &mut Expr) {
        if matches!(e, Expr::Lit(_)) {
            return;
        }
        let tokens = self.0.plain(e);
        let dst = self.0.scopes.fresh("c", super::span_of(e));
        self.0.scopes.bind_parameter(&dst, &dst, false);
        self.1.push(Stmt::Let { dst: dst.clone(), mutable: false, ty: None, op: Op::Constant { tokens, why: Why::Inactive } });
        *e = syn::parse_quote!(#dst);
    }
}
