//! Untouched code: what stays as it was written must not change what carries a gradient.
//!
//! Input: tokens of a condition, of a macro's arguments, of `no_grad!`. Output: the same, so that rustc refuses what tokens can't tell: a method's receiver is lent
//! as `&`, and so is a `&mut` reference that is passed on; what has carried no gradient so far may be changed if its type can't carry one. Invariant: an active variable is changed only by statements that have an adjoint.
//!
//!     while state.advance(h) > 0.0        →        while (&state).advance(h) > 0.0        % an error if `advance` takes `&mut self`

use super::Lower;
use super::calls::INERT;
use super::changes::changed;
use super::closures::Function;
use super::statements::strip;
use crate::diagnostics::{Message, said};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use std::collections::HashSet;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Block, Expr};

impl Lower<'_> {
    /// The tokens as they may stand.
    pub(super) fn untouched(&self, tokens: TokenStream) -> TokenStream {
        let mut bound = Bound::default();
        if let Ok(mut e) = syn::parse2::<Expr>(tokens.clone()) {
            bound.visit_expr(&e);
            Untouched(self, true, &bound.0).visit_expr_mut(&mut e);
            return e.into_token_stream();
        }
        if let Ok(mut stmt) = syn::parse2::<syn::Stmt>(tokens.clone()) {
            bound.visit_stmt(&stmt);
            Untouched(self, true, &bound.0).visit_stmt_mut(&mut stmt);
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

    /// Whether a condition is a call that changes something, beside saying yes or no: it is a statement with a result.
    pub(super) fn is_step(&self, e: &Expr) -> bool {
        let Expr::Call(c) = strip(e) else { return false };
        let lends = |a: &Expr| matches!(strip(a), Expr::Reference(r) if r.mutability.is_some());
        self.is_active(e) && (c.args.iter().any(lends) || self.changed_by(&c.func).is_some())
    }

    /// What a closure of this name, if it is one, changes around it by what it is given or by what carries a gradient.
    fn changed_by(&self, name: &Expr) -> Option<Expr> {
        let Expr::Path(p) = strip(name) else { return None };
        let Some(Function::Closure(c, _)) = self.known_function(p.path.get_ident()?) else { return None };
        let mut changes = Changes { lower: self, own: HashSet::new(), found: None };
        c.inputs.iter().for_each(|p| changes.own.extend(bound_by(p)));
        changes.visit_expr(&c.body);
        changes.found
    }

    fn is_exclusive(&self, e: &Expr) -> bool {
        matches!(e, Expr::Path(p) if p.path.get_ident().and_then(|i| self.scopes.resolve(i)).is_some_and(|n| self.exclusive.contains(&n.to_string())))
    }
}

/// What a closure changes of what is around it, other than by constants.
struct Changes<'l, 'a> {
    lower: &'l Lower<'a>,
    /// The closure's own variables.
    own: HashSet<String>,
    found: Option<Expr>,
}

impl<'ast> Visit<'ast> for Changes<'_, '_> {
    fn visit_local(&mut self, l: &'ast syn::Local) {
        syn::visit::visit_local(self, l);
        self.own.extend(bound_by(&l.pat));
    }

    fn visit_expr(&mut self, e: &'ast Expr) {
        let mut own: Vec<&String> = self.own.iter().collect();
        own.sort();
        let is_given = |e: &dyn ToTokens| {
            let tokens = e.to_token_stream();
            self.lower.is_active(&tokens) || own.iter().any(|n| crate::tokens::mentions(&tokens, n))
        };
        if let Some(t) = changed(e)
            && base_of(t).is_some_and(|n| !self.own.contains(&n.to_string()) && self.lower.scopes.resolve(n).is_some())
            && is_given(e)
        {
            self.found.get_or_insert_with(|| t.clone());
        }
        if let Expr::Call(c) = e
            && let Some(t) = self.lower.changed_by(&c.func)
        {
            self.found.get_or_insert(t);
        }
        syn::visit::visit_expr(self, e);
    }
}

fn bound_by(pat: &syn::Pat) -> impl Iterator<Item = String> {
    super::patterns::names(pat).into_iter().map(|p| p.ident.to_string())
}

/// The variables that an expression binds.
#[derive(Default)]
struct Bound(HashSet<String>);

impl<'ast> Visit<'ast> for Bound {
    fn visit_pat_ident(&mut self, p: &'ast syn::PatIdent) {
        self.0.insert(p.ident.to_string());
        syn::visit::visit_pat_ident(self, p);
    }
}

/// `g`, of `&mut g`.
fn lent(e: &Expr) -> &Expr {
    if let Expr::Reference(r) = strip(e) { &r.expr } else { e }
}

/// The variable behind a place.
fn base_of(e: &Expr) -> Option<&Ident> {
    match strip(e) {
        Expr::Path(p) => p.path.get_ident(),
        Expr::Field(f) => base_of(&f.base),
        Expr::Index(i) => base_of(&i.expr),
        Expr::Unary(u) => base_of(&u.expr),
        Expr::MethodCall(m) => base_of(&m.receiver),
        _ => None,
    }
}

/// The second: whether a change is reported here. The third: the variables that are bound within.
struct Untouched<'l, 'a>(&'l Lower<'a>, bool, &'l HashSet<String>);

impl Untouched<'_, '_> {
    /// Whether what an expression changes is a variable from around it, and may get something that carries a gradient: only its type tells whether it
    /// can hold that.
    fn may_give(&self, e: &Expr, target: &Expr) -> bool {
        let is_given = |tokens: TokenStream| self.0.is_active(&tokens) || self.2.iter().any(|n| crate::tokens::mentions(&tokens, n));
        let around = base_of(target).is_some_and(|n| !self.2.contains(&n.to_string()) && self.0.scopes.resolve(n).is_some());
        around
            && match e {
                Expr::Assign(a) => is_given(a.right.to_token_stream()),
                Expr::Binary(b) => is_given(b.right.to_token_stream()),
                Expr::MethodCall(m) => is_given(m.args.to_token_stream()),
                _ => true,
            }
    }

    /// Whether this is a variable from around the expression that may change.
    fn is_around(&self, e: &Expr) -> bool {
        let around = base_of(e).filter(|n| !self.2.contains(&n.to_string())).and_then(|n| self.0.scopes.resolve(n));
        !matches!(strip(e), Expr::MethodCall(_))
            && around.is_some_and(|n| self.0.scopes.may_change(&n) && !self.0.active.contains(&n.to_string()))
    }

    /// What is given to a variable that has carried nothing so far would be lost, too: the variable is lent for reading, unless the types of what is
    /// given, two variables at most, say that it is nothing.
    fn lent_by_type(&self, receiver: &Expr, args: &syn::punctuated::Punctuated<Expr, syn::Token![,]>) -> Expr {
        let given: Vec<&Expr> = args.iter().filter(|a| self.0.is_active(*a)).collect();
        let at = receiver.span();
        let own = base_of(receiver).is_some_and(|n| crate::tokens::mentions(&args.to_token_stream(), &n.to_string()));
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
        for arg in args.filter(|a| self.0.is_exclusive(a) && self.0.changing(a)) {
            *arg = syn::parse_quote!((&*#arg));
        }
    }
}

impl VisitMut for Untouched<'_, '_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        // what a method of the user's does to its receiver its signature says: rustc refuses it
        let own = matches!(&*e, Expr::MethodCall(m) if self.0.known_method(&m.receiver, &m.method).is_some());
        let target = changed(e).filter(|_| !own && self.1);
        if let Some(t) = target.filter(|t| self.0.changing(t)) {
            self.0.sink.say(t, &Message::ChangedInside { name: said(t) });
        }
        let doubtful = target.filter(|t| !self.0.changing(t) && self.may_give(e, t)).cloned();
        if let Expr::Call(c) = &*e
            && self.1
            && c.args.iter().any(|a| self.0.is_active(a)) | self.0.is_active(&c.func)
            && let Some(t) = self.0.changed_by(&c.func)
        {
            self.0.sink.say(&*e, &Message::ChangedInside { name: said(&t) });
        }
        let args: Vec<&Expr> = match &*e {
            Expr::Call(c) => c.args.iter().collect(),
            Expr::MethodCall(m) => m.args.iter().collect(),
            _ => vec![],
        };
        for (arg, t) in args.into_iter().filter(|_| self.1).filter_map(|a| Some((a, self.0.changed_by(lent(a))?))) {
            self.0.sink.say(arg, &Message::ChangedInside { name: said(&t) });
        }
        syn::visit_mut::visit_expr_mut(self, e);
        match e {
            Expr::MethodCall(m) => {
                let name = m.method.to_string();
                let reads = INERT.contains(&name.as_str()) || crate::ops::formula(&name).is_some();
                let (receiver, at) = (&m.receiver, m.receiver.span());
                if !reads && self.0.changing(receiver) {
                    m.receiver = if self.0.is_exclusive(receiver) {
                        syn::parse_quote_spanned!(at=> (&*#receiver))
                    } else {
                        syn::parse_quote_spanned!(at=> (&#receiver))
                    };
                } else if !reads && self.1 && self.is_around(receiver) {
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
                let mut silent = Untouched(self.0, false, self.2);
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
