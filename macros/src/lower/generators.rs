//! Generators: iterators that come from no container.
//!
//! Input: `once`, `from_fn`, `repeat_with`, `successors`, calls of closures that yield iterators. Output: loops. Invariant: a generator is asked
//! for no item more than the standard library's is.

use super::Lower;
use super::closures::Function;
use super::items::Item;
use super::sources::{Each, Headed, called};
use crate::ir::{Exit, Op, Operand, Place, Stmt};
use proc_macro2::Span;
use quote::quote;

impl Lower<'_> {
    /// `once`, `from_fn`, `successors`, `repeat_with`, calls of closures that yield iterators.
    pub(super) fn generator(&mut self, c: &syn::ExprCall, head: &Headed<'_>, out: &mut Vec<Stmt>, each: Each<'_>) -> Option<()> {
        if called(c, "once") && c.args.len() == 1 {
            let item = self.item(&c.args[0], out);
            // one round, so that an exit has a loop to leave
            let (label, mut body) = (head.label.map(|l| quote!(#l:)), vec![]);
            each(self, item, Some(&quote!(0)), &mut body);
            let head = crate::ir::Head {
                tokens: quote!(#label for _ in 0..1),
                range: None,
                counter: None,
                moved: vec![],
                gather: None,
                trips: None,
            };
            out.push(Stmt::Loop { head, body, tag: None });
            return Some(());
        }
        if called(c, "from_fn") || called(c, "repeat_with") {
            let f = self.function(c.args.first()?, out)?;
            let ends = called(c, "from_fn");
            return self.endless(head, out, &mut |s, body| {
                let value = s.apply(&f, vec![], body);
                if ends {
                    s.if_some(value, body, &mut |s, item, body| each(s, item, None, body), Some(Exit::Break(None)));
                } else {
                    each(s, value, None, body);
                }
            });
        }
        if called(c, "successors") && c.args.len() == 2 {
            let next = self.state("next", &c.args[0], out);
            let f = self.function(&c.args[1], out)?;
            let current = Item::Owned(Place::variable(next.clone()));
            return self.endless(head, out, &mut |s, body| {
                let value = s.emit(Op::Copy(Operand::Place(Place::variable(next.clone()))), Span::call_site(), body);
                let value = s.item_from(value);
                let (current, next) = (&current, &next);
                let _ = current;
                s.if_some(
                    value,
                    body,
                    &mut |s, item, body| {
                        let value = s.apply(&f, vec![item.by_ref()], body);
                        let value = s.operand(value, body);
                        s.set(next, value, body);
                        each(s, item, None, body);
                    },
                    Some(Exit::Break(None)),
                );
            });
        }
        let function = self.function(&c.func, out)?;
        let Function::Closure(closure, scopes) = function else { return None };
        let args: Vec<Item> = c.args.iter().map(|a| self.item(a, out)).collect();
        let caller = self.enter(&scopes);
        closure.inputs.iter().zip(&args).for_each(|(p, i)| self.bind_item(p, i, out));
        let done = self.pipe(&closure.body, head, out, each);
        self.leave(caller);
        done
    }

    /// `loop { … }`.
    fn endless(&mut self, head: &Headed<'_>, out: &mut Vec<Stmt>, round: &mut dyn FnMut(&mut Lower<'_>, &mut Vec<Stmt>)) -> Option<()> {
        let (label, mut body) = (head.label.map(|l| quote!(#l:)), vec![]);
        round(self, &mut body);
        let head = crate::ir::Head { tokens: quote!(#label loop), range: None, counter: None, moved: vec![], gather: None, trips: None };
        out.push(Stmt::Loop { head, body, tag: None });
        Some(())
    }
}
