//! Lowering of branches and loops.
//!
//! Input: `if`, `for`, `while`. Output: IR statements. Invariant: a condition is opaque, unless it may leave the block or changes something beside saying yes or no.

use super::Lower;
use super::statements::{discard, is_unit, operand_tokens, strip};
use crate::ir::{Head, Operand, Place, Range, Stmt};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Block, Expr};

impl Lower<'_> {
    /// A condition: opaque, unless it may leave the block.
    fn branch_condition(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> TokenStream {
        if let Some(inner) = negated(e).filter(|inner| self.is_step(inner)) {
            let holds = self.branch_condition(inner, out);
            return quote!(!#holds);
        }
        if !Self::has_exits(e) && !self.is_step(e) {
            return self.plain(e);
        }
        let value = self.value(e, out);
        operand_tokens(&value)
    }

    /// `if` as a value: a declared variable that both branches assign.
    pub(crate) fn branch(&mut self, e: &syn::ExprIf, out: &mut Vec<Stmt>) -> Operand {
        if has_let(&e.cond) {
            return self.if_let(e, out);
        }
        let cond = self.branch_condition(&e.cond, out);
        let mut then = Vec::new();
        let a = self.block_value(&e.then_branch, &mut then);
        let mut els = Vec::new();
        let b = match &e.else_branch {
            Some((_, e)) => self.tail(e, &mut els),
            None => Operand::Const(quote!(())),
        };
        let nothing = |o: &Operand| is_unit(o) || matches!(o, Operand::Never);
        if e.else_branch.is_none() {
            discard(&a, &mut then);
        }
        if e.else_branch.is_none() || (nothing(&a) && nothing(&b) && (is_unit(&a) || is_unit(&b))) {
            out.push(Stmt::If { cond, then, els });
            return Operand::Const(quote!(()));
        }
        if matches!((&a, &b), (Operand::Never, Operand::Never)) {
            out.push(Stmt::If { cond, then, els });
            return Operand::Never;
        }
        let dst = self.scopes.fresh("t", e.span());
        out.push(Stmt::Declare { dst: dst.clone(), mutable: false, ty: None });
        self.assign_to(&dst, a, &mut then);
        self.assign_to(&dst, b, &mut els);
        out.push(Stmt::If { cond, then, els });
        Operand::Place(Place::variable(dst))
    }

    pub(super) fn for_loop(&mut self, f: &syn::ExprForLoop, out: &mut Vec<Stmt>) {
        let in_parts = self.is_in_parts(&f.expr) && self.is_active(&f.body);
        if !is_range(&f.expr) && (in_parts || self.is_active(&f.expr) || super::mentions_mut(&f.expr.to_token_stream())) {
            return self.element_loop(f, out);
        }
        let iter = self.plain(&f.expr);
        let ends = self.range(&f.expr);
        self.scopes.push();
        let mut start = Vec::new();
        let mut pat = self.bind_pattern(&f.pat, &mut start);
        if let (Some((p, _)), Expr::Array(a)) = (Self::simple_pattern(&f.pat), strip(&f.expr))
            && a.elems.iter().any(|e| matches!(strip(e), Expr::Range(_)))
            && let Some(name) = self.scopes.resolve(&p.ident)
        {
            self.named.insert(name.to_string(), "Range".to_owned());
        }
        let label = f.label.as_ref();
        let range = match Self::simple_pattern(&f.pat) {
            // with a name of its own the adjoint runs over the same range, and knows how often
            None if matches!(*f.pat, syn::Pat::Wild(_)) && ends.is_some() => {
                let k = self.scopes.fresh("_", f.pat.span());
                pat = k.to_token_stream();
                ends.map(|ends| (k, ends))
            }
            Some((p, _)) if p.mutability.is_none() && start.is_empty() => self.scopes.resolve(&p.ident).zip(ends),
            _ => None,
        };
        self.loop_body(
            Head { tokens: quote!(#label for #pat in #iter), range, counter: None, moved: vec![], gather: None, trips: None },
            f.label.as_ref().map(|l| l.name.clone()),
            None,
            &f.body,
            start,
            out,
        );
        self.scopes.pop();
    }

    /// The range `lo..hi`, if its ends are pure.
    pub(super) fn range(&self, e: &Expr) -> Option<Range> {
        let (mut e, mut reversed) = (strip(e), false);
        if let Expr::MethodCall(m) = e
            && m.method == "rev"
        {
            (e, reversed) = (strip(&m.receiver), true);
        }
        let Expr::Range(r) = e else { return None };
        let (lo, hi) = (r.start.as_ref()?, r.end.as_ref()?);
        let inclusive = matches!(r.limits, syn::RangeLimits::Closed(_));
        let pure = super::is_pure(lo) && super::is_pure(hi);
        pure.then(|| Range { lo: self.plain(lo), hi: self.plain(hi), inclusive, reversed })
    }

    pub(super) fn while_loop(&mut self, w: &syn::ExprWhile, out: &mut Vec<Stmt>) {
        let ([holds], is_block) = (self.unsaid(["holds"]), matches!(strip(&w.cond), Expr::Block(_)));
        if has_let(&w.cond) || is_block || self.is_step(&w.cond) {
            // the same as a `loop` whose first statement may break it
            let (label, cond, body) = (&w.label, &w.cond, &w.body);
            let same: syn::ExprLoop = if is_block {
                syn::parse_quote!(#label loop { let #holds = #cond; if #holds #body else { break; } })
            } else {
                syn::parse_quote!(#label loop { if #cond #body else { break; } })
            };
            self.endless_loop(&same, out);
            return;
        }
        let (cond, label) = (self.plain(&w.cond), w.label.as_ref());
        self.loop_body(
            Head { tokens: quote!(#label while #cond), range: None, counter: None, moved: vec![], gather: None, trips: None },
            w.label.as_ref().map(|l| l.name.clone()),
            None,
            &w.body,
            vec![],
            out,
        );
    }

    pub(super) fn loop_body(
        &mut self,
        head: Head,
        label: Option<syn::Lifetime>,
        value: Option<Ident>,
        block: &Block,
        start: Vec<Stmt>,
        out: &mut Vec<Stmt>,
    ) {
        let mut body = start;
        self.targets.push(super::Target { label, value, ..Default::default() });
        let value = self.block_value(block, &mut body);
        discard(&value, &mut body);
        self.targets.pop();
        out.push(Stmt::Loop { head, body, tag: None });
    }
}

/// `c`, of `!c`.
pub(super) fn negated(e: &Expr) -> Option<&Expr> {
    match strip(e) {
        Expr::Unary(u) if matches!(u.op, syn::UnOp::Not(_)) => Some(&u.expr),
        _ => None,
    }
}

pub(super) fn is_range(e: &Expr) -> bool {
    match strip(e) {
        Expr::Range(_) => true,
        Expr::MethodCall(m) => matches!(m.method.to_string().as_str(), "rev" | "step_by") && is_range(&m.receiver),
        _ => false,
    }
}

fn has_let(e: &Expr) -> bool {
    match strip(e) {
        Expr::Let(_) => true,
        Expr::Binary(b) => has_let(&b.left) || has_let(&b.right),
        _ => false,
    }
}
