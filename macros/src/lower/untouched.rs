//! Untouched code: what stays as it was written must not change what carries a gradient.
//!
//! Input: tokens of a condition, of a macro's arguments, of `no_grad!`. Output: the same, so that rustc refuses what tokens can't tell: a method's receiver is lent
//! as `&`, and so is a `&mut` reference that is passed on; what has carried no gradient so far may be changed if its type can't carry one. Invariant: what carries a
//! gradient is changed only by statements that have an adjoint.
//!
//!     while state.advance(h) > 0.0        →        while (&state).advance(h) > 0.0        % an error if `advance` takes `&mut self`

use super::Lower;
use super::around::Around;
use super::branches::negated;
use super::calls::INERT;
use super::changes::{changed, root};
use super::statements::strip;
use crate::diagnostics::{Message, said};
use crate::scope::Bound;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Block, Expr};

impl Lower<'_> {
    /// The tokens as they may stand.
    pub(super) fn untouched(&self, tokens: TokenStream) -> TokenStream {
        let mut around = Around { scopes: &self.scopes, active: &self.active, own: Bound::default() };
        if let Ok(mut e) = syn::parse2::<Expr>(tokens.clone()) {
            around.own.visit_expr(&e);
            Untouched { lower: self, around: &around, reports: true }.visit_expr_mut(&mut e);
            return e.into_token_stream();
        }
        if let Ok(mut stmt) = syn::parse2::<syn::Stmt>(tokens.clone()) {
            around.own.visit_stmt(&stmt);
            Untouched { lower: self, around: &around, reports: true }.visit_stmt_mut(&mut stmt);
            return stmt.into_token_stream();
        }
        tokens
    }

    /// A function that is given what carries a gradient, to compare or to choose.
    pub(super) fn compared(&self, function: &Expr) -> TokenStream {
        if let Some(t) = self.changed_by(lent(function)) {
            self.sink.say(function, &Message::ChangedInside { name: said(&t) });
        }
        self.scopes.rename(self.untouched(function.to_token_stream()))
    }

    /// The active variable behind an expression, if it may change.
    fn changing(&self, e: &Expr) -> bool {
        match strip(e) {
            Expr::Path(p) => p.path.get_ident().and_then(|i| self.scopes.resolve(i)).is_some_and(|name| {
                let base = self.aliases.iter().rev().find(|(n, _, _)| name == n).map_or(name.clone(), |(_, _, place)| place.base.clone());
                self.active.contains(&name.to_string()) && (self.scopes.may_change(&base) || self.exclusive.contains(&name.to_string()))
            }),
            Expr::Field(f) => self.changing(&f.base),
            Expr::Index(i) => self.changing(&i.expr),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => self.changing(&u.expr),
            _ => false,
        }
    }

    /// Whether a condition, negated or not, is a call that changes something, beside saying yes or no: it is a statement with a result.
    pub(super) fn is_step(&self, e: &Expr) -> bool {
        if let Some(e) = negated(e) {
            return self.is_step(e);
        }
        let Expr::Call(c) = strip(e) else { return false };
        let lends = |a: &Expr| matches!(strip(a), Expr::Reference(r) if r.mutability.is_some());
        self.is_active(e) && (c.args.iter().any(lends) || self.changed_by(&c.func).is_some())
    }

    fn is_exclusive(&self, e: &Expr) -> bool {
        matches!(e, Expr::Path(p) if p.path.get_ident().and_then(|i| self.scopes.resolve(i)).is_some_and(|n| self.exclusive.contains(&n.to_string())))
    }
}

/// `g`, of `&mut g`.
fn lent(e: &Expr) -> &Expr {
    if let Expr::Reference(r) = strip(e) { &r.expr } else { e }
}

/// The pass over one expression.
struct Untouched<'l, 'a> {
    lower: &'l Lower<'a>,
    around: &'l Around<'l>,
    /// Whether a change is reported here.
    reports: bool,
}

impl Untouched<'_, '_> {
    /// Whether this is a variable from around the expression that may change, and has carried nothing so far.
    fn is_blank(&self, e: &Expr) -> bool {
        let blank = |n: &Ident| self.lower.scopes.may_change(n) && !self.lower.active.contains(&n.to_string());
        !matches!(strip(e), Expr::MethodCall(_)) && self.around.variable(e).is_some_and(|n| blank(&n))
    }

