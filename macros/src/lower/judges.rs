//! Consumers with a function that judges items: `any`, `position`, `find`, `reduce`, `max_by` and the like.
//!
//! Input: the method call. Output: loops. Invariant: iteration ends with the item that decides, and ties go as in the standard library.

use super::Lower;
use super::closures::Function;
use super::states::exit_statement;
use crate::ir::{Arm, Choice, Operand, Place, Step, Stmt, Variant};
use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::{Expr, ExprMethodCall};

impl Lower<'_> {
    /// Consumers with a function that judges items.
    pub(super) fn judged(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let f = self.function(&m.args[0], out)?;
        match m.method.to_string().as_str() {
            name @ ("any" | "all") => {
                let (flag, any) = (self.flag(out), name == "any");
                self.run_until(&m.receiver, out, &mut |s, item, exit, body| {
                    let cond = s.condition(&f, vec![item], body);
                    let then = vec![Stmt::Opaque(quote!(#flag = true;)), exit_statement(exit)];
                    body.push(Stmt::If { cond: if any { cond } else { quote!(!#cond) }, then, els: vec![] });
                })?;
                Some(Operand::Const(if any { flag.to_token_stream() } else { quote!((!#flag)) }))
            }
            "position" => {
                let (found, n) = (self.nothing(out), self.counter("n", out));
                self.run_until(&m.receiver, out, &mut |s, item, exit, body| {
                    let at = s.next_number(&n, body);
                    let cond = s.condition(&f, vec![item], body);
                    let then = vec![Stmt::Opaque(quote!(#found = ::core::option::Option::Some(#at);)), exit_statement(exit)];
                    body.push(Stmt::If { cond, then, els: vec![] });
                })?;
                Some(Operand::Const(found.to_token_stream()))
            }
            "find" => {
                let found = self.nothing(out);
                self.run_until(&m.receiver, out, &mut |s, item, exit, body| {
                    let cond = s.condition(&f, vec![item.by_ref()], body);
                    let mut then = vec![];
                    s.set_some(&found, item, &mut then);
                    then.push(exit_statement(exit));
                    body.push(Stmt::If { cond, then, els: vec![] });
                })?;
                Some(Operand::Place(Place::variable(found)))
            }
            "find_map" => {
                let found = self.nothing(out);
                self.run_until(&m.receiver, out, &mut |s, item, exit, body| {
                    let value = s.apply(&f, vec![item], body);
                    s.if_some(
                        value,
                        body,
                        &mut |s, item, body| {
                            s.set_some(&found, item, body);
                            body.push(exit_statement(exit));
                        },
                        None,
                    );
                })?;
                Some(Operand::Place(Place::variable(found)))
            }
            "partition" => {
                let (a, b) = (self.vector(None, out), self.vector(None, out));
                self.run_all(&m.receiver, out, &mut |s, item, _, body| {
                    let cond = s.condition(&f, vec![item.by_ref()], body);
                    let (mut then, mut els) = (vec![], vec![]);
                    s.extended(&a, item.clone(), None, &mut then);
                    s.extended(&b, item, None, &mut els);
                    body.push(Stmt::If { cond, then, els });
                })?;
                Some(self.pair(a, b, out))
            }
            "reduce" => self.reduce(&m.receiver, &f, out),
            name => self.extreme(&m.receiver, &f, name == "max_by", out),
        }
    }

    fn reduce(&mut self, source: &Expr, f: &Function, out: &mut Vec<Stmt>) -> Option<Operand> {
        let best = self.nothing(out);
        self.run_all(source, out, &mut |s, item, _, body| {
            let old = s.scopes.fresh("old", Span::call_site());
            let (mut then, mut els) = (vec![], vec![]);
            let inside = Place::variable(best.clone()).then(Step::Variant(Variant::Payload("some")), Clone::clone);
            then.push(Stmt::Bound { dst: old.clone(), place: inside, owned: false });
            if s.active.contains(&best.to_string()) {
                s.activate(&old);
            }
            let before = s.item_of(&old);
            let t = item.tokens();
            body.push(Stmt::Opaque(quote!(::pullback::call::alike(&#best, &#t);)));
            let value = s.apply(f, vec![before, item.clone()], &mut then);
            s.set_some(&best, value, &mut then);
            s.set_some(&best, item, &mut els);
            let arm = |body| Arm { body, ..Arm::default() };
            let head = Choice::IfLet(quote!(let ::core::option::Option::Some(#old) = #best));
            body.push(Stmt::Match { head, arms: vec![arm(then), arm(els)] });
        })?;
        Some(Operand::Place(Place::variable(best)))
    }

    /// `max_by`: the last of the greatest; `min_by`: the first of the least.
    fn extreme(&mut self, source: &Expr, f: &Function, max: bool, out: &mut Vec<Stmt>) -> Option<Operand> {
        let best = self.nothing(out);
        self.run_all(source, out, &mut |s, item, _, body| {
            let (old, better) = (s.scopes.fresh("old", Span::call_site()), s.scopes.fresh("better", Span::call_site()));
            let mut compare = vec![];
            let inside = Place::variable(best.clone()).then(Step::Variant(Variant::Payload("some")), Clone::clone);
            s.lend(&old, &inside, 1);
            let before = s.item_of(&old);
            let order = s.condition(f, vec![before, item.by_ref()], &mut compare);
            let negation = max.then(|| quote!(!));
            compare.push(Stmt::Opaque(quote!(#better = #negation ::core::matches!(#order, ::core::cmp::Ordering::Greater);)));
            let t = item.tokens();
            body.push(Stmt::Opaque(quote!(::pullback::call::alike(&#best, &#t); let mut #better = true;)));
            let arm = |body| Arm { body, ..Arm::default() };
            let head = Choice::IfLet(quote!(let ::core::option::Option::Some(#old) = &#best));
            body.push(Stmt::Match { head, arms: vec![arm(compare), arm(vec![])] });
            let mut then = vec![];
            s.set_some(&best, item, &mut then);
            body.push(Stmt::If { cond: better.to_token_stream(), then, els: vec![] });
        })?;
        Some(Operand::Place(Place::variable(best)))
    }
}
