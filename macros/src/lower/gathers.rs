//! Calls that run a closure for each element: `array::map`, `Option::map`, `array::from_fn`.
//!
//! Input: the call. Output: a loop whose primal is that very call, so that no type need be known: an array's `map` runs it so many times, an
//! `Option`'s once or never. Invariant: the last statement of the loop's body assigns the round's value.
//!
//!     a.map(|v| v * w)        →        for k in a.map { t1 = Mul(a[k], w); result[k] = t1 }

use super::Lower;
use super::closures::Function;
use super::items::Item;
use super::sources::element;
use crate::ir::{Gather, Head, Operand, Place, Step, Stmt};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Expr;

impl Lower<'_> {
    /// `x.map(f)`, of what is no iterator.
    pub(super) fn map_of(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        if m.method != "map" || m.args.len() != 1 || self.lends(&m.receiver) {
            return None;
        }
        let receiver = match self.receiver(&m.receiver, out) {
            Operand::Const(tokens) => Err(tokens),
            Operand::Place(p) | Operand::Ref(p) | Operand::Mut(p) => Ok(p),
            Operand::Never => return Some(Operand::Never),
        };
        let f = self.function(&m.args[0], out)?;
        let (k, name) = (self.scopes.fresh("k", Span::call_site()), self.first_name(&f));
        let (dot, method) = (&m.dot_token, &m.method);
        let (tokens, item) = match &receiver {
            Err(tokens) => (tokens.clone(), Item::Inert(name.to_token_stream())),
            Ok(place) => {
                let part = element(place, &quote!(counter), &k, true);
                self.lend(&name, &part, 0);
                (place.tokens.clone(), self.item_of(&name))
            }
        };
        let over = receiver.ok();
        Some(self.gather(&k, quote!(#tokens #dot #method), Some(name), over, item, &f, out))
    }

    /// `array::from_fn(f)`.
    pub(super) fn array_from_fn(&mut self, c: &syn::ExprCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let Expr::Path(p) = &*c.func else { return None };
        let mut names = p.path.segments.iter().rev().map(|s| s.ident.to_string());
        if names.next()? != "from_fn" || names.next().is_some_and(|n| n != "array") || c.args.len() != 1 {
            return None;
        }
        let f = self.function(&c.args[0], out)?;
        let k = self.first_name(&f);
        let item = Item::Inert(k.to_token_stream());
        Some(self.gather(&k, p.to_token_stream(), None, None, item, &f, out))
    }

    /// A name for what a function is called with.
    fn first_name(&mut self, f: &Function) -> Ident {
        let hint = match f {
            Function::Closure(c, _) => c.inputs.first(),
            Function::Named(..) => None,
        };
        self.hinted(hint)
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one call")]
    fn gather(
        &mut self,
        k: &Ident,
        callee: TokenStream,
        param: Option<Ident>,
        over: Option<Place>,
        item: Item,
        f: &Function,
        out: &mut Vec<Stmt>,
    ) -> Operand {
        let dst = self.scopes.fresh("t", Span::call_site());
        out.push(Stmt::Declare { dst: dst.clone(), mutable: false, ty: None });
        self.owners.insert(dst.to_string());
        let mut body = vec![];
        let value = self.apply(f, vec![item], &mut body);
        let value = self.operand(value, &mut body);
        if self.varied(&value) {
            self.activate(&dst);
        }
        let index = k.to_token_stream();
        let step = Step::Index { index: index.clone(), container: dst.to_token_stream(), key: Some(index.clone()) };
        let place = Place::variable(dst.clone()).then(step, |t| quote!(#t[#index]));
        body.push(Stmt::Store { place, operator: None, value: value.clone(), primal: quote!(), init: true });
        let moved = over.iter().map(|p| p.base.clone()).collect();
        let gather = Gather { dst: dst.clone(), callee: callee.clone(), param: param.map(|p| p.to_token_stream()), over, value };
        let head =
            Head { tokens: quote!(for #k in #callee), range: None, counter: Some(k.clone()), moved, gather: Some(gather), trips: None };
        out.push(Stmt::Loop { head, body, tag: None });
        Operand::Place(Place::variable(dst))
    }
}
