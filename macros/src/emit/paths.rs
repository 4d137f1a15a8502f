//! The names by which a call finds its callee's hidden forms.
//!
//! Input: a callee as the caller writes it. Output: tokens. Invariant: rustc resolves them exactly where it resolves the callee itself, so that an alias, a
//! re-export or a type parameter's method needs nothing more.

use crate::ir::Callee;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The first segment of a callee's path in a method that stands alone: its hidden forms go through the gate, as variables do.
pub(crate) const ALONE: &str = "alone";

/// Whether a path has that segment; it is taken away.
fn is_alone(path: &mut syn::ExprPath) -> bool {
    let alone = path.path.segments.len() == 2 && path.path.segments[0].ident == ALONE;
    if alone {
        path.path.segments = path.path.segments.iter().skip(1).cloned().collect();
    }
    alone
}

/// The path of a callee's hidden form: `m::g` → `<m::g>::__split`, `Type::h` → `Type::__split_h`, `x.m` → `x.__split_m`.
/// The callee's generics follow its last segment. After them come those that the hidden form has besides, which rustc infers: of what is `impl Trait`, of
/// `functions` among the parameters, and one activity for each of the `n` parameters.
pub(crate) fn split_path(callee: &Callee, form: &str, n: usize, functions: usize) -> TokenStream {
    let hidden = format_ident!("__{}", form);
    match callee {
        Callee::Function(f, _) => {
            let name = f.place().map(|p| format_ident!("{}_{}", p.base, form));
            quote!(#name)
        }
        Callee::Method(receiver, method) => {
            let receiver = crate::lower::receiver_tokens(receiver);
            let name = format_ident!("__{}_{}", form, method, span = method.span());
            quote!(#receiver.#name)
        }
        Callee::Path(path) => {
            let (mut path, of_type) = (path.clone(), is_of_type(path));
            let alone = is_alone(&mut path);
            let Some(last) = path.path.segments.last_mut() else { return quote!() };
            let arguments = std::mem::take(&mut last.arguments);
            let turbofish = match arguments {
                syn::PathArguments::AngleBracketed(a) => {
                    let args = a.args.iter().filter(|a| !matches!(a, syn::GenericArgument::Lifetime(_)));
                    // the type of a closure has no name: one that is a type parameter is `_` here, any other is `impl Fn`
                    let inferred = a.args.iter().filter(|a| matches!(a, syn::GenericArgument::Type(syn::Type::Infer(_)))).count();
                    let opaque = crate::known::opaque_of(&last.ident.to_string()).unwrap_or(functions.saturating_sub(inferred));
                    let more = std::iter::repeat_n(quote!(_), opaque + functions * super::types::generics_of_function(form) + n);
                    quote!(::<#(#args,)* #(#more),*>)
                }
                _ => quote!(),
            };
            if of_type {
                last.ident = format_ident!("__{}_{}", form, last.ident, span = last.ident.span());
                return quote!(#path #turbofish);
            }
            let function = quote!(<#path>::#hidden #turbofish);
            if alone { quote!(__open.pass(#function)) } else { function }
        }
    }
}

/// What a callee's parameter that is a function without gradient has for a form: nobody calls it.
pub(crate) fn unreached_path(callee: &Callee, parameter: usize, form: &str) -> TokenStream {
    let Callee::Path(path) = callee else { return quote!(()) };
    let (mut path, form) = (path.clone(), format_ident!("{}", form));
    is_alone(&mut path);
    path.path.segments.iter_mut().for_each(|s| s.arguments = syn::PathArguments::None);
    quote!(<<#path as ::pullback::gate::Takes<#parameter>>::Unreached>::#form)
}

/// What tells how a callee takes its arguments; nothing where it may be a method named by its path.
pub(crate) fn kinds(callee: &Callee) -> Option<TokenStream> {
    match callee {
        Callee::Function(..) => None,
        Callee::Method(receiver, method) => {
            let receiver = crate::lower::receiver_tokens(receiver);
            let name = format_ident!("__receiver_{}", method, span = method.span());
            Some(quote!(#receiver.#name()))
        }
        Callee::Path(path) if is_of_type(path) => None,
        Callee::Path(path) => {
            let mut path = path.clone();
            is_alone(&mut path);
            path.path.segments.last_mut()?.arguments = syn::PathArguments::None;
            Some(quote!(<#path>::__kinds()))
        }
    }
}

/// `Type::h`, `<T as Trait>::h`: an associated function.
pub(crate) fn is_of_type(path: &syn::ExprPath) -> bool {
    let owner = path.path.segments.iter().rev().nth(1);
    path.qself.is_some()
        || owner.is_some_and(|s| s.ident.to_string().starts_with(char::is_uppercase) || crate::fence::is_primitive(&s.ident))
}
