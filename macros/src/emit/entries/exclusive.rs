//! Entries of functions with `&mut` parameters: `vjp`, and `grad` that says why it is not there.
//!
//! Input: a signature. Output: associated functions. Invariant: the pullback borrows what was passed as `&`, not what was passed as `&mut`.

use super::{Entry, with_bound};
use crate::signature::Signature;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Type;
use syn::visit_mut::VisitMut;

impl Entry<'_> {
    /// `grad` of a function with `&mut` parameters: calling it says what to call instead.
    pub(super) fn refused(&self, stem: &str) -> TokenStream {
        let (name, vis, params, gradient) = (self.name(stem), self.vis(), &self.params, &self.gradient);
        let clause = self.sig.generics_with(&[]).1;
        let bound = quote!((): ::pullback::call::WithoutExclusive<NothingOffered>);
        let clause = if clause.is_empty() { quote!(where #bound) } else { with_bound(&clause, &bound) };
        let generics = self.sig.generics_with(&[quote!(NothingOffered)]).0;
        let body = quote!({ ::core::unreachable!("no type is `WithoutExclusive`") });
        quote! {
            #[doc(hidden)]
            #[allow(unused)]
            #vis fn #name #generics (#(#params),*) -> #gradient #clause #body
        }
    }

    /// An entry that a function which takes functions does not offer: the derivative of what it would be given is known inside differentiable code alone.
    pub(super) fn without_functions(&self, stem: &str) -> TokenStream {
        let (name, vis, params) = (self.name(stem), self.vis(), &self.params);
        let clause = self.sig.generics_with(&[]).1;
        let bound = quote!((): ::pullback::call::WithoutFunctions<NothingOffered>);
        let clause = if clause.is_empty() { quote!(where #bound) } else { with_bound(&clause, &bound) };
        let generics = self.sig.generics_with(&[quote!(NothingOffered)]).0;
        quote! {
            #[doc(hidden)]
            #[allow(unused)]
            #vis fn #name #generics (#(#params),*) #clause { ::core::unreachable!("no type is `WithoutFunctions`") }
        }
    }

    /// The vjp of a function with `&mut` parameters. The pullback borrows what was passed as `&`, not what was passed as `&mut`.
    pub(super) fn exclusive_vjp(&self) -> TokenStream {
        let (name, vis, gradient, output) = (self.name("vjp"), self.vis(), &self.gradient, &self.sig.output);
        let (params, lifetimes, captured) = named_lifetimes(self.sig, &self.params);
        let (generics, clause) = self.sig.generics_with(&[]);
        let generics = match &lifetimes[..] {
            [] => generics,
            _ => {
                let own = self.sig.generics.params.iter();
                quote!(<#(#lifetimes,)* #(#own),*>)
            }
        };
        let cotangents = self.cotangents();
        let types = cotangents.iter().map(|(_, ty)| ty);
        let doc = format!(
            "The value of `{}`, whose `&mut` parameters hold their results afterwards, and its pullback: the cotangents of the result and of what the \
             `&mut` parameters hold to those of {}, Jᵀȳ. Behind a `&mut` it replaces the cotangent of what is there after the call by that of what was passed in.",
            self.sig.name, self.list
        );
        let (this, call) = (self.this(), self.gradient_of());
        quote! {
            #[doc = #doc]
            #[inline]
            #vis fn #name #generics (#(#params),*) -> (#output, impl Fn(#(#types),*) -> #gradient + use<#(#captured),*>) #clause {
                #this #call
                (value, pullback)
            }
        }
    }
}

/// The parameters of a `vjp` with the lifetimes of shared references named; the new lifetimes, and all that its pullback captures.
fn named_lifetimes(sig: &Signature, params: &[TokenStream]) -> (Vec<TokenStream>, Vec<syn::Lifetime>, Vec<TokenStream>) {
    let (mut new, mut captured, mut out) = (vec![], vec![], vec![]);
    for (p, tokens) in sig.params.iter().zip(params) {
        if p.shared.is_none() {
            out.push(tokens.clone());
            continue;
        }
        let mut namer = NameLifetimes { new: vec![], seen: vec![], stem: p.name.to_string() };
        let receiver = tokens.to_string() == "& self";
        let mut ty = p.ty.clone();
        namer.visit_type_mut(&mut ty);
        let name = &p.name;
        out.push(match (&ty, receiver) {
            (Type::Reference(syn::TypeReference { lifetime: Some(l), .. }), true) => quote!(& #l self),
            _ => quote!(#name: #ty),
        });
        captured.extend(namer.seen.iter().map(ToTokens::to_token_stream));
        new.extend(namer.new);
    }
    captured.sort_by_key(ToString::to_string);
    captured.dedup_by_key(|l| l.to_string());
    captured.extend(sig.captured().iter().map(ToTokens::to_token_stream));
    (out, new, captured)
}

/// Gives elided lifetimes names.
struct NameLifetimes {
    stem: String,
    new: Vec<syn::Lifetime>,
    seen: Vec<syn::Lifetime>,
}

impl NameLifetimes {
    fn fresh(&mut self) -> syn::Lifetime {
        let name = format!("'{}_{}", self.stem.trim_start_matches("r#"), self.new.len());
        let lifetime = syn::Lifetime::new(&name, proc_macro2::Span::call_site());
        self.new.push(lifetime.clone());
        lifetime
    }
}

impl VisitMut for NameLifetimes {
    fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
        if r.lifetime.is_none() {
            r.lifetime = Some(self.fresh());
        }
        syn::visit_mut::visit_type_reference_mut(self, r);
    }
    fn visit_lifetime_mut(&mut self, l: &mut syn::Lifetime) {
        if l.ident == "_" {
            *l = self.fresh();
        }
        if l.ident != "static" {
            self.seen.push(l.clone());
        }
    }
}