    /// What is given to a variable that has carried nothing so far would be lost, too: the variable is lent for reading, unless the types of what is
    /// given, two variables at most, say that it is nothing.
    fn lent_by_type(&self, receiver: &Expr, args: &syn::punctuated::Punctuated<Expr, syn::Token![,]>) -> Expr {
        let given: Vec<&Expr> = args.iter().filter(|a| self.lower.is_active(*a)).collect();
        let at = receiver.span();
        let own = root(receiver).is_some_and(|n| crate::tokens::mentions(&args.to_token_stream(), &n.to_string()));
        match (given.first(), given.last()) {
            (Some(a), Some(b)) if !own && given.len() < 3 && given.iter().all(|a| matches!(strip(a), Expr::Path(_))) => {
                let lent = quote_spanned!(at=> (&&&::pullback::gate::given(&#a, &#b)).lend(&mut #receiver));
                syn::parse_quote_spanned!(at=> (*{ use ::pullback::gate::{GivenActive as _, GivenWhole as _}; #lent }))
            }
            (Some(_), _) => syn::parse_quote_spanned!(at=> (&#receiver)),
            _ => receiver.clone(),
        }
    }

    /// `f(out)` with `out: &mut [f64]` lends it once more: for reading.
    fn lend_for_reading<'e>(&self, args: impl Iterator<Item = &'e mut Expr>) {
        for arg in args.filter(|a| self.lower.is_exclusive(a) && self.lower.changing(a)) {
            *arg = syn::parse_quote!((&*#arg));
        }
    }
}

impl VisitMut for Untouched<'_, '_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        // what a method of the user's does to its receiver its signature says: rustc refuses it
        let own = matches!(&*e, Expr::MethodCall(m) if self.lower.known_method(&m.receiver, &m.method).is_some());
        let target = changed(e).filter(|_| !own && self.reports);
        if let Some(t) = target.filter(|t| self.lower.changing(t)) {
            self.lower.sink.say(t, &Message::ChangedInside { name: said(t) });
        }
        let doubtful = target.filter(|t| !self.lower.changing(t) && self.around.gives(e, t)).cloned();
        if let Expr::Call(c) = &*e
            && self.reports
            && c.args.iter().any(|a| self.lower.is_active(a)) | self.lower.is_active(&c.func)
            && let Some(t) = self.lower.changed_by(&c.func)
        {
            self.lower.sink.say(&*e, &Message::ChangedInside { name: said(&t) });
        }
        let args: Vec<&Expr> = match &*e {
            Expr::Call(c) => c.args.iter().collect(),
            Expr::MethodCall(m) => m.args.iter().collect(),
            _ => vec![],
        };
        for (arg, t) in args.into_iter().filter(|_| self.reports).filter_map(|a| Some((a, self.lower.changed_by(lent(a))?))) {
            self.lower.sink.say(arg, &Message::ChangedInside { name: said(&t) });
        }
        syn::visit_mut::visit_expr_mut(self, e);
        match e {
            Expr::MethodCall(m) => {
                let name = m.method.to_string();
                let reads = INERT.contains(&name.as_str()) || crate::ops::formula(&name).is_some();
                let (receiver, at) = (&m.receiver, m.receiver.span());
                if !reads && self.lower.changing(receiver) {
                    m.receiver = if self.lower.is_exclusive(receiver) {
                        syn::parse_quote_spanned!(at=> (&*#receiver))
                    } else {
                        syn::parse_quote_spanned!(at=> (&#receiver))
                    };
                } else if !reads && self.reports && self.is_blank(receiver) {
                    *m.receiver = self.lent_by_type(receiver, &m.args);
                }
                self.lend_for_reading(m.args.iter_mut());
            }
            Expr::Call(c) => self.lend_for_reading(c.args.iter_mut()),
            _ => {}
        }
        if let Some(t) = doubtful {
            let kept = quote_spanned!(t.span()=> (&&::pullback::gate::Kept(&#t)).is_kept());
            *e = syn::parse_quote!({ use ::pullback::gate::{KeptActive as _, KeptOther as _}; #kept; #e });
        }
    }

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        if m.path.segments.last().is_some_and(|s| s.ident == "no_grad") {
            // what it assigns is reported where the macro is lowered
            if let Ok(stmts) = m.parse_body_with(Block::parse_within) {
                let mut stmts = stmts;
                let mut silent = Untouched { lower: self.lower, around: self.around, reports: false };
                stmts.iter_mut().for_each(|s| silent.visit_stmt_mut(s));
                m.tokens = quote!(#(#stmts)*);
            }
            return;
        }
        type List = syn::punctuated::Punctuated<Expr, syn::Token![,]>;
        if let Ok(mut list) = m.parse_body_with(List::parse_terminated) {
            list.iter_mut().for_each(|e| self.visit_expr_mut(e));
            m.tokens = list.into_token_stream();
        }
    }
}
