//! `f::backward`: gradients into parameters.
//!
//! Input: a signature. Output: an associated function. Invariant: which arguments want their gradient is decided by their types.

use super::{Entry, again_of};
use crate::emit::hidden;
use crate::emit::types::{handed, inferred};
use crate::signature::Signature;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::VisitMut;

impl Entry<'_> {
    pub(super) fn backward(&self) -> TokenStream {
        // a result that refers to a parameter would hold it while its gradient is put there
        if matches!(self.sig.output, syn::Type::Reference(_)) {
            return quote!();
        }
        let output = &self.sig.output;
        let clause = self.sig.generics_with(&[]).1;
        let (mut more, clause) = self.scalar(&clause);
        let (mut params, mut acts, mut kinds, mut primals, mut again) = (vec![], vec![], vec![], vec![], vec![]);
        let (mut takes, mut lends, mut puts) = (TokenStream::new(), vec![], TokenStream::new());
        let mut lifetimes = false;
        for (k, p) in self.sig.params.iter().enumerate() {
            let (name, ty, bar) = (&p.name, Signature::referent(p), crate::ir::bar(&p.name));
            if !p.active {
                let own = &p.ty;
                params.push(quote!(#name: #own));
                acts.push(quote!(::pullback::Off));
                kinds.push(quote!(::pullback::Off));
                primals.push(handed(p, "split"));
                again.push(again_of(p));
                lends.push(quote!(::pullback::call::Ignored));
                continue;
            }
            if p.exclusive.is_some() {
                // it goes in as a constant, and what it holds afterwards has no cotangent
                let (own, rest) = (&p.ty, format_ident!("{}_rest", name));
                params.push(quote!(#name: #own));
                acts.push(quote!(::pullback::On));
                kinds.push(quote!(::pullback::On));
                primals.push(quote!(&mut *#name));
                takes.extend(quote! {
                    let mut #rest = ::pullback::Tangent::zero();
                    <#ty as ::pullback::Differentiable>::prepare(&*#name, &mut #rest);
                });
                again.push(quote!(::pullback::call::Changed));
                lends.push(quote!(::core::option::Option::Some(<#ty as ::pullback::Differentiable>::bar(&mut #rest))));
                continue;
            }
            let generic = format_ident!("Arg{}", k);
            let kind = if p.shared.is_some() { quote!(ArgRef) } else { quote!(ArgVal) };
            let (named, any) = with_lifetimes(&ty);
            lifetimes |= any;
            more.push(quote!(#generic: ::pullback::arg::#kind<#named>));
            params.push(quote!(mut #name: #generic));
            let primal = quote!(#generic::primal(&#name));
            if p.shared.is_some() {
                takes.extend(quote!(let mut #bar = #generic::take_for(&mut #name);));
                again.push(primal.clone());
            } else {
                takes.extend(quote!(let mut #bar = #generic::take(&mut #name);));
                again.push(quote!(::pullback::call::Ignored));
            }
            lends.push(quote!(#generic::lend(&mut #bar)));
            puts.extend(quote!(#generic::put(&mut #name, #bar);));
            acts.push(quote!(#generic::Act));
            kinds.push(quote!(#generic::act()));
            primals.push(primal);
        }
        let mut sig = self.sig.clone();
        if lifetimes {
            sig.generics.params.insert(0, syn::parse_quote!('r));
        }
        let generics = sig.generics_with(&more).0;
        let (hidden, turbofish, seed) =
            (hidden(self.sig, "split"), self.turbofish(&[inferred(self.sig, "split"), acts].concat()), self.seed());
        let doc = self.docs().backward();
        quote! {
            #[doc = #doc]
            #[inline]
            pub fn backward #generics (#(#params),*) -> #output #clause {
                let (value, pull) = Self::#hidden #turbofish (#(#primals,)* (#(#kinds,)*));
                #takes
                pull(#seed, (#(#again,)*), (#(#lends,)*));
                #puts
                value
            }
        }
    }
}

/// A type with a name for its elided lifetimes, which a bound must have; whether there are any.
fn with_lifetimes(ty: &syn::Type) -> (syn::Type, bool) {
    struct Named(bool);
    impl VisitMut for Named {
        fn visit_lifetime_mut(&mut self, l: &mut syn::Lifetime) {
            if l.ident == "_" {
                *l = syn::parse_quote!('r);
                self.0 = true;
            }
        }
        fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
            if r.lifetime.is_none() {
                r.lifetime = Some(syn::parse_quote!('r));
                self.0 = true;
            }
            syn::visit_mut::visit_type_reference_mut(self, r);
        }
    }
    let (mut ty, mut named) = (ty.clone(), Named(false));
    named.visit_type_mut(&mut ty);
    (ty, named.0)
}
