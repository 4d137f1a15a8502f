//! Reversal of changes that move entries without arithmetic: `swap`, `truncate`, `insert`, `pop`, `fill`, `mem::swap`, …
//!
//! Input: a change. Output: forward, the change and what its adjoint keeps; backward, the adjoint that `pullback::change::bar` has under the
//! method's name. Invariant: the cotangent of the container always has the layout that the container had at that point.
//!
//!     v.insert(i, x)        →        x_bar += change::bar::insert(&mut v_bar, &(n, (i,)));

use super::{Around, Reverse};
use crate::ir::{Change, Operand, Place};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

impl Reverse<'_> {
    pub(super) fn change(&mut self, c: &Change) -> Around {
        let mut before = TokenStream::new();
        let out = c.dst.as_ref().map(|dst| {
            let known = self.top().declared.contains(&dst.to_string());
            let bar = if known { crate::ir::bar(dst).to_token_stream() } else { quote!(::pullback::Tangent::zero()) };
            quote!(, #bar)
        });
        let target = self.bar(&c.place, &mut before);
        let (key, _) = self.save_own("change", &c.key, &mut before);
        let method = crate::tokens::ident(c.method, proc_macro2::Span::call_site());
        let adjoint = quote!(::pullback::change::bar::#method(&mut #target, #key #out));
        let step = match c.value.as_ref().and_then(Operand::place).cloned() {
            Some(from) if c.method == "copy_from_slice" && from.base != c.place.base => {
                let bar = self.bar(&from, &mut before);
                quote!(::pullback::change::bar::copied(&mut #target, #key, &mut #bar);)
            }
            Some(from) => {
                let bar = self.bar(&from, &mut before);
                quote!({ let own_moved = #adjoint; ::pullback::call::add(&mut #bar, own_moved); })
            }
            None => quote!({ let _ = #adjoint; }),
        };
        self.top().steps.push(step);
        Around { before, primal: c.statement(), ..Around::default() }
    }

    pub(super) fn exchange(&mut self, places: &[Place; 2], primal: &TokenStream) -> Around {
        let mut before = TokenStream::new();
        let [a, b] = places.each_ref().map(|p| self.bar(p, &mut before));
        self.top().steps.push(quote!({
            let own_first = ::pullback::rule::take(&mut #a);
            let own_second = ::pullback::rule::take(&mut #b);
            ::pullback::call::add(&mut #a, own_second);
            ::pullback::call::add(&mut #b, own_first);
        }));
        Around { before, primal: quote!(#primal;), ..Around::default() }
    }
}
