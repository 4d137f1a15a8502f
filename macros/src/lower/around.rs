//! What an expression changes of what is around it.
//!
//! Input: an expression without adjoint, or the closure behind a name. Output: the variables around it that it changes, and whether they may get something that
//! carries a gradient. Invariant: what a closure mentions means what it meant where the closure was defined.
//!
//!     |v| { n += 1; total += v * v; total > 1.0 }      →      total

use super::Lower;
use super::changes::{changed, root};
use super::closures::Function;
use super::statements::strip;
use crate::scope::{Bound, Scopes};
use proc_macro2::Ident;
use quote::ToTokens;
use std::collections::HashSet;
use syn::Expr;
use syn::visit::{self, Visit};

/// The names around an expression, and its own.
pub(super) struct Around<'l> {
    pub(super) scopes: &'l Scopes,
    pub(super) active: &'l HashSet<String>,
    pub(super) own: Bound,
}

impl Around<'_> {
    /// The variable around the expression behind a place.
    pub(super) fn variable(&self, place: &Expr) -> Option<Ident> {
        root(place).filter(|n| !self.own.has(n)).and_then(|n| self.scopes.resolve(n))
    }

    /// Whether tokens mention what carries a gradient, or what the expression binds, which may.
    fn may_carry(&self, tokens: &impl ToTokens) -> bool {
        let tokens = tokens.to_token_stream();
        self.scopes.mentions(tokens.clone(), self.active) || self.own.0.iter().any(|n| crate::tokens::mentions(&tokens, n))
    }

    /// Whether a change of a place gives something that may carry a gradient to a variable around the expression.
    pub(super) fn gives(&self, change: &Expr, place: &Expr) -> bool {
        self.variable(place).is_some()
            && match change {
                Expr::Assign(a) => self.may_carry(&a.right),
                Expr::Binary(b) => self.may_carry(&b.right),
                Expr::MethodCall(m) => self.may_carry(&m.args),
                _ => true,
            }
    }
}

impl Lower<'_> {
    /// What the closure of this name, if it is one, changes around it by what it is given or by what carries a gradient.
    pub(super) fn changed_by(&self, name: &Expr) -> Option<Expr> {
        self.changed_within(name, &self.scopes)
    }

    fn changed_within(&self, name: &Expr, scopes: &Scopes) -> Option<Expr> {
        let Expr::Path(p) = strip(name) else { return None };
        let Some(Function::Closure(c, scopes)) = self.function_of(&scopes.resolve(p.path.get_ident()?)?) else { return None };
        let scopes = Scopes::within(&scopes);
        let around = Around { scopes: &scopes, active: &self.active, own: Bound::default() };
        let mut changes = Changes { lower: self, around, found: None };
        changes.visit_expr_closure(&c);
        changes.found
    }
}

/// What a closure changes around it, other than by constants.
struct Changes<'l, 'a> {
    lower: &'l Lower<'a>,
    around: Around<'l>,
    found: Option<Expr>,
}

impl<'ast> Visit<'ast> for Changes<'_, '_> {
    fn visit_pat_ident(&mut self, p: &'ast syn::PatIdent) {
        self.around.own.visit_pat_ident(p);
    }

    // what is bound is seen after what it is bound to
    fn visit_local(&mut self, l: &'ast syn::Local) {
        if let Some(init) = &l.init {
            self.visit_local_init(init);
        }
        self.visit_pat(&l.pat);
    }

    fn visit_expr_call(&mut self, c: &'ast syn::ExprCall) {
        let nested = self.lower.changed_within(&c.func, self.around.scopes);
        self.found = self.found.take().or(nested);
        // `draw(&mut rng)` gives nothing, `step(&mut total, v)` does
        let (lent, others): (Vec<&Expr>, Vec<&Expr>) =
            c.args.iter().partition(|a| matches!(a, Expr::Reference(r) if r.mutability.is_some()));
        let gives = others.iter().any(|a| self.around.may_carry(a));
        for arg in lent {
            let Expr::Reference(r) = arg else { continue };
            if gives && self.around.variable(&r.expr).is_some() {
                self.found.get_or_insert_with(|| (*r.expr).clone());
            }
            self.visit_expr(&r.expr);
        }
        others.into_iter().for_each(|a| self.visit_expr(a));
        self.visit_expr(&c.func);
    }

    fn visit_expr(&mut self, e: &'ast Expr) {
        if let Some(place) = changed(e).filter(|place| self.around.gives(e, place)) {
            self.found.get_or_insert_with(|| place.clone());
        }
        visit::visit_expr(self, e);
    }
}
