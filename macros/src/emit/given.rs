//! A function by its name where another takes a function: its hidden forms in the shape of a closure's.
//!
//! Input: a free function's signature. Output: `__given` and `__given_push`. Invariant: they have as many parameters as the function, which a caller that sees only
//! the name cannot know, and a cotangent for each of them, whether it carries a gradient or not: the callee's bound, `Fn(f64, usize) -> f64`, does not tell.
//!
//!     rk4(force, x)     →     rk4::__split((captures(&()), force, &force::__given), x, …)

use super::Derived;
use super::types::{again_type, bar_type, hidden, parameters, tangent_type};
use crate::ir::{Param, Signed};
use crate::signature::{Signature, elided};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

impl Derived<'_> {
    /// Both forms, where the function can be handed on at all.
    pub(super) fn given(&self) -> TokenStream {
        let sig = self.sig;
        let is_known = |p: &Param| p.active || has_tangent(p.ty.to_token_stream());
        if sig.associated || sig.takes_functions() || sig.params.is_empty() || !sig.params.iter().all(is_known) {
            return quote!();
        }
        let handed: Vec<Param> = sig.params.iter().map(|p| Param { active: true, ..p.clone() }).collect();
        let (params, _) = parameters(sig);
        let (generics, clause) = sig.generics_with(&[]);
        let (output, captured) = (&sig.output, sig.captured());
        let (names, captures) = (sig.params.iter().map(|p| &p.name), quote!(<() as ::pullback::Differentiable>::Tangent));
        let names: Vec<_> = names.collect();
        let acts = sig.params.iter().map(|p| if p.active { quote!(::pullback::On) } else { quote!(::pullback::Off) });
        let acts = quote!((#(<#acts as ::core::default::Default>::default(),)*));
        let lent: Vec<_> = (0..names.len()).map(|k| format_ident!("lent_{}", k)).collect();
        let passed = sig.params.iter().zip(&lent).map(|(p, l)| if p.active { quote!(#l) } else { quote!(::pullback::call::Ignored) });
        let passed = quote!((#(#passed,)*));
        let (again, bars) = (handed.iter().map(again_type), handed.iter().map(|p| bar_type(p, &quote!(mut))));
        let (again, bars) = (quote!((#(#again,)*)), quote!((#(#bars,)*)));
        let dots = handed.iter().map(|p| bar_type(p, &quote!()));
        let (split, push, cotangent, tangent) =
            (hidden(sig, "split"), hidden(sig, "push"), tangent_type(&elided(output)), tangent_type(output));
        let quiet = quote! {
            #[doc(hidden)]
            #[allow(warnings, unused, nonstandard_style, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
            #[inline]
        };
        quote! {
            #quiet
            pub fn __given #generics (#(#params),*) -> (#output, impl Fn(#cotangent, #again, #bars, &mut #captures) + use<#(#captured),*>) #clause {
                let (result, pullback) = Self::#split(#(#names,)* #acts);
                (result, move |result_bar: #cotangent, again: #again, (#(#lent,)*): #bars, _: &mut #captures| pullback(result_bar, again, #passed))
            }
            #quiet
            pub fn __given_push #generics (#(#params,)* (#(#lent,)*): (#(#dots,)*), _: ::core::option::Option<&#captures>) -> (#output, #tangent) #clause {
                Self::#push(#(#names,)* #acts, #passed)
            }
        }
    }
}

/// What a caller asks that gives a function without a companion: whether the parameter has a gradient, and what stands for the companion if it has none.
pub(super) fn takes(sig: &Signature) -> TokenStream {
    let functions = || sig.params.iter().enumerate().filter(|(_, p)| p.is_function());
    if functions().next().is_none() {
        return quote!();
    }
    let constant = functions().filter(|(_, p)| p.constant_function.is_some()).map(|(k, _)| k);
    let name = &sig.name;
    let each = functions().map(|(k, p)| {
        let (unreached, forms) = match &p.constant_function {
            Some(signed) => (quote!(Unreached), unreached(sig, signed)),
            None => (quote!(::pullback::gate::FunctionWithGradient), quote!()),
        };
        quote! {
            const _: () = {
                #forms
                impl ::pullback::gate::Takes<#k> for #name { type Unreached = #unreached; }
            };
        }
    });
    quote! {
        impl #name {
            #[doc(hidden)]
            pub const CONSTANT_FUNCTIONS: &'static [usize] = &[#(#constant),*];
        }
        #(#each)*
    }
}

/// A type with the forms of a function that nobody calls.
fn unreached(sig: &Signature, signed: &Signed) -> TokenStream {
    let (inputs, output, handed) = (&signed.inputs, &signed.output, signed.params());
    let text = quote!(#(#inputs,)* #output);
    let generics = sig.generics.params.iter().filter(|g| match g {
        syn::GenericParam::Type(t) => crate::tokens::mentions(&text, &t.ident.to_string()),
        syn::GenericParam::Const(c) => crate::tokens::mentions(&text, &c.ident.to_string()),
        syn::GenericParam::Lifetime(_) => true,
    });
    let (generics, captures) = (quote!(<#(#generics),*>), quote!(<() as ::pullback::Differentiable>::Tangent));
    let (again, bars) = (handed.iter().map(again_type), handed.iter().map(|p| bar_type(p, &quote!(mut))));
    let (dots, tangent) = (handed.iter().map(|p| bar_type(p, &quote!())), tangent_type(&elided(output)));
    let pull = quote!(fn(#tangent, (#(#again,)*), (#(#bars,)*), &mut #captures));
    quote! {
        pub struct Unreached;
        #[allow(warnings, unused, nonstandard_style, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
        impl Unreached {
            pub fn __given #generics (#(_: #inputs),*) -> (#output, #pull) { ::core::unreachable!() }
            pub fn __given_push #generics (#(_: #inputs,)* _: (#(#dots,)*), _: ::core::option::Option<&#captures>) -> (#output, #tangent) { ::core::unreachable!() }
        }
    }
}

/// Whether a type without numbers certainly has a tangent, if an empty one: a map of indices has none.
fn has_tangent(ty: TokenStream) -> bool {
    let is_known = |i: &proc_macro2::Ident| crate::types::INTEGERS.iter().chain(&["bool", "char", "Vec"]).any(|k| i == k);
    ty.into_iter().all(|t| match t {
        proc_macro2::TokenTree::Ident(i) => is_known(&i),
        proc_macro2::TokenTree::Group(g) => has_tangent(g.stream()),
        _ => true,
    })
}
