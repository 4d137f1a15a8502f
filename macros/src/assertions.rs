//! `assert_gradient!(f, w)` and `assert_no_gradient!(f, w)`: proofs on request.
//!
//! Input: a function and a parameter. Output: a constant that is an error where the proof fails. Invariant: what is asked is what the compiler did:
//! a parameter has a gradient if the companion has code for it.

use crate::diagnostics::{Message, panic};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};

/// What is asserted: `f, w`.
struct Assertion {
    function: syn::ExprPath,
    parameter: Ident,
}

impl Parse for Assertion {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let function = input.parse()?;
        input.parse::<syn::Token![,]>()?;
        let parameter =
            if input.peek(syn::Token![self]) { Ident::new("self", input.parse::<syn::Token![self]>()?.span) } else { input.parse()? };
        input.parse::<Option<syn::Token![,]>>()?;
        Ok(Assertion { function, parameter })
    }
}

/// The expansion; `wanted`: whether there must be a gradient.
pub(crate) fn expand(tokens: TokenStream, wanted: bool) -> TokenStream {
    let a = match syn::parse2::<Assertion>(tokens) {
        Ok(a) => a,
        Err(error) => return error.to_compile_error(),
    };
    let (function, parameter) = (crate::diagnostics::said(&a.function), a.parameter.to_string());
    let unknown = Message::AssertedParameter { function: function.clone(), parameter: parameter.clone() };
    let wrong =
        if wanted { Message::AssertedGradient { function, parameter } } else { Message::AssertedNoGradient { function, parameter } };
    let (span, name) = (a.parameter.span(), a.parameter.to_string());
    let (unknown, wrong) = (panic(span, &unknown.to_string()), panic(span, &wrong.to_string()));
    let known = known(a.function);
    quote! {
        const _: usize = match ::pullback::proof::carries(#known, #name) {
            ::core::option::Option::Some(#wanted) => 0,
            ::core::option::Option::Some(_) => #wrong,
            ::core::option::Option::None => #unknown,
        };
    }
}

/// Where a companion says which parameters have a gradient.
fn known(mut path: syn::ExprPath) -> TokenStream {
    if crate::emit::is_of_type(&path) {
        if let Some(last) = path.path.segments.last_mut() {
            last.ident = format_ident!("{}_GRADIENTS", last.ident, span = last.ident.span());
        }
        return path.to_token_stream();
    }
    let span = path.path.segments.last().map_or_else(proc_macro2::Span::call_site, |s| s.ident.span());
    quote_spanned!(span=> <#path>::GRADIENTS)
}

/// The constant that a companion has for it.
pub(crate) fn gradients(sig: &crate::signature::Signature) -> TokenStream {
    let name = if sig.associated { format_ident!("{}_GRADIENTS", sig.name) } else { format_ident!("GRADIENTS") };
    let each = sig.params.iter().map(|p| {
        let (name, active) = (p.shown(), p.active);
        quote!((#name, #active))
    });
    quote! {
        #[doc(hidden)]
        #[allow(non_upper_case_globals, dead_code)]
        pub const #name: &'static [(&'static str, bool)] = &[#(#each),*];
    }
}
