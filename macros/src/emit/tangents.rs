//! What generated code writes of a parameter's tangent and cotangent.
//!
//! Input: a type behind all references. Output: types and expressions. Invariant: of numbers and slices of numbers they are what a person would write,
//! of any other type what its implementation of `Differentiable` says; both mean the same.
//!
//!     f64      →    f64,    0.0,                  &mut x_bar
//!     [f64]    →    [f64],  vec![0.0; x.len()],   &mut x_bar[..]
//!     T        →    <T as Differentiable>::Bar,   zero_tangent(&x),   bar(&mut x_bar)

use super::types::{is_number, numbers};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::Type;

/// What a pullback adds into.
pub(super) fn bar_type(ty: &Type) -> TokenStream {
    if is_number(ty) || numbers(ty).is_some() { ty.to_token_stream() } else { quote!(<#ty as ::pullback::Differentiable>::Bar) }
}

/// The part of a tangent that a pullback adds into.
pub(super) fn lent(ty: &Type, tangent: &Ident) -> TokenStream {
    match () {
        () if is_number(ty) => quote!(&mut #tangent),
        () if numbers(ty).is_some() => quote!(&mut #tangent[..]),
        () => quote!(<#ty as ::pullback::Differentiable>::bar(&mut #tangent)),
    }
}

/// A zero, without a shape.
pub(super) fn zero(ty: &Type) -> TokenStream {
    match () {
        () if is_number(ty) => quote!(0.0),
        () if numbers(ty).is_some() => quote!(::std::vec::Vec::new()),
        () => quote!(::pullback::Tangent::zero()),
    }
}

/// A variable with the cotangent of a value that is at hand again, ready to be added to; and what completes it afterwards.
pub(super) fn declared(ty: &Type, value: &Ident, bar: &Ident) -> (TokenStream, TokenStream) {
    match () {
        () if is_number(ty) => (quote!(let mut #bar = 0.0;), quote!()),
        () if numbers(ty).is_some() => (quote!(let mut #bar = ::std::vec![0.0; #value.len()];), quote!()),
        () => (
            quote!(let mut #bar = ::pullback::Tangent::zero(); <#ty as ::pullback::Differentiable>::prepare(#value, &mut #bar);),
            quote!(<#ty as ::pullback::Differentiable>::finish(#value, &mut #bar);),
        ),
    }
}

/// What a caller lends, or an own variable where it does not want the cotangent, given its length by `lengthen`.
pub(super) fn wanted(ty: &Type, bar: &Ident, own: &Ident, lengthen: &TokenStream) -> TokenStream {
    let (zero, lent) = (zero(ty), lent(ty, own));
    if is_number(ty) {
        return quote!(let mut #own = #zero; let #bar = #bar.unwrap_or(#lent););
    }
    quote! {
        let mut #own = #zero;
        let #bar = match #bar {
            ::core::option::Option::Some(bar) => bar,
            ::core::option::Option::None => { #lengthen #lent }
        };
    }
}

/// What makes the own variable as long as the value.
pub(super) fn lengthened(ty: &Type, value: &Ident, own: &Ident) -> TokenStream {
    match () {
        () if is_number(ty) => quote!(),
        () if numbers(ty).is_some() => quote!(#own.resize(#value.len(), 0.0);),
        () => quote!(<#ty as ::pullback::Differentiable>::prepare(#value, &mut #own);),
    }
}
