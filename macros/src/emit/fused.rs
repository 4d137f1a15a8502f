//! `value_and_grad` with loops fused: both sweeps in one function, which knows the seed.
//!
//! Input: the sweeps with loops fused. Output: what `value_and_grad` does first. Invariant: it returns only what its tests have found right; else the
//! arguments are as they were, for `vjp`.

use super::Derived;
use super::entries::bare;
use super::types::is_copied;
use crate::ir::{Param, bar};
use crate::signature::{Home, Signature, elided};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// What `value_and_grad` does before it tries `vjp`.
pub(super) struct Fused {
    /// The sweeps; they return, or end without having used up any argument.
    pub(super) attempt: TokenStream,
    /// Arguments that may not be there any more afterwards, and what keeps a copy of each, if their types allow that.
    pub(super) spare: Vec<(Ident, TokenStream)>,
}

/// The name of a spare.
pub(super) fn spare(name: &Ident) -> Ident {
    format_ident!("{}_spare", name)
}

impl Derived<'_> {
    /// The attempt, where there is one.
    pub(super) fn fused(&self) -> Option<Fused> {
        let sweeps = self.fused.as_ref().filter(|_| self.sig.home == Home::Free)?;
        let (imports, sound) = (&self.imports, self.gate_type());
        let unreached = self.sig.gate.as_ref().map(|_| super::hooks::unreached(&self.hooks, "split"));
        let gated = self.gated(self.sig.params.iter().map(|p| (&p.name, false)));
        let acts = self.sig.params.iter().enumerate().map(|(k, p)| {
            let name = format_ident!("Act{}", k);
            if p.active { quote!(type #name = ::pullback::On;) } else { quote!(type #name = ::pullback::Off;) }
        });
        let (mut bars, mut ends, mut results) = (TokenStream::new(), TokenStream::new(), vec![]);
        for (_, p) in self.sig.active() {
            let (name, bar, own, ty) = (&p.name, bar(&p.name), format_ident!("{}_gradient", p.name), elided(&Signature::referent(p)));
            if p.shared.is_some() {
                bars.extend(quote! {
                    let mut #own = ::pullback::Tangent::zero();
                    <#ty as ::pullback::Differentiable>::prepare(#name, &mut #own);
                });
                ends.extend(quote!(<#ty as ::pullback::Differentiable>::finish(#name, &mut #own);));
            } else {
                bars.extend(quote!(let mut #own = <#ty as ::pullback::Differentiable>::zero_tangent(&#name);));
            }
            bars.extend(quote!(let #bar = <#ty as ::pullback::Differentiable>::bar(&mut #own);));
            results.push(quote!(#own));
        }
        let (output, results) = (&self.sig.output, bare(results));
        let crate::reverse::Sweeps { forward, result, backward, .. } = sweeps;
        let sweeps = self.with_outer_names(quote! {
            'fused: {
                #bars
                let result_bar: __Sound<#output> = 1.0;
                #forward
                let result: __Sound<#output> = #result;
                #backward
                #ends
                return (result, #results);
            }
        });
        let attempt = quote! {
                use ::pullback::{Activity as _, place::Coordinates as _};
                #unreached
                #sound
                #imports
                #(#acts)*
                #gated
                #sweeps
        };
        let attempt = self.scoped(&attempt);
        let moved = self.sig.params.iter().filter(|p| p.shared.is_none() && !is_copied(&p.ty));
        Some(Fused { attempt, spare: moved.map(again).collect() })
    }
}

fn again(p: &Param) -> (Ident, TokenStream) {
    let name = &p.name;
    (name.clone(), quote!((&&::pullback::call::Spare(&#name)).spare()))
}
