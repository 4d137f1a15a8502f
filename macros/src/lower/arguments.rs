//! Lowering of arguments: what a call reads, and what it may change.
//!
//! Input: the receiver and arguments of a call. Output: operands. Invariant: a place that the call may change is an [`Operand::Mut`]. Tokens say so
//! for `&mut x` and for variables that are `&mut` references; a receiver is taken to be changed if it can be. Where a callee changes
//! an argument that is lowered as anything else, types refuse it: its pullback takes `call::Changed`.
//!
//!     step(&mut state, &force[a..b])        →        t1 = call step(&mut state, &force[a..b])        % writes state

use super::Lower;
use super::statements::{operand_tokens, strip};
use crate::diagnostics::Message;
use crate::ir::{Op, Operand, Place, Step, Stmt, Why};
use proc_macro2::TokenStream;
use quote::quote;
use syn::Expr;
use syn::spanned::Spanned;

impl Lower<'_> {
    /// The arguments of a call of a differentiable function, in their order.
    pub(super) fn arguments<'e>(
        &mut self,
        all: impl IntoIterator<Item = &'e Expr>,
        out: &mut Vec<Stmt>,
    ) -> (Vec<Operand>, Vec<(usize, crate::ir::Lambda)>) {
        let around = std::mem::take(&mut self.lambdas);
        let operands = self.each_in_turn(all, Self::argument, out);
        let own = std::mem::replace(&mut self.lambdas, around);
        (operands, own.into_iter().enumerate().filter_map(|(k, l)| Some((k, l?))).collect())
    }

    fn argument(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Operand {
        if let Some(function) = self.function_argument(e, out) {
            return function;
        }
        self.lambdas.push(None);
        if let Some(reference) = self.reborrowed(e) {
            return reference;
        }
        match strip(e) {
            Expr::Reference(r) if r.mutability.is_some() => self.lent(r, out),
            _ => {
                let value = self.value(e, out);
                if let Some(name) = value.place().and_then(|p| self.borrowing(p)) {
                    return self.refuse(e, &Message::BorrowedValue { name });
                }
                value
            }
        }
    }

    /// `&mut place`, as an argument.
    fn lent(&mut self, r: &syn::ExprReference, out: &mut Vec<Stmt>) -> Operand {
        if let Some(place) = self.place(&r.expr, out) {
            if !place.path.is_empty() && !self.owners.contains(&place.base.to_string()) {
                return self.refuse(r, &Message::BorrowThroughReference { name: place.base.to_string() });
            }
            return Operand::Mut(place);
        }
        // of a temporary: a variable that nobody else can name
        let value = self.value(&r.expr, out);
        let op = match value {
            Operand::Const(tokens) => Op::Constant { tokens, why: Why::Inactive },
            other => Op::Copy(other),
        };
        let dst = self.scopes.fresh("t", r.span());
        match self.emit_into(dst, true, None, op, out) {
            Operand::Place(place) => Operand::Mut(place),
            other => other,
        }
    }

    /// A variable that is a `&mut` reference: it is borrowed again, as the call itself would do.
    pub(super) fn reborrowed(&self, e: &Expr) -> Option<Operand> {
        let Expr::Path(p) = strip(e) else { return None };
        let name = self.scopes.resolve(p.path.get_ident()?)?;
        if !self.exclusive.contains(&name.to_string()) {
            return None;
        }
        let place = match self.alias(&name) {
            Some(place) if self.distance(e) == Some(1) => place,
            Some(_) => return None,
            None => Place::variable(name).then(Step::Deref, |t| quote!((*#t))),
        };
        Some(Operand::Mut(place))
    }

    /// `let r = out;`: another name for what `out` refers to.
    pub(super) fn rename_reference(&mut self, pat: &syn::PatIdent, place: &Place, out: &mut Vec<Stmt>) {
        if pat.mutability.is_some() {
            self.refuse(pat, &Message::MovingReference {});
        }
        // borrowed again rather than moved: the shape behind it is asked for at the end
        let (value, dst) = (place.tokens.clone(), self.scopes.bind(&pat.ident));
        out.push(Stmt::Opaque(quote!(let #dst = &mut #value;)));
        if self.active.contains(&place.base.to_string()) {
            self.activate(&dst);
        }
        self.exclusive.insert(dst.to_string());
        self.aliases.push((dst.to_string(), 1, place.clone()));
    }

    /// The place behind a new `&mut` reference: its keys are taken before the borrow, under which nothing of it can be read.
    pub(super) fn keyed(&mut self, place: Place, out: &mut Vec<Stmt>) -> Place {
        let path = place.path.into_iter().map(|step| match step {
            Step::Index { index, container, key: None } => {
                let tokens = quote!(::pullback::place::IndexKey::key(&#container, #index));
                let dst = self.held("key", tokens, proc_macro2::Span::call_site(), out);
                Step::Index { index, container, key: Some(quote!(#dst)) }
            }
            other => other,
        });
        Place { path: path.collect(), ..place }
    }

    /// The receiver of a differentiable method, which may change it.
    pub(super) fn lent_receiver(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Operand {
        if let Some(place) = self.place(strip(e), out)
            && self.scopes.may_change(&place.base)
            && (place.path.is_empty() || self.owners.contains(&place.base.to_string()))
        {
            return Operand::Mut(place);
        }
        let value = self.receiver(e, out);
        if let Some(name) = value.place().and_then(|p| self.borrowing(p)) {
            return self.refuse(e, &Message::BorrowedValue { name });
        }
        value
    }

    /// The parameter by value, of a type with lifetimes, that a place is the whole of.
    fn borrowing(&self, place: &Place) -> Option<String> {
        let p = self.sig.params.iter().find(|p| p.name == place.base && place.path.is_empty())?;
        let lifetimes = |ty: &syn::Type| quote!(#ty).to_string().contains('\'');
        (p.active && p.shared.is_none() && p.exclusive.is_none() && lifetimes(&p.ty)).then(|| p.shown())
    }
}

/// The tokens of a receiver: the call itself borrows it.
pub(crate) fn receiver_tokens(o: &Operand) -> TokenStream {
    match o {
        Operand::Mut(p) => p.tokens.clone(),
        other => operand_tokens(other),
    }
}
